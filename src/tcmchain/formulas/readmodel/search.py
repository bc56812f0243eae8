"""The search over all formulas: SQLite FTS5 in a file of its own, which is a replay and may be thrown away.

Rows are numbered by class and then by age, so that the full text index gives the first of any number of matches
without weighing all of them; the first hundred and twenty are then weighed by where they answer.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson

from tcmchain import RELEASE
from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.formulas.model.query import DEEPEST, Asked, Found, Hit, Phrase, Searchable
from tcmchain.formulas.model.query_reading import read_question
from tcmchain.formulas.readmodel import search_terms as s
from tcmchain.formulas.readmodel.search_reasons import reasons, weight
from tcmchain.terms.herbs import HerbId
from tcmchain.values import FormulaId

LAYOUT: Final = f"1 {RELEASE}"
"""Changes with what is kept and with the tables of terms, so that an older file is made anew."""

_WEIGHED: Final = 120
_FEW: Final = 6
_WORN: Final = 10_000
_OF_A_CLASS: Final = 1 << 40
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS formulas_search_shown (row INTEGER PRIMARY KEY, formula TEXT NOT NULL UNIQUE, body BLOB);
CREATE TABLE IF NOT EXISTS formulas_search_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS formulas_search USING fts5 (
    name, pinyin, terms, words, content='', columnsize=0, prefix='1 2 3 4',
    tokenize="unicode61 remove_diacritics 0 tokenchars '_.'"
);
"""
_EMPTY: Final = """
DROP TABLE IF EXISTS formulas_search_shown; DROP TABLE IF EXISTS formulas_search_state;
DROP TABLE IF EXISTS formulas_search;
"""


class SearchIndex:
    """What can be searched. One writer; readers each have a connection of their own."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._file = file
        self._writing = threading.Lock()
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        try:
            self._writer = self._connection()
            self._writer.executescript(_TABLES)
        except sqlite3.DatabaseError:
            # What is torn is read anew from the index.
            self._discard()
            self._writer = self._connection()
            self._writer.executescript(_TABLES)
        if self.state("layout") != LAYOUT:
            self.clear()

    def close(self) -> None:
        """Give the file back."""
        with self._writing:
            for connection in self._open:
                connection.close()
            self._open.clear()

    def clear(self) -> None:
        """Forget everything."""
        with self._writing:
            self._writer.executescript(_EMPTY + _TABLES)
            self._writer.execute("INSERT INTO formulas_search_state VALUES ('layout', ?)", (LAYOUT,))

    def state(self, name: str) -> str:
        """A note kept beside the formulas, empty when there is none."""
        try:
            row = self._reader().execute("SELECT value FROM formulas_search_state WHERE name = ?", (name,)).fetchone()
        except sqlite3.OperationalError:
            return ""
        return "" if row is None else str(row[0])

    def worn(self) -> bool:
        """Whether rows that are shown no more outweigh the others: each new version of a formula leaves one behind."""
        rows = self._reader().execute("SELECT name, value FROM formulas_search_state WHERE name LIKE 'row-%'")
        given = sum(int(value) - int(name.removeprefix("row-")) for name, value in rows)
        shown = self.count()
        return given - shown > max(_WORN, shown)

    def put(self, formulas: Iterable[Searchable], gone: Iterable[FormulaId] = (), **notes: str) -> None:
        """Keep formulas, each instead of its earlier version; forget others; keep notes; all at once."""
        with self._writing:
            writer = self._writer
            writer.execute("BEGIN IMMEDIATE")
            try:
                for id in gone:
                    writer.execute("DELETE FROM formulas_search_shown WHERE formula = ?", (id,))
                for one in formulas:
                    self._put(one)
                for name, value in notes.items():
                    writer.execute("INSERT OR REPLACE INTO formulas_search_state VALUES (?, ?)", (name, value))
            except BaseException:
                writer.execute("ROLLBACK")
                raise
            writer.execute("COMMIT")

    def _put(self, one: Searchable) -> None:
        # The index cannot forget: a row whose number is shown no more is passed over.
        self._writer.execute("DELETE FROM formulas_search_shown WHERE formula = ?", (one.formula,))
        first = int(one.kind) * _OF_A_CLASS
        row = self._next(first)
        body = orjson.dumps(_written(one))
        self._writer.execute("INSERT INTO formulas_search_shown VALUES (?, ?, ?)", (row, one.formula, body))
        texts = s.columns(one)
        self._writer.execute(
            "INSERT INTO formulas_search (rowid, name, pinyin, terms, words) VALUES (?,?,?,?,?)", (row, *texts)
        )

    def _next(self, first: int) -> int:
        name = f"row-{first}"
        found = self._writer.execute("SELECT value FROM formulas_search_state WHERE name = ?", (name,)).fetchone()
        row = first + 1 if found is None else int(found[0]) + 1
        self._writer.execute("INSERT OR REPLACE INTO formulas_search_state VALUES (?, ?)", (name, str(row)))
        return row

    def count(self) -> int:
        """How many formulas there are to search."""
        found: int = self._reader().execute("SELECT count(*) FROM formulas_search_shown").fetchone()[0]
        return found

    def named(self, id: FormulaId) -> Searchable | None:
        """What is kept of one formula."""
        row = self._reader().execute("SELECT body FROM formulas_search_shown WHERE formula = ?", (id,)).fetchone()
        return None if row is None else _read(row[0])

    def all(self, limit: int) -> list[Searchable]:
        """The first formulas, classic ones before others."""
        rows = self._reader().execute("SELECT body FROM formulas_search_shown ORDER BY row LIMIT ?", (limit,))
        return [_read(row[0]) for row in rows]

    def ask(self, asked: Asked) -> Found:
        """Answer any question whatever; an empty one is answered with all formulas in their order."""
        phrases = read_question(asked.text)
        strict = s.narrowed(s.all_words(phrases, strictly=True), asked)
        total = self._count(strict, asked)
        if total or not phrases:
            hits = self._page(strict, asked, phrases)
            return Found(hits, total, phrases, near=self._near(asked, phrases, hits) if total < _FEW else ())
        unread = tuple(word.written for phrase in phrases for word in phrase.words if not word.meanings)
        understood = s.narrowed(s.all_words(phrases, strictly=False), asked)
        total = self._count(understood, asked)
        if total:
            return Found(self._page(understood, asked, phrases), total, phrases, unread)
        some = s.narrowed(s.any_words(phrases), asked)
        total = self._count(some, asked)
        return Found(self._page(some, asked, phrases), total, phrases, unread, loosely=total > 0)

    def _near(self, asked: Asked, phrases: Sequence[Phrase], hits: Sequence[Hit]) -> list[Hit]:
        """Formulas that answer some of several words, those that answer most first."""
        if asked.offset or sum(len(phrase.words) for phrase in phrases) < 2:
            return []
        some = s.narrowed(s.any_words(phrases), asked)
        known = {hit.formula.formula for hit in hits}
        found = self._page(some, replace(asked, limit=_FEW + len(hits), offset=0), phrases)
        return [hit for hit in found if hit.formula.formula not in known and hit.reasons][:_FEW]

    def some(self, text: str, limit: int) -> list[Searchable]:
        """Formulas that answer one word of a text at least, those that answer most first among the first thousand."""
        phrases = read_question(text)
        asked = Asked(text, limit=limit)
        rows = self._rows(s.any_words(phrases), asked, DEEPEST, 0) if phrases else []
        rows.sort(key=lambda row: (-weight(Hit(row[1], reasons(phrases, row[1]))), row[0]))
        return [one for _, one in rows[:limit]]

    def _page(self, question: str, asked: Asked, phrases: Sequence[Phrase]) -> list[Hit]:
        last = min(asked.offset + asked.limit, DEEPEST)
        head = self._rows(question, asked, _WEIGHED, 0)
        if phrases:
            names = s.by_name(phrases)
            firsts = self._rows(f"({names}) AND ({question})", asked, _WEIGHED, 0) if names else []
            head = list({row: (row, one) for row, one in (*firsts, *head)}.values())
        hits = [(row, Hit(one, reasons(phrases, one, asked.having))) for row, one in head]
        hits.sort(key=lambda hit: (-weight(hit[1]), hit[0]))
        if last > len(hits) >= _WEIGHED:
            known = {row for row, _ in hits}
            more = self._rows(question, asked, last, 0)
            hits += [(row, Hit(one, reasons(phrases, one, asked.having))) for row, one in more if row not in known]
        return [hit for _, hit in hits[asked.offset : last]]

    def _rows(self, question: str, asked: Asked, limit: int, offset: int) -> list[tuple[int, Searchable]]:
        found: list[tuple[int, Searchable]] = []
        for first, end in _classes(asked.kinds):
            rows = self._reader().execute(
                "SELECT shown.row, shown.body FROM formulas_search AS asked"
                " JOIN formulas_search_shown AS shown ON shown.row = asked.rowid"
                " WHERE formulas_search MATCH ? AND asked.rowid BETWEEN ? AND ? ORDER BY asked.rowid LIMIT ? OFFSET ?",
                (question, first, end, limit - len(found), offset),
            )
            found += [(row, _read(body)) for row, body in rows]
            if len(found) >= limit:
                break
        return found

    def _count(self, question: str, asked: Asked) -> int:
        counted = 0
        for first, end in _classes(asked.kinds):
            counted += (
                self._reader()
                .execute(
                    "SELECT count(*) FROM (SELECT 1 FROM formulas_search AS asked"
                    " JOIN formulas_search_shown AS shown ON shown.row = asked.rowid"
                    " WHERE formulas_search MATCH ? AND asked.rowid BETWEEN ? AND ? ORDER BY asked.rowid LIMIT ?)",
                    (question, first, end, DEEPEST - counted),
                )
                .fetchone()[0]
            )
        return counted

    def _reader(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = self._connection()
        return found

    def _connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, check_same_thread=False, isolation_level=None, timeout=10)
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-8192", "mmap_size=1073741824"):
            connection.execute(f"PRAGMA {pragma}")
        self._open.append(connection)
        return connection

    def _discard(self) -> None:
        for connection in self._open:
            connection.close()
        self._open.clear()
        for name in ("", "-wal", "-shm"):
            Path(f"{self._file}{name}").unlink(missing_ok=True)
        os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))


def _classes(kinds: Sequence[FormulaClass]) -> list[tuple[int, int]]:
    """The rows of classes, as stretches; one for all when nothing is left out."""
    if not kinds or len(set(kinds)) == len(FormulaClass):
        return [(0, (1 << 62))]
    return [(int(kind) * _OF_A_CLASS, (int(kind) + 1) * _OF_A_CLASS - 1) for kind in sorted(set(kinds))]


def _written(one: Searchable) -> list[Any]:
    return [one.formula, one.version, int(one.kind), one.name, one.aliases, one.herbs, one.diseases, one.syndromes,
            one.symptoms, one.words, one.book]  # fmt: skip


def _read(body: bytes) -> Searchable:
    formula, version, kind, name, aliases, herbs, diseases, syndromes, symptoms, words, book = orjson.loads(body)
    return Searchable(
        formula=FormulaId(formula),
        version=version,
        kind=FormulaClass(kind),
        name=name,
        aliases=tuple(aliases),
        herbs=tuple(HerbId(herb) for herb in herbs),
        diseases=tuple(diseases),
        syndromes=tuple(syndromes),
        symptoms=tuple(symptoms),
        words=tuple(words),
        book=book,
    )
