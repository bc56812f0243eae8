"""Documents read, checked, hashed and laid flat: all that needs no database, so that other processes can do it."""

import asyncio
import hashlib
from array import array
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final

import orjson

from tcmchain.epcis.model.custody import move_of
from tcmchain.epcis.model.documents import read_document, read_event
from tcmchain.epcis.model.errors import DocumentInvalid, EventInvalid
from tcmchain.epcis.model.events import EpcisEvent
from tcmchain.epcis.model.facets import Facets, facets_of, terms_of
from tcmchain.epcis.model.jobs import ErrorBehaviour, Fault
from tcmchain.epcis.model.moves import Move
from tcmchain.epcis.model.questions import read_moment
from tcmchain.epcis.model.refusals import DocumentUnreadable, ParameterWrong
from tcmchain.epcis.readmodel.rows import Marks, Prepared, hash_id

_DOCUMENTS: Final = ("EPCISDocument", "EPCISQueryDocument")
_SMALL: Final = 32 * 1024
_MOST_WORDS: Final = 200
_LONGEST_WORD: Final = 500
_WORDS: Final = {
    "type": "type",
    "bizStep": "bizStep",
    "disposition": "disposition",
    "readPoint": "readPoint",
    "bizLocation": "bizLocation",
    "epc": "epc",
    "parentID": "epc",
    "inputEPC": "epc",
    "outputEPC": "epc",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A document read: events that are right, what they are looked up by, the steps of
    those that move goods by ``index``, and what is wrong."""

    events: tuple[Prepared, ...]
    marks: Marks
    steps: Mapping[int, Move]
    faults: tuple[Fault, ...]
    total: int


class Readers:
    """Reads documents, small ones in a thread, large ones in processes of their own."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    async def read(self, payload: bytes, behaviour: ErrorBehaviour) -> Reading:
        """Read a document; what is wrong with it is told in its faults."""
        if len(payload) <= _SMALL or self._processes == 0:
            return await asyncio.to_thread(read, payload, behaviour)
        if self._pool is None:
            self._pool = _processes(self._processes)
        loop, pool = asyncio.get_running_loop(), self._pool
        try:
            return await loop.run_in_executor(pool, read, payload, behaviour)
        except BrokenProcessPool:
            # Another document may have ended the process; alone, this one can only end its own.
            self._pool = None if self._pool is pool else self._pool
        alone = _processes(1)
        try:
            return await loop.run_in_executor(alone, read, payload, behaviour)
        finally:
            alone.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _processes(count: int) -> ProcessPoolExecutor:
    # A process that is forked would inherit the threads' locks.
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


def count_events(payload: bytes) -> int:
    """How many events a document says to hold; raises ``DocumentUnreadable`` when it is none."""
    return len(_listed(_document(payload)))


def read(payload: bytes, behaviour: ErrorBehaviour) -> Reading:
    """Read a document whole; with ``PROCEED`` each event by itself when one of them is wrong."""
    try:
        return _prepared(read_document(_as_document(payload)).events)
    except (RecursionError, orjson.JSONEncodeError):
        # What nests deeper than JSON is written here is no event of anything that exists.
        nesting = Fault(None, "", "nesting", DocumentUnreadable.code, {"reason": "nesting"})
        return Reading((), _sorted([]), {}, (nesting,), count_events(payload))
    except DocumentUnreadable as error:
        unreadable = Fault(None, "", "document", error.code, error.details)
        return Reading((), _sorted([]), {}, (unreadable,), count_events(payload))
    except DocumentInvalid as wrong:
        faults = tuple(
            Fault(found.index, found.place, found.rule, EventInvalid.code, {"value": found.value})
            for found in wrong.findings
        )
    total = count_events(payload)
    if behaviour is ErrorBehaviour.ROLLBACK or any(fault.index is None for fault in faults):
        return Reading((), _sorted([]), {}, faults, total)
    return _singly(payload, faults)


def read_single(payload: bytes) -> Reading:
    """Read one event with its own context; raises ``EventInvalid``."""
    event = read_event(payload)
    move = move_of(event)
    marks: list[tuple[int, int]] = []
    prepared = _prepare(0, event, marks)
    return Reading((prepared,), _sorted(marks), {} if move is None else {0: move}, (), 1)


def _singly(payload: bytes, faults: Sequence[Fault]) -> Reading:
    document = _document(payload)
    wrong = {fault.index for fault in faults}
    events: list[EpcisEvent] = []
    places: list[int] = []
    more: list[Fault] = []
    for index, event in enumerate(_listed(document)):
        if index in wrong:
            continue
        try:
            events.append(read_event(orjson.dumps({**event, "@context": _contexts(document, event)})))
            places.append(index)
        except EventInvalid as error:
            place = f"/epcisBody/eventList/{index}{error.place}"
            more.append(Fault(index, place, error.rule, error.code, {"value": error.value}))
    found = _prepared(events, places)
    ordered = sorted([*faults, *more, *found.faults], key=lambda fault: fault.index or 0)
    return Reading(found.events, found.marks, found.steps, tuple(ordered), len(_listed(document)))


def _prepared(events: Sequence[EpcisEvent], places: Sequence[int] | None = None) -> Reading:
    prepared = []
    marks: list[tuple[int, int]] = []
    steps: dict[int, Move] = {}
    faults = []
    for at, event in enumerate(events):
        index = at if places is None else places[at]
        try:
            step = move_of(event)
        except EventInvalid as error:
            place = f"/epcisBody/eventList/{index}{error.place}"
            faults.append(Fault(index, place, error.rule, error.code, {"value": error.value}))
            continue
        prepared.append(_prepare(index, event, marks))
        if step is not None:
            steps[index] = step
    return Reading(tuple(prepared), _sorted(marks), steps, tuple(faults), len(events))


def _prepare(index: int, event: EpcisEvent, marks: list[tuple[int, int]]) -> Prepared:
    digest = bytes.fromhex(event.hash[14:78])
    facets = facets_of(event.record)
    raw = orjson.loads(event.raw)
    raw.pop("recordTime", None)
    if "eventID" not in raw:
        raw["eventID"] = hash_id(digest)
    names = list({event.id, raw["eventID"]})
    marks += [(term, index) for term in terms_of({**facets, "eventID": names})]
    return Prepared(
        index,
        _key(digest, event),
        digest,
        event.id,
        event.time_ms,
        event.error_declaration is not None,
        orjson.dumps(raw),
        orjson.dumps(event.record),
        tuple(_words(facets)),
    )


def _sorted(marks: list[tuple[int, int]]) -> Marks:
    """In the order of the store's index, so that each of its pages is touched once."""
    marks.sort()
    return Marks(array("q", [term for term, _ in marks]), array("q", [index for _, index in marks]))


def _key(digest: bytes, event: EpcisEvent) -> bytes:
    """The hash leaves the declaration of an error out, so an event that is declared wrong is told apart by it."""
    if event.error_declaration is None:
        return digest
    declared = orjson.dumps(event.record.get("errorDeclaration"), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(digest + declared).digest()


def _words(facets: Facets) -> list[tuple[str, str]]:
    found = [
        (facet, value)
        for name, facet in _WORDS.items()
        for value in facets.get(name, ())
        if isinstance(value, str) and len(value) <= _LONGEST_WORD
    ]
    return found[:_MOST_WORDS]


def _document(payload: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(payload)
    except ValueError as error:
        raise DocumentUnreadable(reason="json") from error
    if not isinstance(found, dict) or found.get("type") not in _DOCUMENTS:
        raise DocumentUnreadable(reason="type")
    return found


def _listed(document: Mapping[str, Any]) -> list[Any]:
    body = document.get("epcisBody")
    if isinstance(body, dict) and isinstance(body.get("queryResults"), dict):
        body = body["queryResults"].get("resultsBody")
    events = body.get("eventList") if isinstance(body, dict) else None
    if not isinstance(events, list):
        raise DocumentUnreadable(reason="eventList")
    return events


def _as_document(payload: bytes) -> bytes:
    """A result of a query, handed in again, as the document that it could have come in."""
    document = _document(payload)
    if document["type"] == "EPCISDocument":
        return payload
    created = document.get("creationDate") or document.get("createdAt")
    try:
        read_moment("creationDate", created)
    except ParameterWrong as error:
        raise DocumentUnreadable(reason="creationDate") from error
    body = {"epcisBody": {"eventList": _listed(document)}, "type": "EPCISDocument", "creationDate": created}
    return orjson.dumps({**document, **body})


def _contexts(document: Mapping[str, Any], event: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []
    for holder in (document, event):
        given = holder.get("@context") or []
        found += given if isinstance(given, list) else [given]
    return found
