"""The event hash ID of CBV 2.0, section 8.9: one identifier for one meaning, however an event was written down.

An event in its normal form becomes a string: members in the standard's order, lists sorted, moments in UTC, numbers
without needless zeros, identifiers as canonical GS1 Digital Links, vocabulary as full addresses. The string's SHA-256
stands in a ``ni`` URI (RFC 6920). eventID, recordTime, errorDeclaration and comments are left out.

Where the text of the section and the examples that its authors publish differ (a type stands before its value; lists
of transactions, destinations and sources stand in alphabetical order after the sensors), the examples decide.
"""

from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from typing import Any, Final

from tcmchain.epcis.model import vocabulary
from tcmchain.epcis.model.events import EventHash
from tcmchain.epcis.model.identifiers import canonical_place, canonical_uri
from tcmchain.epcis.model.moments import stamp
from tcmchain.epcis.model.normal_form import COMMENT, STANDARD_MEMBERS
from tcmchain.epcis.model.spelling import number, text

Writer = Callable[[Any], str]

_COMMENTS: Final = frozenset({COMMENT, "comment", "rdfs:comment", "#text"})


def event_hash(record: Mapping[str, Any], ignored: Collection[str] = ()) -> EventHash:
    """The hash ID of an event in its normal form; top-level members named in ``ignored`` are left out."""
    return EventHash(f"ni:///sha-256;{event_digest(record, ignored).hex()}?ver=CBV2.0")


def event_digest(record: Mapping[str, Any], ignored: Collection[str] = ()) -> bytes:
    """The SHA-256 alone."""
    return sha256(pre_hash(record, ignored).encode()).digest()


def pre_hash(record: Mapping[str, Any], ignored: Collection[str] = ()) -> str:
    """The string that is hashed."""
    parts = [f"eventType={record['type']}"]
    for name, write in _ORDERED:
        value = record.get(name)
        if value is not None:
            parts.append(write(value))
    rest = [write(record[name]) for name, write in _TRAILING if record.get(name)]
    if len(record) > len(STANDARD_MEMBERS & record.keys()):
        rest += [
            _extension(name, value)
            for name, value in record.items()
            if name not in STANDARD_MEMBERS and name not in ignored and name not in _COMMENTS
        ]
        rest.sort()
    return "".join(parts) + "".join(rest)


def _extension(name: str, value: Any) -> str:
    if isinstance(value, str):
        written = text(value)
        return f"{name}={written}" if written else name
    if isinstance(value, dict):
        return name + _extensions(value)
    if isinstance(value, list):
        return "".join(sorted(_extension(name, one) for one in value))
    if value is None:
        return name
    return f"{name}={number(value)}"


def _extensions(given: Mapping[str, Any]) -> str:
    found = []
    for name, value in given.items():
        if name in _COMMENTS:
            continue
        if isinstance(value, list):
            found += [_extension(name, one) for one in value]
        else:
            found.append(_extension(name, value))
    found.sort()
    return "".join(found)


def _as_time(name: str) -> Writer:
    return lambda value: f"{name}={stamp(value)}"


def _as_place(name: str) -> Writer:
    return lambda value: f"{name}={canonical_place(value)}"


def _as_text(name: str) -> Writer:
    return lambda value: f"{name}={value.strip()}"


def _as_number(name: str) -> Writer:
    return lambda value: f"{name}={number(value)}"


def _as_word(name: str, words: str) -> Writer:
    known = {word: f"{name}={web}" for word, web in vocabulary.WEB[words].items()}
    return lambda value: known.get(value) or f"{name}={text(value)}"


def _as_places(name: str) -> Writer:
    stem = f"{name}="

    def write(value: Any) -> str:
        return "".join(sorted(stem + text(one) for one in (value if isinstance(value, list) else [value])))

    return write


def _as_epcs(name: str) -> Writer:
    def write(value: Any) -> str:
        if len(value) == 1:
            return f"{name}epc={canonical_uri(value[0])}"
        return name + "epc=" + "epc=".join(sorted(map(canonical_uri, value))) if value else ""

    return write


def _as_quantities(name: str) -> Writer:
    def write(value: Any) -> str:
        found = []
        for element in value:
            line = f"quantityElementepcClass={canonical_uri(element['epcClass'])}"
            if "quantity" in element:
                line += f"quantity={number(element['quantity'])}"
            if "uom" in element:
                line += f"uom={element['uom']}"
            found.append(line)
        found.sort()
        return name + "".join(found) if found else ""

    return write


def _as_members(fields: tuple[tuple[str, Writer], ...]) -> Callable[[Mapping[str, Any]], str]:
    names = frozenset(name for name, _ in fields)

    def write(value: Mapping[str, Any]) -> str:
        found = "".join([member(value[name]) for name, member in fields if name in value])
        if value.keys() <= names:
            return found
        return found + _extensions({name: one for name, one in value.items() if name not in names})

    return write


def _as_object(name: str, fields: tuple[tuple[str, Writer], ...]) -> Writer:
    members = _as_members(fields)

    def write(value: Any) -> str:
        found = members(value)
        return name + found if found else ""

    return write


def _as_elements(name: str, one: str, fields: tuple[tuple[str, Writer], ...]) -> Writer:
    members = _as_members(fields)

    def write(value: Any) -> str:
        return name + "".join(sorted([one + members(element) for element in value])) if value else ""

    return write


def _as_typed(name: str, one: str, words: str) -> Writer:
    kind = _as_word("type", words)

    def write(value: Any) -> str:
        found = [
            (kind(element["type"]) if "type" in element else "") + f"{one}={canonical_place(element[one])}"
            for element in value
        ]
        found.sort()
        return name + "".join(found)

    return write


_PLACED: Final = ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod")
_METADATA: Final = (
    *((name, _as_time(name)) for name in ("time", "startTime", "endTime")),
    *((name, _as_place(name)) for name in (*_PLACED, "bizRules")),
)
_REPORT: Final = (
    ("type", _as_word("type", vocabulary.MEASUREMENT_TYPE)),
    ("exception", _as_word("exception", vocabulary.SENSOR_ALERT)),
    *((name, _as_place(name)) for name in _PLACED),
    ("time", _as_time("time")),
    *((name, _as_place(name)) for name in ("microorganism", "chemicalSubstance")),
    ("value", _as_number("value")),
    ("component", _as_word("component", vocabulary.COMPONENT)),
    ("stringValue", _as_text("stringValue")),
    ("booleanValue", _as_number("booleanValue")),
    ("hexBinaryValue", _as_text("hexBinaryValue")),
    ("uriValue", _as_place("uriValue")),
    *((name, _as_number(name)) for name in ("minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")),
    ("uom", _as_text("uom")),
    ("coordinateReferenceSystem", _as_place("coordinateReferenceSystem")),
    ("bizRules", _as_place("bizRules")),
)
_SENSORS: Final = (
    ("sensorMetadata", _as_object("sensorMetadata", _METADATA)),
    ("sensorReport", _as_elements("", "sensorReport", _REPORT)),
)


def _dispositions(name: str) -> Writer:
    one = _as_word(name, vocabulary.DISPOSITION)
    return lambda value: "".join(sorted(map(one, value)))


_ORDERED: Final[tuple[tuple[str, Writer], ...]] = (
    ("eventTime", _as_time("eventTime")),
    ("eventTimeZoneOffset", _as_text("eventTimeZoneOffset")),
    ("certificationInfo", _as_places("certificationInfo")),
    ("parentID", _as_place("parentID")),
    ("epcList", _as_epcs("epcList")),
    ("inputEPCList", _as_epcs("inputEPCList")),
    ("childEPCs", _as_epcs("childEPCs")),
    ("quantityList", _as_quantities("quantityList")),
    ("childQuantityList", _as_quantities("childQuantityList")),
    ("inputQuantityList", _as_quantities("inputQuantityList")),
    ("outputEPCList", _as_epcs("outputEPCList")),
    ("outputQuantityList", _as_quantities("outputQuantityList")),
    ("action", _as_text("action")),
    ("transformationID", _as_place("transformationID")),
    ("bizStep", _as_word("bizStep", vocabulary.BIZ_STEP)),
    ("disposition", _as_word("disposition", vocabulary.DISPOSITION)),
    (
        "persistentDisposition",
        _as_object("persistentDisposition", (("set", _dispositions("set")), ("unset", _dispositions("unset")))),
    ),
    ("readPoint", _as_object("readPoint", (("id", _as_place("id")),))),
    ("bizLocation", _as_object("bizLocation", (("id", _as_place("id")),))),
    ("sensorElementList", _as_elements("sensorElementList", "sensorElement", _SENSORS)),
)
"""Members in the order of the section, each with what writes it."""

_TRAILING: Final[tuple[tuple[str, Writer], ...]] = (
    (
        "bizTransactionList",
        _as_typed("bizTransactionList", "bizTransaction", vocabulary.BIZ_TRANSACTION_TYPE),
    ),
    ("destinationList", _as_typed("destinationList", "destination", vocabulary.SOURCE_DEST_TYPE)),
    ("ilmd", lambda value: "ilmd" + _extensions(value)),
    ("sourceList", _as_typed("sourceList", "source", vocabulary.SOURCE_DEST_TYPE)),
)
