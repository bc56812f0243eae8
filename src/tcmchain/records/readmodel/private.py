"""The slice's own small database in the node's folder: relation cards, uploads, equal bodies, what was dropped."""

import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS records_card (
    member TEXT NOT NULL, patient TEXT NOT NULL, sealed BLOB NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (member, patient)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records_upload (
    upload TEXT PRIMARY KEY, account TEXT NOT NULL, patient TEXT NOT NULL, size INTEGER NOT NULL, tag TEXT,
    reached INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_upload_by_account ON records_upload (account);
CREATE TABLE IF NOT EXISTS records_body (
    patient TEXT NOT NULL, tag TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (patient, tag)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records_own (
    patient TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (patient, body)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records_cursor (name TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
"""


class PrivateRecords:
    """One connection behind a lock; what is acknowledged outlives a loss of power."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Created before SQLite opens it, so that it is never readable by others.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Give the database back."""
        with self._lock:
            self._database.close()

    def one(self, statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of an answer."""
        with self._lock:
            found: tuple[Any, ...] | None = self._database.execute(statement, values).fetchone()
        return found

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of an answer."""
        with self._lock:
            return self._database.execute(statement, values).fetchall()

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Change rows; answers how many."""
        with self._lock:
            return self._database.execute(statement, values).rowcount

    def cursor(self, name: str) -> int:
        """How far a background work has come, 0 at first."""
        row = self.one("SELECT place FROM records_cursor WHERE name = ?", (name,))
        return 0 if row is None else int(row[0])

    def move(self, name: str, place: int) -> None:
        """Note how far a background work has come."""
        self.change("INSERT OR REPLACE INTO records_cursor VALUES (?, ?)", (name, place))
