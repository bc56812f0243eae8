"""The database behind the index."""

from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url


def open_engine(url: str, durable: bool = False) -> Engine:
    """Open a SQLAlchemy address: SQLite with readers beside the writer, or PostgreSQL through psycopg.

    ``durable`` is for what is no replay: a commit then outlives a power cut in SQLite too.
    """
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_size=10, max_overflow=20, pool_pre_ping=True)
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, pool_size=10, max_overflow=20, connect_args={"timeout": 30})
    # Of a replay, a power cut may take the last commit: that costs a second reading, never a fact.
    event.listen(engine, "connect", partial(_prepare, durable))
    return engine


def _prepare(durable: bool, connection: Any, _: Any) -> None:
    # What is read of a large replay is mapped instead of copied.
    kind = ("synchronous=FULL",) if durable else ("synchronous=NORMAL", "mmap_size=2147418112")
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "cache_size=-65536", "temp_store=MEMORY", *kind):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
