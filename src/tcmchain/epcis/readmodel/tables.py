"""What a node keeps of EPCIS: captured events stand on no chain, so this store is the only place of them.

Moments are Unix milliseconds, hashes 32 bytes.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

metadata: Final = MetaData()

_SEQ = BigInteger().with_variant(Integer(), "sqlite")
_MEMBER = String(66)

events: Final = Table(
    "epcis_event",
    metadata,
    Column("seq", _SEQ, primary_key=True, autoincrement=True),
    Column("key", LargeBinary(32), nullable=False, unique=True),
    Column("hash", LargeBinary(32), nullable=False),
    Column("id", Text, nullable=False),
    Column("event_time", BigInteger, nullable=False),
    Column("record_time", BigInteger, nullable=False),
    Column("member", _MEMBER, nullable=False),
    Column("move", String(66)),
    Column("declared", Boolean, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Index("epcis_event_by_time", "event_time", "seq"),
    sqlite_autoincrement=True,
)
"""Captured events in the order of capture, which is that of their ``record_time``.

``key`` is the hash, or that with the error declaration's; ``move`` is the transaction of an event that moved goods; all
others are observations, anchored by the batch that spans their number.
"""

terms: Final = Table(
    "epcis_term",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Marks that events are looked up by, their ids too."""

aliases: Final = Table(
    "epcis_alias",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""Further ids under which an event was handed in again."""

words: Final = Table(
    "epcis_word",
    metadata,
    Column("facet", String(20), primary_key=True),
    Column("word", Text, primary_key=True),
)
"""Values that the top-level resources list."""

jobs: Final = Table(
    "epcis_job",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("member", _MEMBER, nullable=False),
    Column("account", String(42), nullable=False),
    Column("behaviour", String(8), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("finished", BigInteger),
    Column("success", Boolean, nullable=False),
    Column("events", Integer, nullable=False),
    Column("captured", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("moved", Integer, nullable=False),
    Column("faults", LargeBinary),
    Column("payload", LargeBinary),
    Index("epcis_job_by_number", "number", unique=True),
    Index("epcis_job_unfinished", "finished"),
    Index("epcis_job_by_member", "member", "number"),
)
"""Capture jobs; ``payload`` is the document until the job is finished."""

moves: Final = Table(
    "epcis_move",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("member", _MEMBER, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("sent", BigInteger, nullable=False),
    Column("tx", String(66)),
)
"""Moves of which it is not yet kept what became of them; written before anything is sent."""

batches: Final = Table(
    "epcis_batch",
    metadata,
    Column("member", _MEMBER, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("tx", String(66)),
    Column("state", SmallInteger, nullable=False),
    Index("epcis_batch_by_span", "member", "first", "last"),
)
"""Batches of one member's observations from ``first`` to ``last``; ``state`` 0 to be anchored, 1 anchored."""

queries: Final = Table(
    "epcis_query",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("member", _MEMBER, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("definition", LargeBinary, nullable=False),
)

subscriptions: Final = Table(
    "epcis_subscription",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("query", String(200), nullable=False),
    Column("member", _MEMBER, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("definition", LargeBinary, nullable=False),
    Column("told", BigInteger, nullable=False),
    Column("notified", BigInteger),
    Column("due", BigInteger),
    Column("attempts", Integer, nullable=False),
    Index("epcis_subscription_by_query", "query"),
)
"""``told`` is the last event (by ``seq``) that the subscriber was told of; ``due`` when it is to be told again."""
