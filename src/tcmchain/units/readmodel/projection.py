"""Openings of units, and what the ledger of lots says of single units, as tables."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, SmallInteger, String, Table, delete

from tcmchain.chain.events import Event
from tcmchain.index.rows import insert_rows
from tcmchain.provenance.model.facts import parse_facts
from tcmchain.units.model.codes import read_serial
from tcmchain.values import ChainName

_opened_metadata: Final = MetaData()
_goods_metadata: Final = MetaData()
_ID = String(66)

openings: Final = Table(
    "units_opening",
    _opened_metadata,
    Column("lot", _ID, primary_key=True),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("purpose", SmallInteger, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("recorded", BigInteger, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
)
packs: Final = Table(
    "units_pack",
    _goods_metadata,
    Column("lot", _ID, primary_key=True),
    Column("root", _ID, nullable=True),
    Column("units", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
)
channels: Final = Table(
    "units_channel",
    _goods_metadata,
    Column("id", Integer, primary_key=True),
    Column("lot", _ID, nullable=False),
    Column("channel", Integer, nullable=False),
    Index("units_channel_by_lot", "lot"),
)
dispensings: Final = Table(
    "units_dispensing",
    _goods_metadata,
    Column("id", Integer, primary_key=True),
    Column("serial", BigInteger, nullable=False),
    Column("lot", _ID, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("member", _ID, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("units_dispensing_by_unit", "serial", "lot"),
)
trace_codes: Final = Table(
    "units_trace_code",
    _goods_metadata,
    Column("id", Integer, primary_key=True),
    Column("first", String(20), nullable=False),
    Column("last", String(20), nullable=False),
    Column("lot", _ID, nullable=False),
    Index("units_trace_code_by_first", "first"),
)


class OpeningsProjection:
    """Openings, fed by the events of the contract Units."""

    contract = "Units"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = _opened_metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        rows = [_opening(event) for event in events if event.name == "Opened"]
        if rows:
            insert_rows(connection, openings, rows)

    def clear(self, connection: Connection, chain: ChainName) -> None:  # noqa: ARG002
        """Remove all rows."""
        connection.execute(delete(openings))


class GoodsProjection:
    """Roots, sales regions, trace codes and dispensed serials, fed by the events of the contract Provenance."""

    contract = "Provenance"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = _goods_metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        rows: dict[str, list[Mapping[str, Any]]] = {table.name: [] for table in _TABLES}
        for event in events:
            _sort(event, rows)
        for table in _TABLES:
            if rows[table.name]:
                insert_rows(connection, table, rows[table.name])

    def clear(self, connection: Connection, chain: ChainName) -> None:  # noqa: ARG002
        """Remove all rows."""
        for table in _TABLES:
            connection.execute(delete(table))


_TABLES: Final = (packs, channels, dispensings, trace_codes)


def _sort(event: Event, rows: Mapping[str, list[Mapping[str, Any]]]) -> None:
    args = event.args
    if event.name == "Packed":
        root = args["unitsRoot"] if int(args["unitsRoot"], 16) else None
        rows["units_pack"].append({"lot": args["lot"], "root": root, "units": args["units"], "tx": event.tx})
        facts = parse_facts(args["facts"])
        rows["units_channel"].extend(_channels(args["lot"], facts))
        rows["units_trace_code"].extend(_codes(args["lot"], facts))
    elif event.name == "Shipped" and '"channel"' in args["facts"]:
        facts = parse_facts(args["facts"])
        for lot, _ in args["portions"]:
            rows["units_channel"].extend(_channels(lot, facts))
    elif event.name == "Dispensed" and '"units"' in args["facts"]:
        rows["units_dispensing"].extend(_dispensed(event))


def _channels(lot: str, facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [{"lot": lot, "channel": int(channel)} for channel in facts.get("channel", ())]


def _codes(lot: str, facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    ranges = (code.partition("-") for code in facts.get("trace_codes", ()))
    return [{"first": first, "last": last or first, "lot": lot} for first, _, last in ranges]


def _dispensed(event: Event) -> list[Mapping[str, Any]]:
    return [
        {
            "serial": read_serial(serial),
            "lot": event.args["lot"],
            "happened": event.args["happened"],
            "member": event.args["holder"],
            "tx": event.tx,
        }
        for serial in parse_facts(event.args["facts"]).get("units", ())
    ]


def _opening(event: Event) -> Mapping[str, Any]:
    args = event.args
    return {
        "lot": args["lot"],
        "serial": args["serial"],
        "purpose": args["purpose"],
        "happened": args["happened"],
        "place": args["place"],
        "recorded": event.timestamp,
        "block": event.block,
        "tx": event.tx,
    }
