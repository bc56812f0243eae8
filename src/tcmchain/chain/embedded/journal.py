"""The chain's durable log: one record a block, in SQLite, on the disk before anything is acknowledged."""

import sqlite3
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tcmchain.chain.embedded.errors import Contradiction

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS record (
    number INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    parent BLOB NOT NULL,
    transactions BLOB NOT NULL,
    crc INTEGER NOT NULL
)
"""
_COLUMNS: Final = "number, timestamp, parent, transactions, crc"
_READ_AHEAD: Final = 256


@dataclass(frozen=True, slots=True)
class Record:
    """What a block is made from. The block's own hash stands as ``parent`` in the next record."""

    number: int
    timestamp: int
    parent: bytes
    raws: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What was appended since the file was opened: records, their transactions, and the seconds that the disk took."""

    records: int = 0
    transactions: int = 0
    seconds: float = 0.0


class Journal:
    """The records of one chain: written by one thread, read by another on a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.written = Written()
        self._write = _connect(path)
        self._write.execute(_SCHEMA)
        self._db = _connect(path)

    def append(self, record: Record) -> None:
        """Write a record; it is on the disk when this returns."""
        began = time.perf_counter()
        packed = _pack(record.raws)
        values = (record.number, record.timestamp, record.parent, packed, _crc(record, packed))
        self._write.execute(f"INSERT INTO record ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)", values)  # noqa: S608
        so_far, seconds = self.written, time.perf_counter() - began
        self.written = Written(so_far.records + 1, so_far.transactions + len(record.raws), so_far.seconds + seconds)

    @property
    def last(self) -> int:
        """Number of the last record; 0 when there is none."""
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM record").fetchone()[0])

    def read(self, first: int) -> Iterator[Record]:
        """Records from number ``first`` on; raises :class:`Contradiction` at one that is torn or missing."""
        while rows := self._rows(first):
            for row in rows:
                if row[0] != first:
                    raise Contradiction(f"record {first} of the log is missing")
                yield _read(row)
                first += 1

    def _rows(self, first: int) -> list[tuple[int, int, bytes, bytes, int]]:
        return self._db.execute(
            f"SELECT {_COLUMNS} FROM record WHERE number >= ? ORDER BY number LIMIT ?",  # noqa: S608
            (first, _READ_AHEAD),
        ).fetchall()

    def raws(self, number: int) -> tuple[bytes, ...]:
        """The transactions logged for a block."""
        found = self._db.execute("SELECT transactions FROM record WHERE number = ?", (number,)).fetchone()
        return () if found is None else _unpack(found[0])

    def parent(self, number: int) -> bytes | None:
        """The parent's hash as logged with block ``number``; ``None`` when there is no such record."""
        found = self._db.execute("SELECT parent FROM record WHERE number = ?", (number,)).fetchone()
        return None if found is None else bytes(found[0])

    def torn(self) -> int | None:
        """Number of the last record if it is torn."""
        number = self.last
        try:
            for _ in self.read(number) if number else ():
                pass
        except Contradiction:
            return number
        return None

    def cut(self, number: int) -> None:
        """Remove the last record, ``number``, which was never acknowledged."""
        self._write.execute("DELETE FROM record WHERE number >= ?", (number,))

    def close(self) -> None:
        """Close the file."""
        self._db.close()
        self._write.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection


def _crc(record: Record, packed: bytes) -> int:
    return zlib.crc32(
        packed, zlib.crc32(record.parent, zlib.crc32(struct.pack(">QQ", record.number, record.timestamp)))
    )


def _read(row: tuple[int, int, bytes, bytes, int]) -> Record:
    number, timestamp, parent, packed, crc = row
    try:
        record = Record(number, timestamp, parent, _unpack(packed))
        whole = _crc(record, packed) == crc
    except (struct.error, TypeError) as error:
        raise Contradiction(f"record {number} of the log is torn") from error
    if not whole:
        raise Contradiction(f"record {number} of the log does not fit its checksum")
    return record


def _pack(raws: Sequence[bytes]) -> bytes:
    return b"".join(part for raw in raws for part in (struct.pack(">I", len(raw)), raw))


def _unpack(packed: bytes) -> tuple[bytes, ...]:
    found, at = [], 0
    while at < len(packed):
        (size,) = struct.unpack_from(">I", packed, at)
        found.append(packed[at + 4 : at + 4 + size])
        at += 4 + size
    return tuple(found)
