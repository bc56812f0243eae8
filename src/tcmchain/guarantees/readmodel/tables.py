"""Tables of the replay of bonds and cases."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, String, Table, Text

metadata: Final = MetaData()

_ID = String(66)

tariffs: Final = Table(
    "guarantees_tariff",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("by", _ID, nullable=False),
    Column("fee", BigInteger, nullable=False),
    Column("bond", BigInteger, nullable=False),
    Column("bond_rate", BigInteger, nullable=False),
    Column("compensation", BigInteger, nullable=False),
    Column("cover", BigInteger, nullable=False),
    Column("term", BigInteger, nullable=False),
    Column("claim_window", BigInteger, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),
)

bonds: Final = Table(
    "guarantees_bond",
    metadata,
    Column("lot", _ID, primary_key=True),
    Column("grower", _ID, nullable=False),
    Column("milligrams", BigInteger, nullable=False),
    Column("fee", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("posted", BigInteger, nullable=False),
    Column("closed", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False, index=True),
    Column("step", BigInteger, nullable=False),
    Index("guarantees_bond_by_grower", "grower", "step"),
    Index("guarantees_bond_by_state", "state", "step"),
)

cases: Final = Table(
    "guarantees_case",
    metadata,
    Column("case", _ID, primary_key=True),
    Column("lot", _ID, nullable=False, index=True),
    Column("grower", _ID, nullable=False, index=True),
    Column("lab", _ID, nullable=False),
    Column("findings", _ID, nullable=False),
    Column("facts", Text, nullable=False),
    Column("state", String(9), nullable=False),
    Column("opened", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("regulator", _ID),
    Column("recall", _ID),
    Column("decided", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("weight", BigInteger, nullable=False),
    Column("pot", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("from_fund", BigInteger, nullable=False),
    Column("to_fund", BigInteger, nullable=False),
    Column("settled", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Index("guarantees_case_by_state", "state", "step"),
)

claims: Final = Table(
    "guarantees_claim",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("case", _ID, nullable=False),
    Column("member", _ID, nullable=False),
    Column("lot", _ID, nullable=False),
    Column("milligrams", BigInteger, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Index("guarantees_claim_by_case", "case", "member"),
    Index("guarantees_claim_by_member", "member", "lot"),
)

shares: Final = Table(
    "guarantees_share",
    metadata,
    Column("case", _ID, primary_key=True),
    Column("member", _ID, primary_key=True),
    Column("collected", BigInteger, nullable=False),
    Column("struck", Boolean, nullable=False),
    Column("step", BigInteger, nullable=False),
)

relations: Final = Table(
    "guarantees_relation",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("a", _ID, nullable=False),
    Column("b", _ID, nullable=False),
    Column("related", Boolean, nullable=False),
    Column("by", _ID, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),
    Index("guarantees_relation_by_a", "a", "step"),
    Index("guarantees_relation_by_b", "b", "step"),
)
