"""What an event can be found by: its fields laid flat, as the query interface of EPCIS 2.0 (§8.2.7.1) names them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tcmchain.epcis.model.identifiers import NotAnEpc, canonical_place, canonical_uri
from tcmchain.epcis.model.vocabulary import BIZ_STEP, DISPOSITION, ERROR_REASON, MEASUREMENT_TYPE, SPELLINGS

Facets = Mapping[str, list[Any]]

_KNOWN: Final = frozenset(
    {
        "type", "eventID", "eventTime", "recordTime", "eventTimeZoneOffset", "action", "bizStep", "disposition",
        "persistentDisposition", "readPoint", "bizLocation", "epcList", "parentID", "childEPCs", "quantityList",
        "childQuantityList", "inputEPCList", "outputEPCList", "inputQuantityList", "outputQuantityList",
        "transformationID", "bizTransactionList", "sourceList", "destinationList", "sensorElementList", "ilmd",
        "errorDeclaration", "certificationInfo", "@context", "isA",
    }
)  # fmt: skip
_KNOWN_ERROR: Final = frozenset({"declarationTime", "reason", "correctiveEventIDs"})
_KNOWN_SENSOR: Final = frozenset({"sensorMetadata", "sensorReport"})
_EPCS: Final = {"epcList": "epc", "childEPCs": "epc", "inputEPCList": "inputEPC", "outputEPCList": "outputEPC"}
_CLASSES: Final = {
    "quantityList": "epcClass",
    "childQuantityList": "epcClass",
    "inputQuantityList": "inputEPCClass",
    "outputQuantityList": "outputEPCClass",
}
_PAIRS: Final = {
    "bizTransactionList": ("bizTransaction", "bizTransaction"),
    "sourceList": ("source", "source"),
    "destinationList": ("destination", "destination"),
}
_SENSOR_TEXT: Final = frozenset(
    {
        "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "microorganism",
        "chemicalSubstance", "bizRules", "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "component",
        "coordinateReferenceSystem", "time", "startTime", "endTime",
    }
)  # fmt: skip
SENSOR_NUMBERS: Final = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percValue", "percRank"})
_DEEPEST: Final = 16
_FOUND_BY_VALUE: Final = frozenset(
    {
        "type", "eventID", "action", "bizStep", "disposition", "set", "unset", "readPoint", "bizLocation",
        "transformationID", "epc", "parentID", "inputEPC", "outputEPC", "epcClass", "inputEPCClass",
        "outputEPCClass", "errorReason", "correctiveEventID",
    }
)  # fmt: skip
_GOODS: Final = frozenset({"epc", "parentID", "inputEPC", "outputEPC", "epcClass", "inputEPCClass", "outputEPCClass"})
_WHERE: Final = frozenset({"readPoint", "bizLocation"})
_PARTIES: Final = ("bizTransaction:", "source:", "destination:")
_LISTS: Final = {
    "bizStep": BIZ_STEP,
    "disposition": DISPOSITION,
    "set": DISPOSITION,
    "unset": DISPOSITION,
    "errorReason": ERROR_REASON,
    "sensor:type": MEASUREMENT_TYPE,
}
_PREFIXES_BY_VALUE: Final = ("bizTransaction:", "source:", "destination:", "sensor:", "ext:", "ilmd:", "error:")


def facets_of(record: Mapping[str, Any]) -> Facets:
    """An event's fields by name, each with all values it has.

    Lists are laid flat; ``epc``, ``epcClass`` and their like hold identifiers, ``ext:…``, ``ilmd:…``, ``error:…`` the
    extension fields of the event, of its ILMD and of its error declaration, and ``inner:…`` those nested in them.
    """
    found: dict[str, list[Any]] = defaultdict(list)
    for name in ("type", "eventID", "action", "bizStep", "disposition", "transformationID", "parentID"):
        if record.get(name) is not None:
            found[name].append(record[name])
    for name in ("readPoint", "bizLocation"):
        place = record.get(name)
        if isinstance(place, Mapping):
            found[name].append(place.get("id"))
            _extensions(found, f"{name}.", place, frozenset({"id"}))
    persistent = record.get("persistentDisposition") or {}
    for name in ("set", "unset"):
        found[name] += _listed(persistent.get(name))
    _goods(found, record)
    _declared(found, record.get("errorDeclaration"))
    _sensed(found, record.get("sensorElementList"))
    _extensions(found, "ilmd:", record.get("ilmd") or {}, frozenset())
    _extensions(found, "ext:", record, _KNOWN)
    return {name: values for name, values in found.items() if values}


def terms_of(facets: Facets) -> list[int]:
    """The 64-bit marks that an event is looked up by: one for each value worth it, and for each field that is rare."""
    marks = set()
    for name, values in facets.items():
        if name not in _FOUND_BY_VALUE:
            marks.add(mark(name))
        if is_marked(name):
            marks.update(mark(name, value) for value in values)
    return sorted(marks)


def is_frequent(name: str) -> bool:
    """Whether a field is too frequent to be looked up by its being there."""
    return name in _FOUND_BY_VALUE


def is_marked(name: str) -> bool:
    """Whether values of a field are looked up, and not only that the event has it."""
    return name in _FOUND_BY_VALUE or name.startswith(_PREFIXES_BY_VALUE)


def mark(name: str, value: Any = None) -> int:
    """A signed 64-bit mark of a field, or of its value; two may share one, so a match is looked at again."""
    text = name if value is None else f"{name}\0{canonical(name, value)}"
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def canonical(name: str, value: Any) -> str:
    """The one spelling of a value: identifiers as Digital Links, the standard's words bare, all else as it is."""
    if name in _GOODS or name in _WHERE or name.startswith(_PARTIES):
        try:
            return canonical_uri(value) if name in _GOODS else canonical_place(value)
        except (NotAnEpc, TypeError, AttributeError):
            return spelled(value)
    if name in _LISTS:
        return str(SPELLINGS[_LISTS[name]].get(value, value))
    return spelled(value)


def spelled(value: Any) -> str:
    """A value as one text: numbers and truth values as JSON writes them, whole numbers without a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))
    return str(value)


def _goods(found: dict[str, list[Any]], record: Mapping[str, Any]) -> None:
    for name, facet in _EPCS.items():
        found[facet] += _listed(record.get(name))
    for name, facet in _CLASSES.items():
        for element in _listed(record.get(name)):
            if isinstance(element, Mapping):
                found[facet].append(element.get("epcClass"))
                if "quantity" in element:
                    found["quantity"].append(element["quantity"])
    for name, (facet, key) in _PAIRS.items():
        for element in _listed(record.get(name)):
            if isinstance(element, Mapping):
                found[f"{facet}:{element.get('type') or ''}"].append(element.get(key))


def _declared(found: dict[str, list[Any]], declaration: Any) -> None:
    if not isinstance(declaration, Mapping):
        return
    found["errorDeclaration"].append(True)
    found["errorDeclarationTime"] += _listed(declaration.get("declarationTime"))
    found["errorReason"] += _listed(declaration.get("reason"))
    found["correctiveEventID"] += _listed(declaration.get("correctiveEventIDs"))
    _extensions(found, "error:", declaration, _KNOWN_ERROR)


def _sensed(found: dict[str, list[Any]], elements: Any) -> None:
    for element in _listed(elements):
        if not isinstance(element, Mapping):
            continue
        metadata = element.get("sensorMetadata") or {}
        _fields(found, metadata)
        _extensions(found, "sensormetadata:", metadata, _SENSOR_TEXT | SENSOR_NUMBERS)
        for report in _listed(element.get("sensorReport")):
            if isinstance(report, Mapping):
                _fields(found, report)
                for name in SENSOR_NUMBERS & report.keys():
                    found[f"{name}:{report.get('uom') or ''}"].append(report[name])
                _extensions(found, "sensorreport:", report, _SENSOR_TEXT | SENSOR_NUMBERS | {"uom"})
        _extensions(found, "sensorelement:", element, _KNOWN_SENSOR)


def _fields(found: dict[str, list[Any]], holder: Mapping[str, Any]) -> None:
    for name in _SENSOR_TEXT & holder.keys():
        found[f"sensor:{name}"].append(holder[name])


def _extensions(found: dict[str, list[Any]], prefix: str, holder: Mapping[str, Any], known: Iterable[str]) -> None:
    for name, value in holder.items():
        if name in known or name.startswith("@"):
            continue
        facet = f"{prefix}{_iri(name)}"
        for each in _listed(value):
            if isinstance(each, Mapping):
                found[facet].append(each.get("id", True))
                _inner(found, prefix, each, 0)
            else:
                found[facet].append(each)


def _inner(found: dict[str, list[Any]], prefix: str, holder: Mapping[str, Any], depth: int) -> None:
    if depth > _DEEPEST:
        return
    for name, value in holder.items():
        facet = f"inner:{prefix}{_iri(name)}"
        for each in _listed(value):
            if isinstance(each, Mapping):
                found[facet].append(each.get("id", True))
                _inner(found, prefix, each, depth + 1)
            else:
                found[facet].append(each)


def _iri(name: str) -> str:
    """The whole name of an extension field, out of the normal form's ``{namespace}name``."""
    return name[1:].replace("}", "", 1) if name.startswith("{") else name


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
