"""What a pharmacy's node keeps of a dispensing until its voucher lapses: never the patient's name."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, Column, Engine, Index, Integer, MetaData, String, Table, delete, select

from tcmchain.reviews.model.vouchers import Relation
from tcmchain.values import FormulaId, Hash32, MemberId, UnixTime

_metadata: Final = MetaData()
_ID = String(66)

# Each member writes beside the others, so that none keeps another's note out by leaving one first.
_notes: Final = Table(
    "reviews_note_of_member",
    _metadata,
    Column("prescription", _ID, primary_key=True),
    Column("member", _ID, primary_key=True),
    Column("formula", _ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    Column("salt", _ID, nullable=False),
    Column("name", _ID, nullable=False),
    Column("relation", String(12), nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("reviews_note_of_member_by_until", "until"),
)


@dataclass(frozen=True, slots=True)
class Note:
    """What the pharmacist's browser hands in: the formula version, the course in days, and a salted hash of the name
    read from the papers; ``until`` is when it is forgotten."""

    prescription: Hash32
    member: MemberId
    formula: FormulaId
    version: int
    days: int
    salt: Hash32
    name: Hash32
    relation: Relation
    until: UnixTime


class Notes:
    """The store of them; its table is made with it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        _metadata.create_all(engine)

    def keep(self, note: Note, now: int) -> bool:
        """Keep a note; ``False`` when the member has left one already. Notes that are over are forgotten."""
        with self._engine.begin() as connection:
            connection.execute(delete(_notes).where(_notes.c.until < now))
            mine = (_notes.c.prescription == note.prescription) & (_notes.c.member == note.member)
            which = select(_notes.c.prescription).where(mine)
            if connection.execute(which).first() is not None:
                return False
            values = {name: getattr(note, name) for name in Note.__dataclass_fields__}
            connection.execute(_notes.insert().values(**{**values, "relation": note.relation.value}))
        return True

    def note(self, prescription: Hash32, member: MemberId, now: int) -> Note | None:
        """A member's note of a prescription, as long as it is kept."""
        mine = (_notes.c.prescription == prescription) & (_notes.c.member == member)
        query = select(_notes).where(mine, _notes.c.until >= now)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        where = Hash32(row.prescription), MemberId(row.member), FormulaId(row.formula), row.version, row.days
        return Note(*where, Hash32(row.salt), Hash32(row.name), Relation(row.relation), UnixTime(row.until))
