"""The words of questions and answers to search in, in a file of the node's own that forgets thoroughly."""

import math
import os
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tcmchain.consultations.model.words import terms_of, wanted_in
from tcmchain.values import Hash32

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS shelf_text (digest BLOB PRIMARY KEY, length INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shelf_term (
    term TEXT NOT NULL, digest BLOB NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (term, digest)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS shelf_term_by_digest ON shelf_term (digest);
"""
_SEARCHED: Final = ("condition", "tried", "words")
_K1: Final = 1.2
_B: Final = 0.75
_TELLING: Final = 16


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that a search found: how well it fits, and the symptoms that both have."""

    digest: Hash32
    score: float
    symptoms: tuple[str, ...]


class WordShelf:
    """Terms of texts, ranked as BM25 does (Robertson and Zaragoza, 2009, k1 1.2 and b 0.75)."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Created before SQLite opens it, so that it is never readable by others.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Give the database back."""
        with self._lock:
            self._database.close()

    def put(self, digest: Hash32, text: Mapping[str, Any]) -> None:
        """Take in the words of a text; the same text again changes nothing."""
        terms = terms_of("\n".join(str(text[field]) for field in _SEARCHED if field in text))
        key = bytes.fromhex(digest[2:])
        with self._lock, self._database as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT OR IGNORE INTO shelf_text VALUES (?, ?)", (key, terms.total()))
            database.executemany(
                "INSERT OR IGNORE INTO shelf_term VALUES (?, ?, ?)", [(term, key, n) for term, n in terms.items()]
            )

    def drop(self, digest: Hash32) -> None:
        """Forget the words of a text, so that nothing of them remains in the file or its log."""
        key = bytes.fromhex(digest[2:])
        with self._lock:
            with self._database as database:
                database.execute("BEGIN IMMEDIATE")
                gone = database.execute("DELETE FROM shelf_text WHERE digest = ?", (key,)).rowcount
                database.execute("DELETE FROM shelf_term WHERE digest = ?", (key,))
            if gone:
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def search(self, query: str, limit: int) -> list[Hit]:
        """The texts that fit a query best."""
        wanted = wanted_in(query)
        scores: defaultdict[bytes, float] = defaultdict(float)
        because: defaultdict[bytes, list[str]] = defaultdict(list)
        with self._lock:
            texts, words = self._database.execute("SELECT count(*), total(length) FROM shelf_text").fetchone()
            for term, rarity in self._telling(wanted.weights, texts):
                rows = self._database.execute(
                    "SELECT digest, times, length FROM shelf_term JOIN shelf_text USING (digest) WHERE term = ?",
                    (term,),
                )
                for digest, times, length in rows:
                    worn = times + _K1 * (1 - _B + _B * length * texts / words)
                    scores[digest] += rarity * times * (_K1 + 1) / worn
                    if term in wanted.symptoms:
                        because[digest].append(wanted.symptoms[term])
        best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        return [Hit(Hash32("0x" + key.hex()), score, tuple(because[key])) for key, score in best]

    def _telling(self, weights: Mapping[str, float], texts: int) -> list[tuple[str, float]]:
        """The terms that tell most, with what each weighs: the rarest of a long query decide, the others cost time."""
        found = []
        for term, weight in weights.items():
            [held] = self._database.execute("SELECT count(*) FROM shelf_term WHERE term = ?", (term,)).fetchone()
            if held:
                found.append((term, weight * math.log(1 + (texts - held + 0.5) / (held + 0.5))))
        return sorted(found, key=lambda pair: -pair[1])[:_TELLING]
