"""One-time numbers that were used, in a small database of their own, until nothing signed with them counts any more."""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Final, Protocol

_SWEEP_EVERY: Final = 256
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS asking_nonce (nonce BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asking_nonce_until ON asking_nonce (until);
"""


class Nonces(Protocol):
    """Where used numbers stand."""

    def use(self, nonce: bytes, until: int, now: int) -> bool:
        """Note a number until a moment; ``False`` when it stands there already."""
        ...


class NonceStore:
    """Used numbers on disk, so that a restart opens no door to what was signed before it.

    ``durable`` writes each through to the disk before it is acknowledged; without it they outlive the process, not a
    loss of power.
    """

    def __init__(self, file: Path, durable: bool = False) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Created before SQLite opens it, so that it is never readable by others.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.Lock()
        self._uses = 0
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        self._database.executescript(_TABLE)

    def use(self, nonce: bytes, until: int, now: int) -> bool:
        """Note a number until a moment; ``False`` when it stands there already."""
        with self._lock:
            if self._uses % _SWEEP_EVERY == 0:
                self._database.execute("DELETE FROM asking_nonce WHERE until < ?", (now,))
            self._uses += 1
            made = self._database.execute("INSERT OR IGNORE INTO asking_nonce VALUES (?, ?)", (nonce, until))
            return made.rowcount == 1

    def close(self) -> None:
        """Give the database back."""
        with self._lock:
            self._database.close()
