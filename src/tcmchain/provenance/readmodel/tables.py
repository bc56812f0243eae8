"""Tables of the ledger's replay."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, SmallInteger, String, Table, Text, text

metadata: Final = MetaData()

_ID = String(66)

GONE: Final = "((delta < 0 AND flow <> 'shipped') OR flow = 'lost')"
"""Movements by which a quantity leaves a lot for good: used, repacked, dispensed, retired, lost on the way."""

ledgers: Final = Table(
    "provenance_ledger",
    metadata,
    Column("address", String(42), primary_key=True),
    Column("first", BigInteger, nullable=False),
)
"""Contracts that were in force, with the first step of each; 0 for the one that came first."""

NOT_RECEIVED: Final = "received IS NULL"
"""Lines of shipments that are underway, or came back."""

forms: Final = Table(
    "provenance_form",
    metadata,
    Column("form", String(31), primary_key=True),
    Column("ledger", String(42), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("facts", Text, nullable=False),
)

yields: Final = Table(
    "provenance_yield",
    metadata,
    Column("source", String(31), primary_key=True),
    Column("target", String(31), primary_key=True),
    Column("ledger", String(42), nullable=False),
    Column("ppm", BigInteger, nullable=False),
    Column("auxiliary_ppm", BigInteger, nullable=False),
)

quotas: Final = Table(
    "provenance_quota",
    metadata,
    Column("quota", _ID, primary_key=True),
    Column("grower", _ID, nullable=False, index=True),
    Column("form", String(31), nullable=False),
    Column("certifier", _ID, nullable=False),
    Column("reference", String(64), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("drawn", BigInteger, nullable=False),
    Column("not_after", BigInteger, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("facts", Text, nullable=False),
)

lots: Final = Table(
    "provenance_lot",
    metadata,
    Column("lot", _ID, primary_key=True),
    Column("form", String(31), nullable=False),
    Column("maker", _ID, nullable=False),
    Column("reference", String(64), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("origin", String(12), nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("quota", _ID),
    Column("gtin", String(14), nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("units_root", _ID),
    Index("provenance_lot_by_reference", "reference"),
    Index("provenance_lot_by_form", "form", "step"),
)

steps: Final = Table(
    "provenance_step",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(12), nullable=False),
    Column("tx", _ID, nullable=False),
    Column("recorded", BigInteger, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("member", _ID, nullable=False),
    Column("account", String(42), nullable=False),
    Column("other", _ID),
    Column("shipment", _ID),
    Column("reference", String(64), nullable=False),
    Column("method", String(64), nullable=False),
    Column("observation", SmallInteger),
    Column("conforms", Boolean),
    Column("reason", SmallInteger),
    Column("digest", _ID),
    Column("subject", _ID),
    Column("facts", Text, nullable=False),
    Index("provenance_step_by_member", "member", "step"),
)

movements: Final = Table(
    "provenance_movement",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("lot", _ID, nullable=False),
    Column("holder", _ID, nullable=False),
    Column("flow", String(12), nullable=False),
    Column("delta", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Index("provenance_movement_by_lot", "lot", "step"),
    Index("provenance_movement_by_holder", "holder", "happened"),
    # Answers alone what is gone of a lot, without a look at the rows.
    Index(
        "provenance_movement_gone",
        "lot",
        "flow",
        "holder",
        "amount",
        "delta",
        sqlite_where=text(GONE),
        postgresql_where=text(GONE),
    ),
    sqlite_with_rowid=False,
)

holdings: Final = Table(
    "provenance_holding",
    metadata,
    Column("lot", _ID, primary_key=True),
    Column("holder", _ID, primary_key=True),
    Column("milligrams", BigInteger, nullable=False),
    Index("provenance_holding_by_holder", "holder", "lot"),
    sqlite_with_rowid=False,
)

edges: Final = Table(
    "provenance_edge",
    metadata,
    Column("child", _ID, primary_key=True),
    Column("parent", _ID, primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("milligrams", BigInteger, nullable=False),
    Index("provenance_edge_by_parent", "parent", "child"),
)

shipments: Final = Table(
    "provenance_shipment",
    metadata,
    Column("shipment", _ID, primary_key=True),
    Column("sender", _ID, nullable=False),
    Column("consignee", _ID, nullable=False),
    Column("reference", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("shipped", BigInteger, nullable=False),
    Index("provenance_shipment_by_sender", "sender", "shipped"),
    Index("provenance_shipment_by_consignee", "consignee", "shipped"),
    Index("provenance_shipment_by_reference", "reference"),
)

lines: Final = Table(
    "provenance_line",
    metadata,
    Column("shipment", _ID, primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("lot", _ID, nullable=False),
    Column("shipped", BigInteger, nullable=False),
    Column("received", BigInteger),
    # Of most lots nothing is underway: this small index says so.
    Index(
        "provenance_line_not_received",
        "lot",
        sqlite_where=text(NOT_RECEIVED),
        postgresql_where=text(NOT_RECEIVED),
    ),
    sqlite_with_rowid=False,
)

recalls: Final = Table(
    "provenance_recall",
    metadata,
    Column("recall", _ID, primary_key=True),
    Column("by", _ID, nullable=False),
    Column("reference", String(64), nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("opened", BigInteger, nullable=False),
    Column("closed", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),
)

reached: Final = Table(
    "provenance_reached",
    metadata,
    Column("recall", _ID, primary_key=True),
    Column("lot", _ID, primary_key=True),
    Column("seed", Boolean, nullable=False),
    Column("frozen", BigInteger, nullable=False),
    Column("released", BigInteger, nullable=False),
    Index("provenance_reached_by_lot", "lot"),
)

secured: Final = Table(
    "provenance_secured",
    metadata,
    Column("recall", _ID, primary_key=True),
    Column("holder", _ID, primary_key=True),
    Column("lot", _ID, primary_key=True),
    Column("milligrams", BigInteger, nullable=False),
    Column("recorded", BigInteger, nullable=False),
)
