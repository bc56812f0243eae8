"""Captured events: written once, whole documents at a time, and looked up by marks and times."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from tcmchain.epcis.model.facets import is_marked, mark
from tcmchain.epcis.model.questions import Comparison, Condition, Question
from tcmchain.epcis.readmodel import tables
from tcmchain.epcis.readmodel.rows import Captured, Prepared, captured
from tcmchain.index.rows import insert_rows

_IN_ONE: Final = 500
_RARE: Final = 2_000
Place = tuple[int, int]
"""Where a page ended: the event's time in milliseconds, and its ``seq``."""


class EventStore:
    """Reads and writes of captured events."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
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
        kept = tables.events.c
        wanted_ids = list(ids)
        found: dict[str, bytes] = {}
        with self._engine.connect() as connection:
            for at in range(0, len(wanted_ids), _IN_ONE):
                wanted = select(kept.id, kept.hash).where(kept.id.in_(wanted_ids[at : at + _IN_ONE]))
                found.update((row.id, bytes(row.hash)) for row in connection.execute(wanted))
        return found

    def add(
        self,
        connection: Connection,
        prepared: Sequence[Prepared],
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
        marks = [(term, first + at) for at, event in enumerate(prepared) for term in event.terms]
        # In the order of the table's key, so that each of its pages is touched once.
        marks.sort()
        insert_rows(connection, tables.terms, [{"term": term, "seq": seq} for term, seq in marks])
        self._add_words(connection, {word for event in prepared for word in event.words})

    def alias(self, connection: Connection, named: Mapping[str, int]) -> None:
        """Remember further ids of events."""
        if named:
            rows = [{"id": name, "seq": seq} for name, seq in named.items()]
            connection.execute(_insert(connection, tables.aliases), rows)

    def by_id(self, name: str) -> list[Captured]:
        """The events of an id, with their error declarations; by hash id, or by any id they were captured under."""
        kept, also = tables.events.c, tables.aliases.c
        digest = _digest(name)
        named: ColumnElement[bool] = kept.id == name
        if digest is not None:
            named = or_(named, kept.hash == digest)
        named = or_(named, kept.seq.in_(select(also.seq).where(also.id == name)))
        with self._engine.connect() as connection:
            wanted = select(tables.events).where(named).order_by(kept.seq)
            return [captured(row) for row in connection.execute(wanted)]

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
        """Events that may answer, in the order asked, from after a place on; each is to be held against the question.

        ``first_seq`` is excluded, ``last_seq`` included.
        """
        by_time = question.order == "eventTime"
        with self._engine.connect() as connection:
            narrowed = select(tables.events).where(*self._narrow(connection, question, first_seq, last_seq))
            while True:
                wanted = _from(narrowed, by_time, question.descending, after).limit(chunk)
                rows = connection.execute(wanted).all()
                yield from (captured(row) for row in rows)
                if len(rows) < chunk:
                    return
                after = (rows[-1].event_time, rows[-1].seq)

    def _narrow(
        self, connection: Connection, question: Question, first_seq: int, last_seq: int
    ) -> list[ColumnElement[bool]]:
        kept = tables.events.c
        found: list[ColumnElement[bool]] = [kept.seq > first_seq, kept.seq <= last_seq]
        for column, lower, upper in (
            (kept.event_time, question.event_from, question.event_before),
            (kept.record_time, question.record_from, question.record_before),
        ):
            if lower is not None:
                found.append(column >= lower)
            if upper is not None:
                found.append(column < upper)
        found += [self._by_marks(connection, condition) for condition in question.conditions if _narrows(condition)]
        return found

    def _by_marks(self, connection: Connection, condition: Condition) -> ColumnElement[bool]:
        """Rare marks are listed first; of frequent ones each event is asked whether it has them."""
        marks = sorted(_marks(condition))
        kept = tables.terms.c
        listed = select(kept.seq).where(kept.term.in_(marks))
        few = connection.execute(select(func.count()).select_from(listed.limit(_RARE + 1).subquery())).scalar_one()
        if few <= _RARE:
            return tables.events.c.seq.in_(listed)
        return exists().where(and_(kept.term.in_(marks), kept.seq == tables.events.c.seq))

    def _add_words(self, connection: Connection, words: set[tuple[str, str]]) -> None:
        new = words - self._words
        if new:
            rows = [{"facet": facet, "word": word} for facet, word in sorted(new)]
            connection.execute(_insert(connection, tables.words), rows)
            if len(self._words) < 100_000:
                self._words |= new


def _from(narrowed: Select[Any], by_time: bool, descending: bool, after: Place | None) -> Select[Any]:
    kept = tables.events.c
    # Events are numbered as they are recorded, so their numbers stand for the time of it.
    columns = (kept.event_time, kept.seq) if by_time else (kept.seq,)
    if after is not None:
        place, last = tuple_(*columns), after if by_time else after[1:]
        narrowed = narrowed.where(place < last if descending else place > last)
    return narrowed.order_by(*(column.desc() if descending else column for column in columns))


def _narrows(condition: Condition) -> bool:
    return condition.comparison is not Comparison.EXISTS or bool(condition.values[0])


def _marks(condition: Condition) -> set[int]:
    exact = condition.comparison is Comparison.EQ or (
        condition.comparison is Comparison.MATCH
        and not any(str(value).startswith("urn:epc:idpat:") for value in condition.values)
    )
    if exact and all(is_marked(name) for name in condition.names):
        return {mark(name, value) for name in condition.names for value in condition.values}
    return {mark(name) for name in condition.names}


def _digest(name: str) -> bytes | None:
    if not name.startswith("ni:///sha-256;"):
        return None
    try:
        digest = bytes.fromhex(name[14:].partition("?")[0])
    except ValueError:
        return None
    return digest if len(digest) == 32 else None


def _insert(connection: Connection, table: Any) -> Any:
    """An insert that leaves alone what is there."""
    make = insert_sqlite if connection.dialect.name == "sqlite" else insert_postgresql
    return make(table).on_conflict_do_nothing()
