"""Entries and tombstones, fed by the events of the contract Records."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, String, Table, delete

from tcmchain.chain.events import Event
from tcmchain.index.rows import insert_rows
from tcmchain.values import ZERO_HASH, ChainName

_metadata: Final = MetaData()
_ID = String(66)
_ACCOUNT = String(42)

entries: Final = Table(
    "records_entry",
    _metadata,
    Column("patient", _ACCOUNT, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("file", _ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("envelope", _ID, nullable=False),
    Column("lock", _ID, nullable=False),
    Column("facts", _ID, nullable=False),
    Column("head", _ID, nullable=False),
    Column("author", _ACCOUNT, nullable=False),
    Column("member", _ID, nullable=True),
    Column("block", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("records_entry_by_file", "file", "patient", "version"),
    Index("records_entry_by_envelope", "envelope"),
    Index("records_entry_by_block", "block"),
)
tombstones: Final = Table(
    "records_tombstone",
    _metadata,
    Column("patient", _ACCOUNT, primary_key=True),
    Column("file", _ID, primary_key=True),
    Column("versions", Integer, nullable=False),
    Column("by", _ACCOUNT, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("records_tombstone_by_block", "block"),
)


class RecordsProjection:
    """Folders, fed by the events of the contract Records."""

    contract = "Records"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = _metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for table, name, row in ((entries, "Appended", _entry), (tombstones, "Erased", _tombstone)):
            rows = [row(event) for event in events if event.name == name]
            if rows:
                insert_rows(connection, table, rows)

    def clear(self, connection: Connection, chain: ChainName) -> None:  # noqa: ARG002
        """Remove all rows."""
        for table in (entries, tombstones):
            connection.execute(delete(table))


def _entry(event: Event) -> Mapping[str, Any]:
    args = event.args
    names = ("patient", "number", "file", "version", "envelope", "lock", "facts", "head", "author")
    return {
        **{name: args[name] for name in names},
        "member": None if args["member"] == ZERO_HASH else args["member"],
        "block": event.block,
        "at": event.timestamp,
        "tx": event.tx,
    }


def _tombstone(event: Event) -> Mapping[str, Any]:
    args = event.args
    return {
        **{name: args[name] for name in ("patient", "file", "versions", "by")},
        "block": event.block,
        "at": event.timestamp,
        "tx": event.tx,
    }
