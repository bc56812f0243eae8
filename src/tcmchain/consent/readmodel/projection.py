"""Grants, withdrawals and break-glass, as the chain tells them: commitments, and nothing in clear."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    update,
)

from tcmchain.chain.events import Event
from tcmchain.values import ZERO_HASH, ChainName

metadata: Final = MetaData()
_ID = String(66)
_ACCOUNT = String(42)

grants: Final = Table(
    "consent_grant",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("patient", _ACCOUNT, nullable=False),
    Column("terms", _ID, nullable=False),
    Column("writer", _ID, nullable=False),
    Column("passer", _ID, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("by", _ACCOUNT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("parent", _ID, nullable=False),
    Column("withdrawn", BigInteger, nullable=False, default=0),
    Column("withdrawn_by", _ACCOUNT),
    Index("consent_grant_by_patient", "patient", "at"),
    Index("consent_grant_by_parent", "parent"),
)
glasses: Final = Table(
    "consent_break_glass",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("moved", BigInteger, nullable=False),
    Column("patient", _ACCOUNT, nullable=False),
    Column("first", _ACCOUNT, nullable=False),
    Column("member", _ID, nullable=False),
    Column("reason", _ID, nullable=False),
    Column("reading_key", LargeBinary, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("second", _ACCOUNT),
    Column("second_member", _ID),
    Column("review_by", BigInteger, nullable=False, default=0),
    Column("ended_by", _ACCOUNT),
    Column("ended", BigInteger, nullable=False, default=0),
    Column("regulator", _ID),
    Column("justified", Boolean),
    Column("findings", _ID),
    Index("consent_break_glass_by_patient", "patient"),
    Index("consent_break_glass_by_place", "place"),
    Index("consent_break_glass_by_moved", "moved"),
)


class ConsentProjection:
    """The slice's read model, fed by the index."""

    contract = "Consent"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            apply = _APPLY.get(event.name)
            if apply is not None:
                apply(connection, event, event.args)

    def clear(self, connection: Connection, chain: ChainName) -> None:  # noqa: ARG002
        """Remove all rows."""
        for table in (grants, glasses):
            connection.execute(delete(table))


def _granted(connection: Connection, event: Event, args: Any) -> None:
    row = {name: args[name] for name in ("id", "patient", "terms", "writer", "passer", "until", "by")}
    connection.execute(insert(grants), row | {"at": event.timestamp, "tx": event.tx, "parent": ZERO_HASH})


def _passed_on(connection: Connection, event: Event, args: Any) -> None:
    row = {name: args[name] for name in ("id", "parent", "patient", "terms", "until", "by")}
    more = {"writer": ZERO_HASH, "passer": ZERO_HASH, "at": event.timestamp, "tx": event.tx}
    connection.execute(insert(grants), row | more)


def _withdrawn(connection: Connection, event: Event, args: Any) -> None:
    # What was passed on from it holds no longer either, and cannot be passed on again.
    which = ((grants.c.id == args["id"]) | (grants.c.parent == args["id"])) & (grants.c.withdrawn == 0)
    values = {"withdrawn": event.timestamp, "withdrawn_by": args["by"]}
    connection.execute(update(grants).where(which).values(**values))


def _broken(connection: Connection, event: Event, args: Any) -> None:
    row = {name: args[name] for name in ("id", "patient", "first", "member", "reason", "until")}
    key = bytes.fromhex(args["readingKey"].removeprefix("0x"))
    place = _place(event)
    more = {"reading_key": key, "at": event.timestamp, "place": place, "moved": place}
    connection.execute(insert(glasses), row | more)


def _seconded(connection: Connection, event: Event, args: Any) -> None:
    _change(
        connection,
        event,
        second=args["second"],
        second_member=args["member"],
        until=args["until"],
        review_by=args["reviewBy"],
    )


def _ended(connection: Connection, event: Event, args: Any) -> None:
    _change(connection, event, ended_by=args["by"], ended=event.timestamp)


def _reviewed(connection: Connection, event: Event, args: Any) -> None:
    _change(connection, event, regulator=args["regulator"], justified=args["justified"], findings=args["digest"])


def _change(connection: Connection, event: Event, **values: Any) -> None:
    which = glasses.c.id == event.args["id"]
    connection.execute(update(glasses).where(which).values(**values, moved=_place(event)))


def _place(event: Event) -> int:
    """A number that follows the chain's order; blocks hold fewer entries than it leaves room for."""
    return event.block * 1_000_000 + event.index


_APPLY: Final = {
    "Granted": _granted,
    "PassedOn": _passed_on,
    "Withdrawn": _withdrawn,
    "GlassBroken": _broken,
    "GlassSeconded": _seconded,
    "GlassEnded": _ended,
    "GlassReviewed": _reviewed,
}
