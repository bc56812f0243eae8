"""What a node keeps of sessions, in its own small database; it is the node's alone and may be lost."""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Final

from tcmchain.values import Address

_MESSAGES_AN_ACCOUNT: Final = 16
_MESSAGES: Final = 20_000
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS session_message (
    digest BLOB PRIMARY KEY, address TEXT NOT NULL, issued INTEGER NOT NULL, expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_message_address ON session_message (address, issued);
CREATE TABLE IF NOT EXISTS session (
    digest BLOB PRIMARY KEY, address TEXT NOT NULL, opened INTEGER NOT NULL, expires INTEGER NOT NULL
) WITHOUT ROWID;
"""


class PrivateStore:
    """Messages that wait for a signature, and sessions; both only by their hash."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Created before SQLite opens it, so that it is never readable by others.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Give the database back."""
        with self._lock:
            self._database.close()

    def keep_message(self, digest: bytes, address: Address, issued: int, expires: int) -> None:
        """Remember a message; of one account the newest few, so that nobody fills the store."""
        with self._lock, self._database as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM session_message WHERE expires < ?", (issued,))
            database.execute(
                "DELETE FROM session_message WHERE digest IN (SELECT digest FROM session_message WHERE address = ?"
                " ORDER BY issued DESC LIMIT -1 OFFSET ?)",
                (address, _MESSAGES_AN_ACCOUNT - 1),
            )
            database.execute(
                "DELETE FROM session_message WHERE digest IN"
                " (SELECT digest FROM session_message ORDER BY issued DESC LIMIT -1 OFFSET ?)",
                (_MESSAGES - 1,),
            )
            database.execute("INSERT INTO session_message VALUES (?, ?, ?, ?)", (digest, address, issued, expires))

    def use_message(self, digest: bytes, now: int) -> Address | None:
        """The account of a message, which is forgotten with this."""
        with self._lock:
            found = self._database.execute(
                "DELETE FROM session_message WHERE digest = ? RETURNING address, expires", (digest,)
            ).fetchone()
        return None if found is None or found[1] < now else Address(found[0])

    def keep_session(self, digest: bytes, address: Address, opened: int, expires: int) -> None:
        """Remember a session, and forget those that are over."""
        with self._lock, self._database as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM session WHERE expires < ?", (opened,))
            database.execute("INSERT INTO session VALUES (?, ?, ?, ?)", (digest, address, opened, expires))

    def session(self, digest: bytes, now: int) -> Address | None:
        """The account of a session that still stands."""
        with self._lock:
            found = self._database.execute(
                "SELECT address FROM session WHERE digest = ? AND expires >= ?", (digest, now)
            ).fetchone()
        return None if found is None else Address(found[0])

    def sessions(self, now: int) -> int:
        """How many sessions still stand."""
        with self._lock:
            found = self._database.execute("SELECT count(*) FROM session WHERE expires >= ?", (now,)).fetchone()
        return int(found[0])

    def forget_session(self, digest: bytes) -> None:
        """End a session."""
        with self._lock:
            self._database.execute("DELETE FROM session WHERE digest = ?", (digest,))
