"""Reads the parameters of a question, out of an address or out of a named query's JSON."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from tcmchain.epcis.model.facets import SENSOR_NUMBERS
from tcmchain.epcis.model.questions import Comparison, Condition, Question, read_moment
from tcmchain.epcis.model.refusals import ParameterUnknown, ParameterWrong
from tcmchain.epcis.model.vocabulary import BIZ_TRANSACTION_TYPE, SOURCE_DEST_TYPE, SPELLINGS

SOURCE: Final = "tcm:source"
SOURCES: Final = ("captured", "ledger", "all")
PAGING: Final = frozenset({"perPage", "nextPageToken"})
_MOST_VALUES: Final = 500
_MOST_PARAMETERS: Final = 60
_EPC: Final = ("epc",)

_EQUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "eventType": ("type",),
    "EQ_action": ("action",),
    "EQ_bizStep": ("bizStep",),
    "EQ_disposition": ("disposition",),
    "EQ_persistentDisposition_set": ("set",),
    "EQ_persistentDisposition_unset": ("unset",),
    "EQ_readPoint": ("readPoint",),
    "EQ_bizLocation": ("bizLocation",),
    "EQ_transformationID": ("transformationID",),
    "EQ_eventID": ("eventID",),
    "EQ_errorReason": ("errorReason",),
    "EQ_correctiveEventID": ("correctiveEventID",),
}
_WITHIN: Final = {"WD_readPoint": ("readPoint",), "WD_bizLocation": ("bizLocation",)}
_MATCH: Final[Mapping[str, tuple[str, ...]]] = {
    "MATCH_epc": ("epc",),
    "MATCH_parentID": ("parentID",),
    "MATCH_inputEPC": ("inputEPC",),
    "MATCH_outputEPC": ("outputEPC",),
    "MATCH_anyEPC": ("epc", "parentID", "inputEPC", "outputEPC"),
    "MATCH_epcClass": ("epcClass",),
    "MATCH_inputEPCClass": ("inputEPCClass",),
    "MATCH_outputEPCClass": ("outputEPCClass",),
    "MATCH_anyEPCClass": ("epcClass", "inputEPCClass", "outputEPCClass"),
}
_SENSOR: Final = (
    "type", "deviceID", "dataProcessingMethod", "microorganism", "chemicalSubstance", "bizRules", "stringValue",
    "hexBinaryValue", "uriValue", "booleanValue", "deviceMetadata", "rawData", "exception", "component",
)  # fmt: skip
_MOMENTS: Final = {
    "GE_eventTime": "event_from",
    "LT_eventTime": "event_before",
    "GE_recordTime": "record_from",
    "LT_recordTime": "record_before",
}
_DECLARED: Final = {
    "GE_errorDeclarationTime": Comparison.GE,
    "LT_errorDeclarationTime": Comparison.LT,
    # As CBV 2.0's own list of parameters spells them.
    "GE_errorDeclaration_Time": Comparison.GE,
    "LT_errorDeclaration_Time": Comparison.LT,
}
_TYPED: Final = {"EQ_bizTransaction_": "bizTransaction:", "EQ_source_": "source:", "EQ_destination_": "destination:"}
_TYPE_LISTS: Final = {
    "bizTransaction:": BIZ_TRANSACTION_TYPE,
    "source:": SOURCE_DEST_TYPE,
    "destination:": SOURCE_DEST_TYPE,
}
_HOLDERS: Final = {
    "ILMD": "ilmd:",
    "ERROR_DECLARATION": "error:",
    "SENSORELEMENT": "sensorelement:",
    "SENSORMETADATA": "sensormetadata:",
    "SENSORREPORT": "sensorreport:",
    "readPoint": "readPoint.",
    "bizLocation": "bizLocation.",
}
_EXTENSION: Final = re.compile(
    r"(?P<comparison>EQ|GT|GE|LT|LE|EXISTS)_(?P<inner>INNER_)?"
    r"(?:(?P<holder>ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation)_)?"
    r"(?P<name>[^\s\0]+)"
)
_NUMERIC: Final = re.compile(r"(?P<comparison>EQ|GT|GE|LT|LE)_(?P<field>[A-Za-z]+)(?:_(?P<uom>[A-Z0-9]{1,3}))?")
_NUMBER: Final = re.compile(r"-?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?", re.ASCII)
_ORDER_FIELDS: Final = {"eventTime", "recordTime"}


def read_question(parameters: Mapping[str, Any], prefixes: Mapping[str, str] | None = None) -> Question:
    """A question out of its parameters; raises ``ParameterUnknown`` or ``ParameterWrong``.

    Values are lists, numbers, truth values or, out of an address, texts whose parts ``|`` divides. Names of extension
    fields are whole addresses, or short ones whose ``prefixes`` stand for namespaces.
    """
    known = prefixes or {}
    if len(parameters) > _MOST_PARAMETERS:
        raise ParameterWrong(parameter=str(len(parameters)), expected=f"≤ {_MOST_PARAMETERS}")
    fields: dict[str, Any] = {}
    conditions = []
    for name, value in parameters.items():
        if name in PAGING or name == "@context":
            continue
        reader = _CONTROLS.get(name)
        if reader is not None:
            fields.update(reader(name, value))
        else:
            conditions.append(_condition(name, value, known))
    if fields.get("order", "recordTime") not in _ORDER_FIELDS:
        fields["order"] = "ext:" + _whole("orderBy", fields["order"], known)
    if "order" not in fields:
        fields.pop("descending", None)
    if "limit" in fields and "most" in fields:
        raise ParameterWrong(parameter="maxEventCount", expected="eventCountLimit ∨ maxEventCount")
    asked = {name: value for name, value in parameters.items() if name not in PAGING}
    return Question(tuple(conditions), parameters=asked, **fields)


def _condition(name: str, value: Any, prefixes: Mapping[str, str]) -> Condition:
    if name in _EQUAL:
        return Condition(name, _EQUAL[name], Comparison.EQ, _texts(name, value))
    if name in _WITHIN:
        return Condition(name, _WITHIN[name], Comparison.WD, _texts(name, value))
    if name in _MATCH:
        return Condition(name, _MATCH[name], Comparison.MATCH, _texts(name, value))
    if name in _DECLARED:
        read_moment(name, _single(value))
        return Condition(name, ("errorDeclarationTime",), _DECLARED[name], (_single(value),))
    if name == "EXISTS_errorDeclaration":
        return Condition(name, ("errorDeclaration",), Comparison.EXISTS, (_truth(name, value),))
    return _typed(name, value) or _measured(name, value) or _extended(name, value, prefixes)


def _typed(name: str, value: Any) -> Condition | None:
    for start, facet in _TYPED.items():
        if name.startswith(start) and len(name) > len(start):
            kind = SPELLINGS[_TYPE_LISTS[facet]].get(name[len(start) :], name[len(start) :])
            return Condition(name, (facet + kind,), Comparison.EQ, _texts(name, value))
    return None


def _measured(name: str, value: Any) -> Condition | None:
    if name.startswith("EQ_") and name[3:] in _SENSOR:
        values = (_truth(name, value),) if name == "EQ_booleanValue" else _texts(name, value)
        return Condition(name, (f"sensor:{name[3:]}",), Comparison.EQ, values)
    found = _NUMERIC.fullmatch(name)
    if found is None:
        return None
    comparison = Comparison(found["comparison"])
    if found["field"] == "quantity" and found["uom"] is None:
        return Condition(name, ("quantity",), comparison, _numbers(name, value))
    if found["field"] in SENSOR_NUMBERS and (found["uom"] or found["field"] in ("percRank", "percValue")):
        return Condition(name, (f"{found['field']}:{found['uom'] or ''}",), comparison, _numbers(name, value))
    if found["field"] in ("startTime", "endTime", "time") and found["uom"] is None:
        read_moment(name, _single(value))
        return Condition(name, (f"sensor:{found['field']}",), comparison, (_single(value),))
    return None


def _extended(name: str, value: Any, prefixes: Mapping[str, str]) -> Condition:
    found = _EXTENSION.fullmatch(name)
    # A field of the standard itself is none of an extension: those carry a prefix or are whole addresses.
    if found is None or ":" not in found["name"]:
        raise ParameterUnknown(parameter=name[:100])
    holder = _HOLDERS[found["holder"]] if found["holder"] else "ext:"
    facet = f"{'inner:' if found['inner'] else ''}{holder}{_whole(name, found['name'], prefixes)}"
    comparison = Comparison(found["comparison"])
    if comparison is Comparison.EXISTS:
        return Condition(name, (facet,), comparison, (_truth(name, value),))
    if comparison is Comparison.EQ:
        # A number in an address may mean the number or the text.
        texts = _listed(value)
        numbers = [float(text) for text in texts if isinstance(text, str) and _NUMBER.fullmatch(text)]
        return Condition(name, (facet,), comparison, (*texts, *numbers))
    return Condition(name, (facet,), comparison, tuple(_number_or_moment(name, each) for each in _listed(value)))


def _whole(parameter: str, name: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = name.partition(":")
    if prefix in prefixes:
        return prefixes[prefix] + local
    if local.startswith("//") or prefix in ("urn", "tag"):
        return name
    raise ParameterUnknown(parameter=parameter[:100])


def _moment_control(name: str, value: Any) -> dict[str, Any]:
    return {_MOMENTS[name]: read_moment(name, _single(value))}


def _order(name: str, value: Any) -> dict[str, Any]:
    text = _single(value)
    if not isinstance(text, str) or not (text in _ORDER_FIELDS or ":" in text) or len(text) > 200:
        raise ParameterWrong(parameter=name, expected="eventTime ∨ recordTime ∨ …:…")
    return {"order": text}


def _direction(name: str, value: Any) -> dict[str, Any]:
    text = _single(value)
    if text not in ("ASC", "DESC"):
        raise ParameterWrong(parameter=name, expected="ASC ∨ DESC")
    return {"descending": text == "DESC"}


def _count(key: str) -> Callable[[str, Any], dict[str, Any]]:
    def read(name: str, value: Any) -> dict[str, Any]:
        return {key: read_count(name, value)}

    return read


def _source(name: str, value: Any) -> dict[str, Any]:
    text = _single(value)
    if text not in SOURCES:
        raise ParameterWrong(parameter=name, expected=" ∨ ".join(SOURCES))
    return {"source": text}


_CONTROLS: Final[Mapping[str, Callable[[str, Any], dict[str, Any]]]] = {
    **dict.fromkeys(_MOMENTS, _moment_control),
    "orderBy": _order,
    "orderDirection": _direction,
    "eventCountLimit": _count("limit"),
    "maxEventCount": _count("most"),
    SOURCE: _source,
}


def read_count(name: str, value: Any, most: int = 1 << 31) -> int:
    """A whole number from 1 on; raises ``ParameterWrong``."""
    text = _single(value)
    if isinstance(text, bool) or not str(text).isascii() or not str(text).isdigit() or not 1 <= int(text) <= most:
        raise ParameterWrong(parameter=name, expected=f"1 … {most}")
    return int(text)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        return value.split("|")
    if isinstance(value, Sequence):
        return [part for each in value for part in (each.split("|") if isinstance(each, str) else [each])]
    return [value]


def _single(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value[0] if len(value) == 1 else None
    return value


def _texts(name: str, value: Any) -> tuple[str, ...]:
    found = _listed(value)
    if not 0 < len(found) <= _MOST_VALUES or any(not isinstance(text, str) or not text for text in found):
        raise ParameterWrong(parameter=name, expected="text|text|…")
    return tuple(found)


def _truth(name: str, value: Any) -> bool:
    found = _single(value)
    if found in (True, "true"):
        return True
    if found in (False, "false"):
        return False
    raise ParameterWrong(parameter=name, expected="true ∨ false")


def _numbers(name: str, value: Any) -> tuple[float, ...]:
    return tuple(_number(name, each) for each in _listed(value))


def _number(name: str, value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    raise ParameterWrong(parameter=name, expected="1.5")


def _number_or_moment(name: str, value: Any) -> Any:
    try:
        return _number(name, value)
    except ParameterWrong:
        read_moment(name, value)
        return value


def read_prefixes(header: str) -> dict[str, str]:
    """Prefixes of extensions and their namespaces, as the GS1-Extensions header says: ``ex=https://example.org/,…``."""
    pairs = (part.strip().partition("=") for part in header.split(","))
    return {prefix.strip(): namespace.strip() for prefix, _, namespace in pairs if prefix and namespace}


def joined(parameters: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Parameters of an address by name, each with every value given."""
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        found.setdefault(name, []).append(value)
    return found
