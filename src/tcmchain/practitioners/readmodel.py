"""Licences as the chains tell them, rows by chain."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    MetaData,
    SmallInteger,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from tcmchain.chain.events import Event
from tcmchain.practitioners.model import Licence, LicenceRecord, LicenceStanding
from tcmchain.values import CHAINS, Address, ChainName, Hash32, LicenceId, MemberId, UnixTime, from_short_text

REFERENCE: Final[ChainName] = "care"
"""The chain whose rows answer where no chain is named."""

_metadata: Final = MetaData()
_ID = String(66)

_licences: Final = Table(
    "practitioners_licence",
    _metadata,
    Column("chain", String(9), primary_key=True),
    Column("licence", _ID, primary_key=True),
    Column("holder", String(42), nullable=False),
    Column("scope", _ID, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("not_after", BigInteger, nullable=False),
    Column("digest", _ID, nullable=False),
    Column("issuer", _ID, nullable=False),
    Column("standing", SmallInteger, nullable=False),
    Column("rulings", BigInteger, nullable=False),
    Column("issued", BigInteger, nullable=False),
    Index("practitioners_licence_by_holder", "chain", "holder"),
    Index("practitioners_licence_by_issuer", "chain", "issuer"),
)
_RULINGS: Final = {
    "Suspended": LicenceStanding.SUSPENDED,
    "Reinstated": LicenceStanding.VALID,
    "Revoked": LicenceStanding.REVOKED,
}


class PractitionersProjection:
    """The slice's read model, fed by the index."""

    contract = "Practitioners"
    chains: tuple[ChainName, ...] = CHAINS
    metadata = _metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            if event.name == "Issued":
                connection.execute(insert(_licences), _row(event))
            elif event.name in _RULINGS:
                which = (_licences.c.chain == event.chain) & (_licences.c.licence == event.args["licence"])
                values = {"standing": int(_RULINGS[event.name]), "rulings": event.args["serial"]}
                connection.execute(update(_licences).where(which).values(**values))

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows of a chain."""
        connection.execute(delete(_licences).where(_licences.c.chain == chain))


class PractitionersRecords:
    """Reads; every method opens a short connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def licence(self, licence: LicenceId) -> LicenceRecord | None:
        """A licence by its id."""
        found = self._read(licence=licence)
        return found[0] if found else None

    def licences(
        self, holder: Address | None = None, issuer: MemberId | None = None, limit: int = 200
    ) -> list[LicenceRecord]:
        """Licences of a holder, of an issuer, or all; newest first."""
        return self._read(limit, holder=holder, issuer=issuer)

    def rulings(self, licence: LicenceId) -> dict[ChainName, int]:
        """Number of rulings on a licence, by the chains that know it."""
        wanted = select(_licences.c.chain, _licences.c.rulings).where(_licences.c.licence == licence)
        with self._engine.connect() as connection:
            found = {row.chain: row.rulings for row in connection.execute(wanted)}
        return {chain: found[chain] for chain in CHAINS if chain in found}

    def _read(self, limit: int = 1, **key: str | None) -> list[LicenceRecord]:
        wanted = select(_licences).where(_licences.c.chain == REFERENCE)
        for name, value in key.items():
            if value is not None:
                wanted = wanted.where(_licences.c[name] == value)
        ordered = wanted.order_by(_licences.c.issued.desc(), _licences.c.licence).limit(limit)
        with self._engine.connect() as connection:
            return [_record(row) for row in connection.execute(ordered)]


def _row(event: Event) -> dict[str, Any]:
    args = event.args
    scope: str = args["scope"]
    with suppress(UnicodeDecodeError):
        scope = from_short_text(scope)
    return {
        "chain": event.chain,
        "licence": args["licence"],
        "holder": args["holder"],
        "scope": scope.replace("\0", ""),
        "starts": min(args["from"], 1 << 53),
        "not_after": min(args["notAfter"], 1 << 53),
        "digest": args["digest"],
        "issuer": args["issuer"],
        "standing": int(LicenceStanding.VALID),
        "rulings": 0,
        "issued": event.timestamp,
    }


def _record(row: Any) -> LicenceRecord:
    licence = Licence(
        LicenceId(row.licence),
        Address(row.holder),
        row.scope,
        UnixTime(row.starts),
        UnixTime(row.not_after),
        Hash32(row.digest),
    )
    return LicenceRecord(
        licence, LicenceStanding(row.standing), MemberId(row.issuer), row.rulings, UnixTime(row.issued)
    )
