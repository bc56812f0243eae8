"""What the index keeps of its own: how far it is, and the log entries it was made from."""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

metadata: Final = MetaData()

_CHAIN = String(9)
_HASH = String(66)

checkpoints: Final = Table(
    "index_checkpoint",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("block", BigInteger, nullable=False),
    Column("hash", _HASH, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
)

blocks: Final = Table(
    "index_block",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", _HASH, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Blocks that hold an event, and those at which a stretch was committed."""

events: Final = Table(
    "index_event",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("tx", _HASH, nullable=False),
    Column("address", String(42), nullable=False),
    Column("topics", Text, nullable=False),
    Column("data", Text, nullable=False),
    sqlite_with_rowid=False,
)

projections: Final = Table(
    "index_projection",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
)
