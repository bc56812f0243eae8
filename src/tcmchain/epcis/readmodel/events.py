"""Captured events: written once, whole documents at a time, and looked up by marks and times."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from tcmchain.epcis.model.facets import mark
from tcmchain.epcis.model.questions import Question
from tcmchain.epcis.readmodel import tables
from tcmchain.epcis.readmodel.lookup import Lookup, Place
from tcmchain.epcis.readmodel.rows import Captured, Marks, Prepared, captured, hash_id
from tcmchain.index.rows import insert_rows

_IN_ONE: Final = 500


class EventStore:
    """Reads and writes of captured events."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lookup = Lookup(engine)
        self._words: set[tuple[str, str]] = set()

    def known(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, str]]:
        """Which of these events are there already: ``seq`` and id by key."""
        kept = tables.events.c
        found: dict[bytes, tuple[int, str]] = {}
        with self._engine.connect() as connection:
            for at in range(0, len(keys), _IN_ONE):
                wanted = select(kept.key, kept.seq, kept.id).where(kept.key.in_(keys[at : at + _IN_ONE]))
                found.update((bytes(row.key), (row.seq, row.id)) for row in connection.execute(wanted))
        return found

    def taken(self, ids: Collection[str]) -> dict[str, bytes]:
        """Which of these ids other events have: the hash by id."""
        wanted = {mark("eventID", name): name for name in ids}
        marks = list(wanted)
        kept, terms = tables.events.c, tables.terms.c
        found: dict[str, bytes] = {}
        with self._engine.connect() as connection:
            for at in range(0, len(marks), _IN_ONE):
                there = select(terms.seq).where(terms.term.in_(marks[at : at + _IN_ONE]))
                rows = connection.execute(select(kept.id, kept.hash).where(kept.seq.in_(there)))
                found.update((row.id, bytes(row.hash)) for row in rows)
        return found

    def of_others(self, hashes: Sequence[bytes], member: str) -> set[bytes]:
        """Which of these events another member captured."""
        kept = tables.events.c
        found: set[bytes] = set()
        with self._engine.connect() as connection:
            for at in range(0, len(hashes), _IN_ONE):
                wanted = select(kept.key).where(kept.key.in_(hashes[at : at + _IN_ONE]), kept.member != member)
                found.update(bytes(key) for key in connection.execute(wanted).scalars())
        return found

    def add(
        self,
        connection: Connection,
        prepared: Sequence[Prepared],
        marks: Marks,
        member: str,
        record_time: int,
        moves: Mapping[bytes, str],
    ) -> None:
        """Write events that are not there yet, in their order, with all that they are looked up by."""
        if not prepared:
            return
        first = int(connection.execute(select(func.coalesce(func.max(tables.events.c.seq), 0))).scalar_one()) + 1
        rows = [
            {
                "seq": first + at,
                "key": event.key,
                "hash": event.hash,
                "id": event.id,
                "event_time": event.event_time,
                "record_time": record_time,
                "member": member,
                "move": moves.get(event.key),
                "declared": event.declared,
                "raw": event.raw,
                "record": event.record,
            }
            for at, event in enumerate(prepared)
        ]
        insert_rows(connection, tables.events, rows)
        numbers = {event.index: first + at for at, event in enumerate(prepared)}
        number = numbers.get
        pairs = zip(marks.terms, map(number, marks.indexes), strict=True)
        _insert_pairs(connection, tables.terms, [pair for pair in pairs if pair[1] is not None])
        self._add_words(connection, {word for event in prepared for word in event.words})

    def alias(self, connection: Connection, named: Mapping[str, int]) -> None:
        """Remember further ids of events."""
        if named:
            rows = [{"id": name, "seq": seq} for name, seq in named.items()]
            connection.execute(_insert(connection, tables.aliases), rows)

    def by_id(self, name: str) -> list[Captured]:
        """The events of an id, with their error declarations; by hash id, or by any id they were captured under."""
        kept, terms, also = tables.events.c, tables.terms.c, tables.aliases.c
        digest = _digest(name)
        with self._engine.connect() as connection:
            seqs = set(connection.execute(select(terms.seq).where(terms.term == mark("eventID", name))).scalars())
            seqs.update(connection.execute(select(also.seq).where(also.id == name)).scalars())
            if digest is not None:
                seqs.update(connection.execute(select(kept.seq).where(kept.key == digest)).scalars())
            digests = {bytes(row) for row in connection.execute(select(kept.hash).where(kept.seq.in_(seqs))).scalars()}
            # An event that declares another wrong has that one's hash.
            for each in digests:
                term = mark("eventID", hash_id(each))
                seqs.update(connection.execute(select(terms.seq).where(terms.term == term)).scalars())
            found = connection.execute(select(tables.events).where(kept.seq.in_(seqs)).order_by(kept.seq)).all()
        events = [captured(row) for row in found]
        named = {event.hash for event in events if name in (event.id, event.hash_id)}
        return [event for event in events if event.hash in named or digest is None]

    def by_seq(self, seqs: Collection[int]) -> list[Captured]:
        """Events by their numbers, in order."""
        kept = tables.events.c
        with self._engine.connect() as connection:
            wanted = select(tables.events).where(kept.seq.in_(seqs)).order_by(kept.seq)
            return [captured(row) for row in connection.execute(wanted)]

    def last(self) -> int:
        """The number of the newest event, 0 when there is none."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.coalesce(func.max(tables.events.c.seq), 0))).scalar_one())

    def count(self) -> int:
        """How many events are kept."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(tables.events)).scalar_one())

    def words(self, facet: str, after: str, limit: int) -> list[str]:
        """Values that captured events have in a field, in order."""
        kept = tables.words.c
        wanted = select(kept.word).where(kept.facet == facet, kept.word > after).order_by(kept.word).limit(limit)
        with self._engine.connect() as connection:
            return list(connection.execute(wanted).scalars())

    def has_word(self, facet: str, word: str) -> bool:
        """Whether a captured event has this value in a field."""
        kept = tables.words.c
        with self._engine.connect() as connection:
            wanted = select(kept.word).where(kept.facet == facet, kept.word == word)
            return connection.execute(wanted).first() is not None

    def candidates(
        self, question: Question, after: Place | None, first_seq: int, last_seq: int, chunk: int
    ) -> Iterator[Captured]:
        """Events that may answer a question, see :meth:`Lookup.candidates`."""
        return self._lookup.candidates(question, after, first_seq, last_seq, chunk)

    def _add_words(self, connection: Connection, words: set[tuple[str, str]]) -> None:
        new = words - self._words
        _insert_pairs(connection, tables.words, sorted(new), "ON CONFLICT DO NOTHING")
        # Goods are too many to be remembered.
        self._words.update(word for word in new if word[0] != "epc")


def _digest(name: str) -> bytes | None:
    if not name.startswith("ni:///sha-256;"):
        return None
    try:
        digest = bytes.fromhex(name[14:].partition("?")[0])
    except ValueError:
        return None
    return digest if len(digest) == 32 else None


def _insert_pairs(connection: Connection, table: Table, pairs: Sequence[tuple[Any, Any]], more: str = "") -> None:
    """Insert into a table of two columns, past the layers that a single row goes through."""
    if pairs:
        mark_ = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        names = ", ".join(table.c.keys())
        # The names are those of the table, the values are bound by the driver.
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({mark_}, {mark_}) {more}"  # noqa: S608
        connection.exec_driver_sql(statement, list(pairs))


def _insert(connection: Connection, table: Any) -> Any:
    """An insert that leaves alone what is there."""
    make = insert_sqlite if connection.dialect.name == "sqlite" else insert_postgresql
    return make(table).on_conflict_do_nothing()
