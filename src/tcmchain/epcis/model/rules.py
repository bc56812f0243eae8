"""Rules beyond the schema: what an event must obey to mean something. Each has a stable name, told with its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from tcmchain.epcis.model import vocabulary
from tcmchain.epcis.model.errors import Finding
from tcmchain.epcis.model.extension_names import Fault
from tcmchain.epcis.model.identifiers import NotAnEpc, canonical_place
from tcmchain.epcis.model.moments import milliseconds
from tcmchain.epcis.model.schema import LONGEST

AHEAD_MS: Final = 86_400_000
"""How far ahead of now an event may be stated to have happened: a day, for clocks that differ."""

_INSTANCES: Final = ("epcList", "inputEPCList", "outputEPCList", "childEPCs")
_QUANTITIES: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_SINGLE: Final = ("parentID", "transformationID", "eventID")
_PLACES: Final = ("readPoint", "bizLocation")
_TYPED: Final = (
    ("bizTransactionList", "bizTransaction", vocabulary.BIZ_TRANSACTION_TYPE),
    ("sourceList", "source", vocabulary.SOURCE_DEST_TYPE),
    ("destinationList", "destination", vocabulary.SOURCE_DEST_TYPE),
)
_DEVICES: Final = (
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
    "microorganism",
    "chemicalSubstance",
    "uriValue",
    "coordinateReferenceSystem",
)
_NUMBERED_TWICE: Final = ("minValue", "maxValue")


def faults(record: Mapping[str, Any], now_ms: int, closely: bool = True) -> list[Fault]:
    """What is wrong with the normal form of an event that the schema took.

    Identifiers are looked at ``closely`` unless the event could be hashed, which reads them all.
    """
    found: list[Fault] = []
    for rule in _RULES:
        found.extend(rule(record, now_ms))
    if closely:
        found.extend(_identifiers(record))
    return found


def located(found: Sequence[Fault], index: int | None, place: str) -> list[Finding]:
    """Faults of an event as findings in its document."""
    return [Finding(index, place + at, rule, value[:LONGEST]) for at, rule, value in found]


def _moments(record: Mapping[str, Any], now_ms: int) -> Iterator[Fault]:
    for name in ("eventTime", "recordTime"):
        if name in record:
            yield from _moment(f"/{name}", record[name], now_ms)
    declaration = record.get("errorDeclaration")
    if declaration is not None:
        yield from _moment("/errorDeclaration/declarationTime", declaration["declarationTime"], now_ms)


def _moment(at: str, text: str, now_ms: int) -> Iterator[Fault]:
    try:
        moment = milliseconds(text)
    except ValueError:
        yield at, "time-unreadable", text
        return
    if moment > now_ms + AHEAD_MS:
        yield at, "time-future", text
    elif moment < 0:
        yield at, "time-ancient", text


def _words(record: Mapping[str, Any], _now_ms: int) -> Iterator[Fault]:
    for name in (vocabulary.BIZ_STEP, vocabulary.DISPOSITION):
        if name in record:
            yield from _word(f"/{name}", name, record[name])
    for name, _, words in _TYPED:
        for number, element in enumerate(record.get(name, ())):
            if "type" in element:
                yield from _word(f"/{name}/{number}/type", words, element["type"])
    declaration = record.get("errorDeclaration")
    if declaration is not None and "reason" in declaration:
        yield from _word("/errorDeclaration/reason", vocabulary.ERROR_REASON, declaration["reason"])


def _word(at: str, name: str, word: str) -> Iterator[Fault]:
    """A word of one's own is an address outside the standard's namespaces."""
    if word in vocabulary.WEB[name] or not vocabulary.is_reserved(word):
        return
    tail = word.replace(":", "-").rpartition("-")[2]
    yield at, "word-deprecated" if tail in vocabulary.DEPRECATED else "word-unknown", word


def _classes(record: Mapping[str, Any], _now_ms: int) -> Iterator[Fault]:
    for name in _INSTANCES:
        for number, epc in enumerate(record.get(name, ())):
            if epc.startswith(("urn:epc:class:", "urn:epc:idpat:")):
                yield f"/{name}/{number}", "class-as-instance", epc
    for name in _QUANTITIES:
        for number, element in enumerate(record.get(name, ())):
            if element["epcClass"].startswith("urn:epc:id:"):
                yield f"/{name}/{number}/epcClass", "instance-as-class", element["epcClass"]


def _identifiers(record: Mapping[str, Any]) -> Iterator[Fault]:
    for name in _INSTANCES:
        for number, epc in enumerate(record.get(name, ())):
            yield from _epc(f"/{name}/{number}", epc)
    for name in _QUANTITIES:
        for number, element in enumerate(record.get(name, ())):
            yield from _epc(f"/{name}/{number}/epcClass", element["epcClass"])
    for name in _SINGLE:
        if name in record:
            yield from _epc(f"/{name}", record[name])
    for name in _PLACES:
        if name in record:
            yield from _epc(f"/{name}/id", record[name]["id"])
    for name, one, _ in _TYPED:
        for number, element in enumerate(record.get(name, ())):
            yield from _epc(f"/{name}/{number}/{one}", element[one])
    for number, element in enumerate(record.get("sensorElementList", ())):
        at = f"/sensorElementList/{number}"
        for key in _DEVICES:
            if key in element.get("sensorMetadata", ()):
                yield from _epc(f"{at}/sensorMetadata/{key}", element["sensorMetadata"][key])
            for row, report in enumerate(element["sensorReport"]):
                if key in report:
                    yield from _epc(f"{at}/sensorReport/{row}/{key}", report[key])


def _epc(at: str, uri: str) -> Iterator[Fault]:
    if uri.startswith("urn:epc:"):
        try:
            canonical_place(uri)
        except NotAnEpc:
            yield at, "epc-malformed", uri


def _quantities(record: Mapping[str, Any], _now_ms: int) -> Iterator[Fault]:
    for name in _QUANTITIES:
        for number, element in enumerate(record.get(name, ())):
            at = f"/{name}/{number}"
            quantity = element.get("quantity")
            if quantity is None:
                if "uom" in element:
                    yield f"{at}/uom", "unit-without-quantity", element["uom"]
            elif quantity <= 0:
                yield f"{at}/quantity", "quantity-not-positive", str(quantity)
            elif "uom" not in element and quantity != int(quantity):
                yield f"{at}/quantity", "count-not-whole", str(quantity)


def _parents(record: Mapping[str, Any], _now_ms: int) -> Iterator[Fault]:
    # EPCIS 2.0, 7.4.3: a parent is needed to say to what children were added or from what they were taken
    if record["type"] == "AggregationEvent" and record["action"] != "OBSERVE" and "parentID" not in record:
        yield "", "parent-missing", record["action"]
    if record["type"] in ("AggregationEvent", "AssociationEvent"):
        parent = record.get("parentID")
        if parent is not None and parent in record.get("childEPCs", ()):
            yield "/childEPCs", "parent-among-children", parent


def _dispositions(record: Mapping[str, Any], _now_ms: int) -> Iterator[Fault]:
    given = record.get("persistentDisposition")
    if given is None:
        return
    for side in ("set", "unset"):
        for number, word in enumerate(given.get(side, ())):
            yield from _word(f"/persistentDisposition/{side}/{number}", vocabulary.DISPOSITION, word)
    both = sorted(set(given.get("set", ())) & set(given.get("unset", ())))
    if both:
        yield "/persistentDisposition", "disposition-set-and-unset", both[0]


def _sensors(record: Mapping[str, Any], now_ms: int) -> Iterator[Fault]:
    for number, element in enumerate(record.get("sensorElementList", ())):
        at = f"/sensorElementList/{number}"
        yield from _period(f"{at}/sensorMetadata", element.get("sensorMetadata", {}), now_ms)
        for row, report in enumerate(element["sensorReport"]):
            here = f"{at}/sensorReport/{row}"
            yield from _report(here, report, now_ms)


def _period(at: str, metadata: Mapping[str, Any], now_ms: int) -> Iterator[Fault]:
    wrong = False
    for name in ("time", "startTime", "endTime"):
        if name in metadata:
            for fault in _moment(f"{at}/{name}", metadata[name], now_ms):
                wrong = True
                yield fault
    if wrong or "startTime" not in metadata or "endTime" not in metadata:
        return
    if milliseconds(metadata["startTime"]) > milliseconds(metadata["endTime"]):
        yield f"{at}/endTime", "period-reversed", metadata["endTime"]


def _report(at: str, report: Mapping[str, Any], now_ms: int) -> Iterator[Fault]:
    yield from _word(f"{at}/type", vocabulary.MEASUREMENT_TYPE, report["type"])
    if "exception" in report:
        yield from _word(f"{at}/exception", vocabulary.SENSOR_ALERT, report["exception"])
    if "component" in report:
        yield from _word(f"{at}/component", vocabulary.COMPONENT, report["component"])
    if "time" in report:
        yield from _moment(f"{at}/time", report["time"], now_ms)
    if all(name in report for name in _NUMBERED_TWICE) and report["minValue"] > report["maxValue"]:
        yield f"{at}/maxValue", "range-reversed", str(report["maxValue"])


_RULES: Final[tuple[Callable[[Mapping[str, Any], int], Iterator[Fault]], ...]] = (
    _moments,
    _words,
    _classes,
    _quantities,
    _parents,
    _dispositions,
    _sensors,
)
