"""What a node keeps of visits beside the chain, for itself alone: offers that wait to be taken, and sealed desks."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, Column, Engine, Index, LargeBinary, MetaData, String, Table, delete, func, select
from sqlalchemy.exc import IntegrityError

from tcmchain.values import MemberId, VisitId

_metadata: Final = MetaData()

_offers: Final = Table(
    "encounters_offer",
    _metadata,
    Column("id", String(32), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("encounters_offer_by_until", "until"),
)
_desks: Final = Table(
    "encounters_desk",
    _metadata,
    Column("visit", String(66), primary_key=True),
    Column("member", String(66), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SealedDesk:
    """A desk as it is kept: nothing but the visit's id and member can be read of it."""

    visit: VisitId
    member: MemberId
    sealed: bytes


class PrivateVisits:
    """The store of them; its tables are made with it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        _metadata.create_all(engine)

    def leave(self, offer: str, sealed: bytes, until: int, now: int, most: int) -> bool:
        """Keep an offer until a moment; ``False`` when its id is taken or ``most`` wait already."""
        with self._engine.begin() as connection:
            connection.execute(delete(_offers).where(_offers.c.until < now))
            if int(connection.execute(select(func.count()).select_from(_offers)).scalar_one()) >= most:
                return False
            try:
                connection.execute(_offers.insert().values(id=offer, sealed=sealed, until=until))
            except IntegrityError:
                return False
        return True

    def take(self, offer: str, now: int) -> bytes | None:
        """An offer, which is forgotten with this."""
        which = _offers.c.id == offer
        with self._engine.begin() as connection:
            row = connection.execute(delete(_offers).where(which).returning(_offers.c.sealed, _offers.c.until)).first()
        return None if row is None or row.until < now else bytes(row.sealed)

    def keep_desk(self, desk: SealedDesk) -> None:
        """Keep a desk in place of the visit's last one."""
        with self._engine.begin() as connection:
            connection.execute(delete(_desks).where(_desks.c.visit == desk.visit))
            row = {"visit": desk.visit, "member": desk.member, "sealed": desk.sealed}
            connection.execute(_desks.insert().values(**row))

    def desk(self, visit: VisitId) -> SealedDesk | None:
        """The desk of a visit."""
        return next((desk for desk in self._read(visit)), None)

    def desks(self) -> list[SealedDesk]:
        """All desks."""
        return self._read(None)

    def forget_desk(self, visit: VisitId) -> None:
        """Remove a desk."""
        with self._engine.begin() as connection:
            connection.execute(delete(_desks).where(_desks.c.visit == visit))

    def _read(self, visit: VisitId | None) -> list[SealedDesk]:
        query = select(_desks) if visit is None else select(_desks).where(_desks.c.visit == visit)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [SealedDesk(VisitId(row.visit), MemberId(row.member), bytes(row.sealed)) for row in rows]
