"""Finding the events that may answer a question: numbers first, by marks and times, then the events themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, exists, func, select, tuple_

from tcmchain.epcis.model.facets import is_frequent, is_marked, mark
from tcmchain.epcis.model.questions import Comparison, Condition, Question
from tcmchain.epcis.readmodel import tables
from tcmchain.epcis.readmodel.rows import Captured, captured

Place = tuple[int, int]
"""Where a page ended: the event's time in milliseconds, and its ``seq``."""

_RARE: Final = 2_000
_AT_ONCE: Final = 500
_MOST_NUMBERS: Final = 4_000
_GROWTH: Final = 4


@dataclass(frozen=True, slots=True)
class _Plan:
    """How numbers are found: a select of ``seq`` and the time in order, before its place and limit."""

    numbers: Select[Any]
    columns: tuple[Any, ...]
    descending: bool


class Lookup:
    """Walks through events in the order asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def candidates(
        self, question: Question, after: Place | None, first_seq: int, last_seq: int, chunk: int
    ) -> Iterator[Captured]:
        """Events that may answer, from after a place on; each is to be held against the question.

        ``first_seq`` is excluded, ``last_seq`` included. ``chunk`` are looked up at first, then more and more.
        """
        by_time = question.order == "eventTime"
        with self._engine.connect() as connection:
            plan = _plan(connection, question, first_seq, last_seq)
        while True:
            with self._engine.connect() as connection:
                wanted = _from(plan, by_time, after).limit(chunk)
                numbers = [row.seq for row in connection.execute(wanted)]
            event: Captured | None = None
            for at in range(0, len(numbers), _AT_ONCE):
                for event in self._events(numbers[at : at + _AT_ONCE]):
                    yield event
            if len(numbers) < chunk or event is None:
                return
            after = (event.event_time, event.seq)
            chunk = min(chunk * _GROWTH, _MOST_NUMBERS)

    def _events(self, numbers: Sequence[int]) -> list[Captured]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.events).where(tables.events.c.seq.in_(numbers))).all()
        found = {row.seq: captured(row) for row in rows}
        return [found[number] for number in numbers]


def _plan(connection: Connection, question: Question, first_seq: int, last_seq: int) -> _Plan:
    """Rare marks are listed; else the events of one mark are walked through in the order of its index.

    What else is asked is looked up event by event: whether it has the mark, or its time.
    """
    kept, terms = tables.events.c, tables.terms.c
    if question.record_from is not None:
        first_seq = max(first_seq, _before(connection, question.record_from, last_seq))
    if question.record_before is not None:
        last_seq = min(last_seq, _before(connection, question.record_before, last_seq))
    wanted = [marks for condition in question.conditions if (marks := _marks(condition))]
    rare = next((marks for marks in wanted if _is_rare(connection, marks)), None)
    by_time = question.order == "eventTime"
    driver = None if rare or by_time else next((marks for marks in wanted if len(marks) == 1), None)
    seq: Any = kept.seq if driver is None else terms.seq
    # Counted with 0, a number is no reason for the database to walk in its order.
    bounded = kept.seq + 0 if by_time else seq
    conditions: list[ColumnElement[bool]] = [bounded > first_seq, bounded <= last_seq]
    if driver is not None:
        conditions.append(terms.term == driver[0])
    if rare is not None:
        conditions.append(kept.seq.in_(select(terms.seq).where(terms.term.in_(rare))))
    conditions += [_has(marks, seq) for marks in wanted if marks is not rare and marks is not driver]
    conditions += _times(question, seq, driver is not None)
    columns = (kept.event_time, kept.seq) if by_time else (seq,)
    return _Plan(select(seq.label("seq")).where(*conditions), columns, question.descending)


def _has(marks: Sequence[int], seq: Any) -> ColumnElement[bool]:
    other = tables.terms.alias()
    return exists().where(and_(other.c.term.in_(marks), other.c.seq == seq))


def _times(question: Question, seq: Any, apart: bool) -> list[ColumnElement[bool]]:
    time = tables.events.c.event_time
    found: list[ColumnElement[bool]] = []
    if question.event_from is not None:
        found.append(time >= question.event_from)
    if question.event_before is not None:
        found.append(time < question.event_before)
    if apart and found:
        return [exists().where(and_(tables.events.c.seq == seq, *found))]
    return found


def _from(plan: _Plan, by_time: bool, after: Place | None) -> Select[Any]:
    numbers = plan.numbers
    if after is not None:
        # Events are numbered as they are recorded, so their numbers stand for the time of it.
        place, last = tuple_(*plan.columns), after if by_time else after[1:]
        numbers = numbers.where(place < last if plan.descending else place > last)
    return numbers.order_by(*(column.desc() if plan.descending else column for column in plan.columns))


def _is_rare(connection: Connection, marks: Sequence[int]) -> bool:
    terms = tables.terms.c
    listed = select(terms.seq).where(terms.term.in_(marks)).limit(_RARE + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(listed)).scalar_one()) <= _RARE


def _before(connection: Connection, moment: int, last: int) -> int:
    """The number of the last event recorded before a moment, found by halving; 0 when there is none."""
    kept = tables.events.c
    least, most = 0, last
    while least < most:
        middle = (least + most + 1) // 2
        wanted = select(kept.record_time).where(kept.seq >= middle).order_by(kept.seq).limit(1)
        found = connection.execute(wanted).scalar()
        least, most = (middle, most) if found is not None and found < moment else (least, middle - 1)
    return least


def _marks(condition: Condition) -> list[int]:
    """Marks of which an event has one when it meets a condition; none when that says nothing."""
    if condition.comparison is Comparison.EXISTS and not condition.values[0]:
        return []
    exact = condition.comparison is Comparison.EQ or (
        condition.comparison is Comparison.MATCH
        and not any(str(value).startswith("urn:epc:idpat:") for value in condition.values)
    )
    if exact and all(is_marked(name) for name in condition.names):
        return sorted({mark(name, value) for name in condition.names for value in condition.values})
    if any(is_frequent(name) for name in condition.names):
        return []
    return sorted({mark(name) for name in condition.names})
