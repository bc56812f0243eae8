"""Tables of the replay, rows by chain: the same decisions reach the chains one by one."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, SmallInteger, String, Table, Text

metadata: Final = MetaData()

_CHAIN = String(9)
_ID = String(66)
_ACCOUNT = String(42)

members: Final = Table(
    "members_member",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("member", _ID, primary_key=True),
    Column("kind", SmallInteger, nullable=False),
    Column("standing", SmallInteger, nullable=False),
    Column("voting", Boolean, nullable=False),
    Column("officer", _ACCOUNT, nullable=False),
    Column("agreement", Integer, nullable=False),
    Column("appointments", BigInteger, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("address_zh", Text, nullable=False),
    Column("address_en", Text, nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("gln", String(13), nullable=False, index=True),
    Column("words", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
)

accounts: Final = Table(
    "members_account",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("account", _ACCOUNT, primary_key=True),
    Column("member", _ID, nullable=False),
    Column("role", String(8), nullable=False),
    Column("since", BigInteger, nullable=False),
    Index("members_account_by_member", "chain", "member"),
)

agreements: Final = Table(
    "members_agreement",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", _ID, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
)

signatures: Final = Table(
    "members_signature",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("member", _ID, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
)

motions: Final = Table(
    "members_motion",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("matter", SmallInteger, nullable=False),
    Column("motion", _ID, nullable=False),
    Column("votes", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
)

history: Final = Table(
    "members_history",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("member", _ID, nullable=False),
    Column("turn", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("digest", _ID),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("members_history_by_member", "chain", "member"),
)

contracts: Final = Table(
    "members_contract",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("name", _ID, primary_key=True),
    Column("address", _ACCOUNT, nullable=False),
    Column("previous", _ACCOUNT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
)
