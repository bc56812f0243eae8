"""Where letters wait: the node's own store, which no replay can make again."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)

from tcmchain.letters.model.letters import Letter
from tcmchain.values import Address, Hash32, UnixTime

_metadata: Final = MetaData()

_letters: Final = Table(
    "letters_letter",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(66), nullable=False),
    Column("recipient", String(42), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("arrived", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Index("letters_letter_by_recipient", "recipient", "number"),
    Index("letters_letter_by_id", "recipient", "id", unique=True),
    Index("letters_letter_by_expiry", "expires"),
)


class LetterStore:
    """Every write is on the disk before it is acknowledged, when its engine is a durable one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        _metadata.create_all(engine)

    def keep(self, letter: Letter, most: int) -> bool:
        """Keep a letter; ``False`` when ``most`` wait already. One that waits already is kept as it is."""
        with self._engine.begin() as connection:
            connection.execute(delete(_letters).where(_letters.c.expires < letter.arrived))
            mine = _letters.c.recipient == letter.recipient
            if connection.execute(select(_letters.c.number).where(mine, _letters.c.id == letter.id)).first():
                return True
            if (connection.execute(select(func.count()).where(mine)).scalar() or 0) >= most:
                return False
            row = {
                "id": letter.id,
                "recipient": letter.recipient,
                "sealed": letter.sealed,
                "arrived": letter.arrived,
                "expires": letter.expires,
            }
            connection.execute(insert(_letters), row)
            return True

    def waiting(self, recipient: Address, now: UnixTime, limit: int) -> list[Letter]:
        """Letters that wait for an account, the oldest first."""
        wanted = select(_letters).where(_letters.c.recipient == recipient, _letters.c.expires >= now)
        with self._engine.connect() as connection:
            return [_letter(row) for row in connection.execute(wanted.order_by(_letters.c.number).limit(limit))]

    def drop(self, recipient: Address, letter: Hash32) -> bool:
        """Forget a letter; ``False`` when none of this id waits for the account."""
        which = (_letters.c.recipient == recipient) & (_letters.c.id == letter)
        with self._engine.begin() as connection:
            return connection.execute(delete(_letters).where(which)).rowcount > 0

    def count(self) -> int:
        """How many letters wait."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(_letters)).scalar() or 0


def _letter(row: Any) -> Letter:
    return Letter(Address(row.recipient), bytes(row.sealed), UnixTime(row.arrived), UnixTime(row.expires))
