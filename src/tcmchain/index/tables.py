"""What the index keeps of its own: how far it is, and the log entries it was made from."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, String, Table

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
    "index_event",
    metadata,
    Column("chain", _CHAIN, primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", _HASH, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("installs", Boolean, nullable=False),
    Column("logs", LargeBinary),
)
"""Blocks that hold entries of the consortium's contracts, packed block by block, and those at which a stretch ended.

``installs`` marks blocks in which the Directory changed.
"""

projections: Final = Table(
    "index_projection",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
)
