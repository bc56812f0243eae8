"""Documents and single events, read from JSON: the schema first, then the rules beyond it, then the hash.

Nothing is fetched while reading: a context elsewhere than the standard's own counts for nothing, so prefixes of
extensions are declared in the document or the event itself.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from tcmchain.epcis.model.contexts import Context, read_context
from tcmchain.epcis.model.errors import DocumentInvalid, EventInvalid, Finding
from tcmchain.epcis.model.event_hash import event_hash
from tcmchain.epcis.model.events import EpcisEvent, ErrorDeclaration, EventHash, EventKind
from tcmchain.epcis.model.extension_names import names
from tcmchain.epcis.model.moments import milliseconds
from tcmchain.epcis.model.normal_form import normal_form
from tcmchain.epcis.model.rules import faults, located
from tcmchain.epcis.model.schema import faults_of_envelope, faults_of_event

_LIST: Final = "/epcisBody/eventList"
_RESULTS: Final = "/epcisBody/queryResults/resultsBody/eventList"


@dataclass(frozen=True, slots=True)
class Document:
    """A capture document (``EPCISDocument``) with its events in order.

    ``context``, ``creation_date`` and ``schema_version`` are as given.
    """

    events: tuple[EpcisEvent, ...]
    context: Any
    creation_date: str
    schema_version: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a list of events: those that are right, by their index, and every fault of the others."""

    document: Document
    indexes: tuple[int, ...]
    findings: tuple[Finding, ...]


def read_document(raw: bytes, now_ms: int | None = None) -> Document:
    """Read an ``EPCISDocument``; raises ``DocumentInvalid`` with the faults of every wrong event."""
    reading = read_events(raw, now_ms)
    if reading.findings:
        raise DocumentInvalid(reading.findings)
    return reading.document


def read_events(raw: bytes, now_ms: int | None = None) -> Reading:
    """Read an ``EPCISDocument`` and keep its right events even when others are wrong.

    Raises ``DocumentInvalid`` when the document itself is wrong.
    """
    given = _parse(raw)
    if given.get("type") != "EPCISDocument":
        raise DocumentInvalid((Finding(None, "/type", "document-type", str(given.get("type"))[:80]),))
    _refuse(faults_of_envelope(given, "epcisDocument"))
    return _reading(given, given["epcisBody"]["eventList"], _LIST, now_ms)


def read_answer(raw: bytes, now_ms: int | None = None) -> Document:
    """Read an ``EPCISQueryDocument``, what another repository answered; raises ``DocumentInvalid``."""
    given = _parse(raw)
    if given.get("type") != "EPCISQueryDocument":
        raise DocumentInvalid((Finding(None, "/type", "document-type", str(given.get("type"))[:80]),))
    _refuse(faults_of_envelope(given, "epcisQueryDocument"))
    results = given["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    reading = _reading(given, results, _RESULTS, now_ms)
    _refuse(reading.findings)
    return reading.document


def read_event(raw: bytes, now_ms: int | None = None) -> EpcisEvent:
    """Read a single event that carries its own ``@context``; raises ``EventInvalid``."""
    try:
        given = _parse(raw)
    except DocumentInvalid as error:
        raise EventInvalid(error.findings[0].place, error.findings[0].rule) from error
    if "@context" not in given:
        raise EventInvalid("/@context", "context-missing")
    context = read_context(given["@context"])
    if not context.standard:
        raise EventInvalid("/@context", "context-missing")
    found, findings = _read_one(given, context, given["@context"], None, "", _now(now_ms))
    if found is None:
        raise EventInvalid(findings[0].place, findings[0].rule, findings[0].value)
    return found


def read_mapping(event: Mapping[str, Any], now_ms: int | None = None) -> EpcisEvent:
    """Read an event that stands in memory as its JSON would; raises ``EventInvalid``."""
    return read_event(orjson.dumps(event), now_ms)


def _reading(given: dict[str, Any], events: Sequence[Any], place: str, now_ms: int | None) -> Reading:
    context = _context_of(given)
    moment = _now(now_ms)
    right: list[EpcisEvent] = []
    indexes: list[int] = []
    findings: list[Finding] = []
    for index, event in enumerate(events):
        at = f"{place}/{index}"
        try:
            inner, outer = _inner(event, context, given["@context"], at)
            found, wrong = _read_one(event, inner, outer, index, at, moment)
        except EventInvalid as error:
            found, wrong = None, [Finding(index, error.place, error.rule, error.value)]
        findings.extend(wrong)
        if found is not None:
            right.append(found)
            indexes.append(index)
    document = Document(
        tuple(right), given["@context"], str(given.get("creationDate", "")), str(given.get("schemaVersion", ""))
    )
    return Reading(document, tuple(indexes), tuple(findings))


def _read_one(
    event: Any, context: Context, outer: Any, index: int | None, place: str, now_ms: int
) -> tuple[EpcisEvent | None, list[Finding]]:
    wrong = faults_of_event(event, index, place)
    if wrong:
        return None, wrong
    astray = list(names(event, context))
    if any(rule == "too-deep" for _, rule, _ in astray):
        return None, located(astray, index, place)
    record = normal_form(event, context)
    name = _named(record)
    wrong = located([*faults(record, now_ms, closely=name is None), *astray], index, place)
    if wrong or name is None:
        return None, wrong or [Finding(index, place, "form")]
    given = record.get("eventID")
    return (
        EpcisEvent(
            hash=name,
            id=given or name,
            kind=EventKind(record["type"]),
            time_ms=milliseconds(record["eventTime"]),
            zone=record["eventTimeZoneOffset"],
            record=record,
            raw=orjson.dumps({"@context": outer, **event} if "@context" not in event else {**event, "@context": outer}),
            record_time_ms=milliseconds(record["recordTime"]) if "recordTime" in record else None,
            error_declaration=_declaration(record),
        ),
        [],
    )


def _named(record: Mapping[str, Any]) -> EventHash | None:
    """The hash, or ``None`` when a moment or an identifier cannot be read; the rules then say which."""
    try:
        return event_hash(record)
    except ValueError:
        return None


def _declaration(record: Mapping[str, Any]) -> ErrorDeclaration | None:
    given = record.get("errorDeclaration")
    if given is None:
        return None
    return ErrorDeclaration(
        milliseconds(given["declarationTime"]), given.get("reason"), tuple(given.get("correctiveEventIDs", ()))
    )


def _inner(event: Any, context: Context, outer: Any, place: str) -> tuple[Context, Any]:
    """The context of an event of a list: the document's, and its own on top."""
    if not isinstance(event, dict) or "@context" not in event:
        return context, outer
    given = event["@context"]
    own = given if isinstance(given, list) else [given]
    # a context may be named once only; what is named last counts
    both = [part for part in (outer if isinstance(outer, list) else [outer]) if part not in own] + own
    return read_context(given, f"{place}/@context", context), both


def _context_of(given: dict[str, Any]) -> Context:
    try:
        context = read_context(given["@context"])
    except EventInvalid as error:
        raise DocumentInvalid((Finding(None, error.place, error.rule, error.value),)) from error
    if not context.standard:
        raise DocumentInvalid((Finding(None, "/@context", "context-missing"),))
    return context


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        given = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise DocumentInvalid((Finding(None, "", "json", str(error)[:80]),)) from error
    if not isinstance(given, dict):
        raise DocumentInvalid((Finding(None, "", "type", type(given).__name__),))
    return given


def _refuse(findings: Sequence[Finding]) -> None:
    if findings:
        raise DocumentInvalid(tuple(findings))


def _now(now_ms: int | None) -> int:
    return int(time.time() * 1000) if now_ms is None else now_ms
