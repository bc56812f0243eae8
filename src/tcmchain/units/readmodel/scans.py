"""The node's own log of scans: time, coarse place, kind; never who a person is, never from which address."""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Final

from tcmchain.units.model.codes import Serial
from tcmchain.units.model.sightings import Scan, ScanKind
from tcmchain.values import LotId, MemberId, UnixTime

_KEPT: Final = 500
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS units_scan (
    id INTEGER PRIMARY KEY, lot BLOB NOT NULL, serial INTEGER NOT NULL, at INTEGER NOT NULL,
    kind INTEGER NOT NULL, place INTEGER NOT NULL, member TEXT
);
CREATE INDEX IF NOT EXISTS units_scan_by_unit ON units_scan (serial, lot, at);
"""


class ScanLog:
    """Scans by unit. Of one unit the newest five hundred are kept, and :meth:`count` counts no more."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Give the database back."""
        with self._lock:
            self._database.close()

    def note(self, lot: LotId, serial: Serial, scan: Scan) -> None:
        """Keep a scan."""
        unit = (serial, bytes.fromhex(lot[2:]))
        with self._lock, self._database as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute(
                "INSERT INTO units_scan (serial, lot, at, kind, place, member) VALUES (?, ?, ?, ?, ?, ?)",
                (*unit, scan.at, int(scan.kind), scan.place, scan.member),
            )
            database.execute(
                "DELETE FROM units_scan WHERE id IN (SELECT id FROM units_scan WHERE serial = ? AND lot = ?"
                " ORDER BY at DESC LIMIT -1 OFFSET ?)",
                (*unit, _KEPT),
            )

    def scans(self, lot: LotId, serial: Serial) -> list[Scan]:
        """All scans kept of a unit, in order of time."""
        with self._lock:
            rows = self._database.execute(
                "SELECT at, kind, place, member FROM units_scan WHERE serial = ? AND lot = ? ORDER BY at",
                (serial, bytes.fromhex(lot[2:])),
            ).fetchall()
        return [
            Scan(UnixTime(at), ScanKind(kind), place, None if member is None else MemberId(member))
            for at, kind, place, member in rows
        ]

    def count(self) -> int:
        """How many scans the log has."""
        with self._lock:
            found: int = self._database.execute("SELECT count(*) FROM units_scan").fetchone()[0]
        return found
