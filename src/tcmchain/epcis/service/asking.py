"""Questions answered out of captured events, page by page."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from tcmchain.epcis.model.contexts import STANDARD_PREFIXES
from tcmchain.epcis.model.facets import facets_of
from tcmchain.epcis.model.ledger_names import NAMESPACE, PREFIX
from tcmchain.epcis.model.parameters import read_question
from tcmchain.epcis.model.questions import A_PAGE, Question, ordering
from tcmchain.epcis.model.refusals import (
    EventUnknown,
    NotQueryOwner,
    ParameterWrong,
    QueryUnknown,
    QuestionTooComplex,
    ResultTooLarge,
)
from tcmchain.epcis.readmodel.events import EventStore
from tcmchain.epcis.readmodel.lookup import Place
from tcmchain.epcis.readmodel.queries import NamedQuery, QueryStore
from tcmchain.epcis.readmodel.rows import Captured
from tcmchain.epcis.service.clock import Clock
from tcmchain.epcis.service.own import OwnSource
from tcmchain.values import MemberId

TOKEN_SECONDS: Final = 3_600
_CHUNK: Final = 500
_LEAST_CHUNK: Final = 50
_MOST_LOOKED_AT: Final = 10_000
_MOST_COUNTED: Final = 100_000
_MOST_SORTED: Final = 20_000
_NEWEST: Final = 1 << 62
_OF_LEDGER: Final = -_NEWEST
"""Stands where an event's time does; no event is of such a time."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of answers; ``token`` asks for the next, until ``expires`` (Unix seconds)."""

    events: tuple[Captured, ...]
    token: str | None
    expires: int


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where an answer goes on: its end in the store, the last place told of, and how many may follow."""

    last: int
    place: Place | None
    left: int | None
    offset: int
    expires: int


class Asking:
    """Answers questions. A paged answer is of the events that were there when it was begun."""

    def __init__(
        self,
        events: EventStore,
        queries: QueryStore,
        own: OwnSource,
        clock: Clock,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._events = events
        self._own = own
        self._queries = queries
        self._clock = clock
        self._now = now

    def ask(self, question: Question, per_page: int = A_PAGE, token: str | None = None) -> Page:
        """A page of answers.

        Raises ``ParameterWrong`` for a token that is none or has expired, ``ResultTooLarge`` and
        ``QuestionTooComplex``.
        """
        turn = self._first(question) if token is None else self._read(question, token)
        if turn.place is not None and turn.place[0] == _OF_LEDGER:
            return self._own_page(question, turn, per_page)
        if question.source == "ledger":
            return self._own_page(question, replace(turn, place=(_OF_LEDGER, _NEWEST)), per_page)
        if question.most is not None and token is None:
            self._refuse_too_many(question, turn.last)
        if question.order.startswith("ext:"):
            return self._sorted_page(question, turn, per_page)
        wanted = per_page if turn.left is None else min(per_page, turn.left)
        found: list[Captured] = []
        place = turn.place
        chunk = min(_CHUNK, max(_LEAST_CHUNK, 2 * wanted))
        for looked, event in enumerate(self._events.candidates(question, turn.place, 0, turn.last, chunk)):
            if len(found) == wanted or looked == _MOST_LOOKED_AT:
                return self._page(question, turn, found, place)
            place = (event.event_time, event.seq)
            if _met(question, event):
                found.append(event)
        if question.source == "all" and len(found) != wanted:
            rest = self._own_page(question, replace(turn, place=(_OF_LEDGER, _NEWEST)), wanted - len(found))
            return replace(rest, events=(*found, *rest.events))
        return Page(tuple(found), None, turn.expires)

    def since(self, question: Question, first: int, last: int, limit: int) -> tuple[list[Captured], int]:
        """Answers among the events after one and up to another by number, and the number to go on from."""
        found: list[Captured] = []
        forward = Question(question.conditions, question.event_from, question.event_before, question.record_from)
        forward = _ascending(forward, question.record_before)
        for looked, event in enumerate(self._events.candidates(forward, None, first, last, _CHUNK), 1):
            if _met(forward, event):
                found.append(event)
            if len(found) == limit or looked == _MOST_LOOKED_AT:
                return found, event.seq
        return found, last

    def event(self, name: str) -> list[Captured]:
        """The events of an id: the event, and those that declare it wrong; raises ``EventUnknown``."""
        found = self._events.by_id(name)
        if not found:
            raise EventUnknown(id=name[:200])
        return found

    def words(self, facet: str, after: str, limit: int) -> list[str]:
        """Values that captured events have in a field, in order."""
        return self._events.words(facet, after, limit)

    def knows(self, facet: str, word: str) -> bool:
        """Whether a captured event has this value."""
        return self._events.has_word(facet, word)

    def newest(self) -> int:
        """The number of the newest event."""
        return self._events.last()

    def count(self) -> int:
        """How many events are kept."""
        return self._events.count()

    def name_query(self, name: str, definition: Mapping[str, Any], member: MemberId) -> NamedQuery:
        """Keep a question under a name; raises ``QueryKnownAlready`` and what reading it raises."""
        question_of(definition)
        query = NamedQuery(name, member, self._clock.moment(), definition)
        self._queries.add_query(query)
        return query

    def query(self, name: str) -> NamedQuery:
        """A named query; raises ``QueryUnknown``."""
        found = self._queries.query(name)
        if found is None:
            raise QueryUnknown(name=name[:200])
        return found

    def queries(self, after: str, limit: int) -> list[NamedQuery]:
        """Named queries in the order of their names."""
        return self._queries.queries(after, limit)

    def forget_query(self, name: str, member: MemberId) -> None:
        """End a query and its subscriptions; by the member that named it."""
        if self.query(name).member != member:
            raise NotQueryOwner(name=name[:200])
        self._queries.forget_query(name)

    def _first(self, question: Question) -> _Turn:
        return _Turn(self._events.last(), None, question.limit, 0, int(self._now()) + TOKEN_SECONDS)

    def _page(self, question: Question, turn: _Turn, found: list[Captured], place: Place | None) -> Page:
        left = None if turn.left is None else turn.left - len(found)
        token = None
        if left != 0:
            token = _write(question, _Turn(turn.last, place, left, 0, turn.expires))
        return Page(tuple(found), token, turn.expires)

    def _own_page(self, question: Question, turn: _Turn, per_page: int) -> Page:
        """A page of the ledger's own events; they are in the order of the ledger only, the newest first."""
        if question.limit or question.most:
            raise ParameterWrong(parameter="eventCountLimit" if question.limit else "maxEventCount", expected="perPage")
        if question.order != "recordTime" or not question.descending:
            raise ParameterWrong(parameter="orderBy", expected="recordTime DESC")
        assert turn.place is not None
        found: list[Captured] = []
        last = turn.place[1]
        for looked, (event, origin) in enumerate(self._own.events(last)):
            if len(found) == per_page or looked == _MOST_LOOKED_AT:
                return self._page(question, turn, found, (_OF_LEDGER, last))
            last = event.seq
            if _met(question, event) and not (question.source == "all" and self._is_known(event, origin)):
                found.append(event)
        return Page(tuple(found), None, turn.expires)

    def _is_known(self, step: Captured, origin: str | None) -> bool:
        """Whether a step came from an event that is captured here, which is told already; anybody may say so of his."""
        if origin is None:
            return False
        found = self._events.known([bytes.fromhex(origin)]).values()
        return any(event.move == step.move for event in self._events.by_seq([seq for seq, _ in found]))

    def _refuse_too_many(self, question: Question, last: int) -> None:
        assert question.most is not None
        for count, _ in enumerate(self._matching(question, last), 1):
            if count > question.most:
                raise ResultTooLarge(limit=question.most)

    def _sorted_page(self, question: Question, turn: _Turn, per_page: int) -> Page:
        keyed = []
        for event, value in self._matching(question, turn.last):
            keyed.append((ordering(value), event.seq, event))
            if len(keyed) > _MOST_SORTED:
                raise QuestionTooComplex(limit=_MOST_SORTED)
        there = sorted((k for k in keyed if k[0][0] < 3), key=lambda k: k[:2], reverse=question.descending)
        absent = [k for k in keyed if k[0][0] == 3]
        events = [event for _, _, event in (*there, *absent)][: question.limit]
        page = events[turn.offset : turn.offset + per_page]
        more = turn.offset + per_page < len(events)
        following = _Turn(turn.last, None, None, turn.offset + per_page, turn.expires)
        return Page(tuple(page), _write(question, following) if more else None, turn.expires)

    def _matching(self, question: Question, last: int) -> Iterator[tuple[Captured, Any]]:
        for looked, event in enumerate(self._events.candidates(question, None, 0, last, _CHUNK)):
            if looked == _MOST_COUNTED:
                raise QuestionTooComplex(limit=_MOST_COUNTED)
            facets = facets_of(event.record())
            if question.met(facets, event.event_time, event.record_time):
                yield event, next(iter(facets.get(question.order, ())), None)

    def _read(self, question: Question, token: str) -> _Turn:
        """Where a token goes on; nobody but this node writes them, but anybody may hand in what looks like one."""
        try:
            mark, last, place, left, offset, expires = orjson.loads(base64.urlsafe_b64decode(token.encode() + b"=="))
            numbers = (last, offset, expires, *(() if place is None else (place[0], place[1])))
            whole = all(type(number) is int and abs(number) <= _NEWEST for number in numbers)
            turn = _Turn(last, None if place is None else (place[0], place[1]), left, offset, expires)
        except (ValueError, TypeError, LookupError) as error:
            raise ParameterWrong(parameter="nextPageToken", expected="Link; rel=next") from error
        bounded = left is None or (type(left) is int and left > 0)
        forged = not whole or not bounded or mark != _mark(question) or last < 0 or offset < 0
        if forged or turn.expires < self._now():
            raise ParameterWrong(parameter="nextPageToken", expected="Link; rel=next")
        return turn


def question_of(definition: Mapping[str, Any]) -> Question:
    """The question of a named query's definition; its ``@context`` says what prefixes stand for."""
    return read_question(
        definition, {**STANDARD_PREFIXES, PREFIX: NAMESPACE, **prefixes_of(definition.get("@context"))}
    )


def prefixes_of(context: Any) -> dict[str, str]:
    """Prefixes that a JSON-LD context declares."""
    found: dict[str, str] = {}
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, Mapping):
            found.update((name, value) for name, value in part.items() if isinstance(value, str))
    return found


def _ascending(question: Question, record_before: int | None) -> Question:
    return Question(
        question.conditions,
        question.event_from,
        question.event_before,
        question.record_from,
        record_before,
        descending=False,
    )


def _met(question: Question, event: Captured) -> bool:
    if not question.conditions:
        return question.met({}, event.event_time, event.record_time)
    return question.met(facets_of(event.record()), event.event_time, event.record_time)


def _write(question: Question, turn: _Turn) -> str:
    content = (_mark(question), turn.last, turn.place, turn.left, turn.offset, turn.expires)
    return base64.urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")


def _mark(question: Question) -> str:
    """What ties a token to its question."""
    asked = orjson.dumps(question.parameters, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(asked, digest_size=6).hexdigest()
