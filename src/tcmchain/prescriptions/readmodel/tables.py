"""Tables of prescriptions and rule sets, as a replay of the contract's events."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, SmallInteger, String, Table, Text

metadata: Final = MetaData()

_ID = String(66)
_ACCOUNT = String(42)

rights: Final = Table(
    "prescriptions_right",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("member", _ID, nullable=False),
    Column("prescriber", _ACCOUNT, nullable=False),
    Column("key", _ACCOUNT, nullable=False),
    Column("content", _ID, nullable=False),
    Column("rules", Integer, nullable=False),
    Column("issued", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("dispensed_by", _ID),
    Column("account", _ACCOUNT),
    Column("commitment", _ID),
    Column("voucher", _ID),
    Column("ended", BigInteger),
    Column("ended_tx", _ID),
    Index("prescriptions_right_by_member", "member", "step"),
    Index("prescriptions_right_by_prescriber", "prescriber", "step"),
    Index("prescriptions_right_by_dispenser", "dispensed_by", "step"),
    Index("prescriptions_right_by_content", "content"),
    Index("prescriptions_right_by_step", "step", unique=True),
)
overrides: Final = Table(
    "prescriptions_override",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("prescription", _ID, nullable=False),
    Column("finding", _ID, nullable=False),
    Column("second", Boolean, nullable=False),
    Column("signed_by", _ACCOUNT),
    Index("prescriptions_override_by_prescription", "prescription"),
)
rules: Final = Table(
    "prescriptions_rules",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("pharmacist", _ACCOUNT, nullable=False),
    Column("digest", _ID, nullable=False),
    Column("facts", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
)
