"""Where texts that can be erased lie, in a file of the node's own that forgets thoroughly."""

import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tcmchain.values import Hash32

_WAITING: Final = 5_000
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS text (
    digest BLOB PRIMARY KEY, content BLOB NOT NULL, kept INTEGER NOT NULL, named INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS text_unnamed ON text (kept) WHERE named = 0;
"""


class TextStore:
    """Texts by their hash; of those that no chain has named yet, the newest few thousand.

    What is deleted is overwritten in the file and leaves its log at once, so that nothing of it is found on the disk.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Created before SQLite opens it, so that it is never readable by others.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Give the database back."""
        with self._lock:
            self._database.close()

    def put(self, digest: Hash32, content: bytes, now: int) -> None:
        """Keep a text; one that is here stays as it is."""
        with self._lock, self._database as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute(
                "DELETE FROM text WHERE digest IN"
                " (SELECT digest FROM text WHERE named = 0 ORDER BY kept DESC LIMIT -1 OFFSET ?)",
                (_WAITING - 1,),
            )
            database.execute(
                "INSERT OR IGNORE INTO text (digest, content, kept) VALUES (?, ?, ?)", (_key(digest), content, now)
            )

    def get(self, digest: Hash32) -> bytes | None:
        """A text, if it is here."""
        with self._lock:
            found = self._database.execute("SELECT content FROM text WHERE digest = ?", (_key(digest),)).fetchone()
        return None if found is None else bytes(found[0])

    def name(self, digest: Hash32) -> None:
        """Note that a chain names a text."""
        with self._lock:
            self._database.execute("UPDATE text SET named = 1 WHERE digest = ?", (_key(digest),))

    def is_named(self, digest: Hash32) -> bool:
        """Whether it was noted that a chain names a text."""
        with self._lock:
            found = self._database.execute("SELECT named FROM text WHERE digest = ?", (_key(digest),)).fetchone()
        return found is not None and bool(found[0])

    def unnamed(self, before: int) -> list[Hash32]:
        """Texts kept before a moment of which it was not noted that a chain names them."""
        with self._lock:
            found = self._database.execute("SELECT digest FROM text WHERE named = 0 AND kept < ?", (before,)).fetchall()
        return [Hash32("0x" + bytes(row[0]).hex()) for row in found]

    def count(self) -> tuple[int, int]:
        """How many texts are here, and how many of them are not noted as named."""
        with self._lock:
            found = self._database.execute("SELECT count(*), count(*) FILTER (WHERE named = 0) FROM text").fetchone()
        return int(found[0]), int(found[1])

    def delete(self, digests: Sequence[Hash32]) -> None:
        """Delete texts so that nothing of them remains in the file or its log."""
        with self._lock:
            gone = self._database.executemany(
                "DELETE FROM text WHERE digest = ?", [(_key(digest),) for digest in digests]
            )
            if gone.rowcount > 0:
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _key(digest: Hash32) -> bytes:
    return bytes.fromhex(digest[2:])
