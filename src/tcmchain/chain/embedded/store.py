"""Executed blocks, receipts and logs in SQLite: derived from the chain's log, and rebuilt from it when lost."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from tcmchain.chain.embedded.blocks import Block, Executed

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS block (
    number INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    timestamp INTEGER NOT NULL,
    header BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS tx (
    key INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    place INTEGER NOT NULL,
    sender BLOB NOT NULL,
    nonce INTEGER NOT NULL,
    created BLOB,
    first_log INTEGER NOT NULL,
    logs INTEGER NOT NULL,
    receipt BLOB NOT NULL,
    UNIQUE (sender, nonce)
);
CREATE INDEX IF NOT EXISTS tx_created ON tx (key) WHERE created IS NOT NULL;
CREATE TABLE IF NOT EXISTS log (
    key INTEGER PRIMARY KEY,
    tx INTEGER NOT NULL,
    address BLOB NOT NULL,
    topics BLOB NOT NULL,
    data BLOB NOT NULL
);
"""
_BITS: Final = 24
_LOGS: Final = """
SELECT log.key & 16777215 AS place, log.tx & 16777215 AS tx_place, tx.hash AS tx_hash, log.address, log.topics,
       log.data, block.number, block.hash AS block_hash, block.timestamp
FROM log JOIN tx ON tx.key = log.tx JOIN block ON block.number = log.key >> 24
WHERE log.key BETWEEN ? AND ? {filter} ORDER BY log.key LIMIT ?
"""
_TX: Final = "SELECT key, hash, place, sender, first_log, logs, receipt FROM tx WHERE "
_ALL: Final = -1


class BlockRow(NamedTuple):
    """A block as stored."""

    number: int
    hash: bytes
    timestamp: int
    header: bytes


class TxRow(NamedTuple):
    """A transaction as stored; ``place`` is where it stands in its record of the log."""

    key: int
    hash: bytes
    place: int
    sender: bytes
    first_log: int
    logs: int
    receipt: bytes

    @property
    def block(self) -> int:
        return self.key >> _BITS

    @property
    def position(self) -> int:
        return self.key & ((1 << _BITS) - 1)


class LogRow(NamedTuple):
    """A contract's log entry as stored."""

    position: int
    tx_position: int
    tx_hash: bytes
    address: bytes
    topics: bytes
    data: bytes
    block: int
    block_hash: bytes
    timestamp: int


class BlockStore:
    """The blocks of one chain: one writer, any number of readers on connections of their own."""

    def __init__(self, path: Path) -> None:
        self._write = _connect(path)
        self._write.executescript(_SCHEMA)
        self._read = _connect(path)
        # A checkpoint's flush and the next block's rows come from two threads.
        self._writing = threading.Lock()

    def add(self, block: Block) -> None:
        """Keep a block, in one transaction."""
        base = block.number << _BITS
        transactions, logs, at = [], [], 0
        for index, tx in enumerate(block.transactions):
            transactions.append(_row(base + index, tx, at))
            logs += [(base + at + i, base + index, e.address, e.topics, e.data) for i, e in enumerate(tx.logs)]
            at += len(tx.logs)
        with self._writing, self._write:
            self._write.execute("BEGIN")
            header = (block.number, block.hash, block.timestamp, block.header)
            self._write.execute("INSERT INTO block VALUES (?, ?, ?, ?)", header)
            self._write.executemany("INSERT INTO tx VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", transactions)
            self._write.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?)", logs)

    def flush(self) -> None:
        """Bring everything kept onto the disk itself."""
        with self._writing:
            self._write.execute("PRAGMA wal_checkpoint(FULL)").fetchall()

    @property
    def head(self) -> BlockRow | None:
        """The newest block."""
        return self._block("ORDER BY number DESC LIMIT 1")

    def by_number(self, number: int) -> BlockRow | None:
        """A block by its number."""
        return self._block("WHERE number = ?", number) if number < 1 << 63 else None

    def by_hash(self, digest: bytes) -> BlockRow | None:
        """A block by its hash."""
        return self._block("WHERE hash = ?", digest)

    def _block(self, where: str, *values: Any) -> BlockRow | None:
        row = self._read.execute(f"SELECT * FROM block {where}", values).fetchone()  # noqa: S608
        return None if row is None else BlockRow(*row)

    def hashes(self, number: int) -> list[bytes]:
        """Hashes of a block's transactions, in order."""
        return [row[0] for row in self._read.execute("SELECT hash FROM tx WHERE key BETWEEN ? AND ?", _keys(number))]

    def transactions(self, number: int) -> list[TxRow]:
        """A block's transactions, in order."""
        return [TxRow(*row) for row in self._read.execute(_TX + "key BETWEEN ? AND ?", _keys(number))]

    def transaction(self, digest: bytes) -> TxRow | None:
        """A transaction by its hash."""
        row = self._read.execute(_TX + "hash = ?", (digest,)).fetchone()
        return None if row is None else TxRow(*row)

    def next_nonce(self, sender: bytes) -> int:
        """Number of an account's next transaction, as far as blocks tell."""
        found = self._read.execute("SELECT max(nonce) FROM tx WHERE sender = ?", (sender,)).fetchone()[0]
        return 0 if found is None else int(found) + 1

    def creations(self, last: int) -> list[tuple[bytes, int]]:
        """Sender and nonce of every transaction up to block ``last`` that made a contract."""
        return self._read.execute(
            "SELECT sender, nonce FROM tx WHERE created IS NOT NULL AND key < ?", ((last + 1) << _BITS,)
        ).fetchall()

    def count(self, first: int, last: int) -> int:
        """How many transactions the blocks ``first`` to ``last`` hold."""
        keys = (first << _BITS, (last + 1) << _BITS)
        return int(self._read.execute("SELECT count(*) FROM tx WHERE key >= ? AND key < ?", keys).fetchone()[0])

    def logs_of(self, tx: TxRow) -> list[LogRow]:
        """What one transaction emitted."""
        first = (tx.block << _BITS) + tx.first_log
        return self._logs(self._read, "", [first, first + tx.logs - 1, _ALL])

    def logs(self, first: int, last: int, addresses: Sequence[bytes] = (), limit: int = _ALL) -> list[LogRow]:
        """What contracts emitted in the blocks ``first`` to ``last``, in order; meant for any thread."""
        keys: list[Any] = [first << _BITS, ((last + 1) << _BITS) - 1]
        wanted = f"AND log.address IN ({','.join('?' * len(addresses))})" if addresses else ""
        connection = _connect(self._path())
        try:
            return self._logs(connection, wanted, [*keys, *addresses, limit])
        finally:
            connection.close()

    def _path(self) -> Path:
        return Path(self._read.execute("PRAGMA database_list").fetchone()[2])

    def _logs(self, connection: sqlite3.Connection, wanted: str, values: Iterable[Any]) -> list[LogRow]:
        return [LogRow(*row) for row in connection.execute(_LOGS.format(filter=wanted), tuple(values))]

    def close(self) -> None:
        """Close the file."""
        self._read.close()
        self._write.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection


def _keys(number: int) -> tuple[int, int]:
    return (number << _BITS, ((number + 1) << _BITS) - 1)


def _row(key: int, tx: Executed, first_log: int) -> tuple[Any, ...]:
    return (key, tx.hash, tx.place, tx.sender, tx.nonce, tx.created, first_log, len(tx.logs), tx.receipt)
