"""What the JSON schema of EPCIS 2.0 says of an event or a document, as findings with place and rule.

The schema is taken as published but for two things: full addresses of standard vocabulary are let through to the rules
beyond it, which know every spelling; and ``bizRules`` may stand in a sensor report, as GS1's own examples have it.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs
import orjson

from tcmchain.epcis.model import tables
from tcmchain.epcis.model.contexts import pointer
from tcmchain.epcis.model.errors import Finding
from tcmchain.epcis.model.events import EventKind
from tcmchain.epcis.model.vocabulary import DEPRECATED

LONGEST: Final = 80
"""Characters of a wrong value that a finding repeats."""

_WORDS: Final = frozenset(
    {
        "bizStep",
        "disposition",
        "bizTransaction-type",
        "source-dest-type",
        "error-reason",
        "component",
        "measurementType",
        "sensorAlertType",
    }
)
_ALTERNATIVES: Final[Mapping[tuple[str, int], str]] = {
    ("ObjectEvent", 2): "what-missing",
    ("ObjectEvent", 3): "ilmd-without-add",
    ("AggregationEvent", 2): "children-missing",
    ("AssociationEvent", 2): "children-missing",
    ("TransactionEvent", 2): "what-missing",
    ("TransformationEvent", 2): "sides-missing",
}
"""Which rule of an event's kind an ``anyOf`` stands for, by kind and position in its ``allOf``."""

_KINDS: Final[Mapping[str, str]] = {
    "Required": "member-missing",
    "AdditionalProperties": "member-unknown",
    "PropertyNames": "member-unprefixed",
    "Type": "type",
    "Enum": "word-unknown",
    "Pattern": "form",
    "Format": "form",
    "MinItems": "empty",
    "UniqueItems": "twice",
}


@cache
def _definitions() -> Any:
    found = orjson.loads(orjson.dumps(tables.schema()["definitions"]))
    for name in ("vocab-other-uri", "vocab-nonGS1WebVoc-uri"):
        del found[name]["pattern"]
    report = found["sensorReport"]
    report["properties"]["bizRules"] = {"$ref": "#/definitions/uri"}
    next(names for names in report["propertyNames"]["anyOf"] if "enum" in names)["enum"].append("bizRules")
    # the events of a document are looked at one by one
    found["eventList"] = {"type": "array"}
    return found


@cache
def _validator(definition: str) -> Any:
    return jsonschema_rs.validator_for(
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": f"#/definitions/{definition}",
            "definitions": _definitions(),
        }
    )


@cache
def _checks() -> Mapping[str, Any]:
    return {kind.value: _validator(kind.value) for kind in EventKind}


def faults_of_event(event: Any, index: int | None, place: str) -> list[Finding]:
    """What is wrong with an event; nothing when the schema takes it."""
    kind = event.get("type") if isinstance(event, dict) else None
    validator = _checks().get(kind) if isinstance(kind, str) else None
    if validator is None:
        rule = "type" if not isinstance(event, dict) else "member-missing" if kind is None else "kind-unknown"
        at = f"{place}/type" if rule == "kind-unknown" else place
        return [Finding(index, at, rule, _shown(kind) if kind is not None else "type")]
    if validator.is_valid(event):
        return []
    return list(dict.fromkeys(_findings(validator, event, index, place)))


def faults_of_envelope(document: Any, definition: str) -> list[Finding]:
    """What is wrong with a document apart from its events; ``epcisDocument`` or ``epcisQueryDocument``."""
    validator = _validator(definition)
    if validator.is_valid(document):
        return []
    return list(dict.fromkeys(_findings(validator, document, None, "")))


def _findings(validator: Any, instance: Any, index: int | None, place: str) -> Iterator[Finding]:
    for error in validator.iter_errors(instance):
        at = place + "".join(f"/{pointer(str(part))}" for part in error.instance_path)
        yield _finding(error, index, at)


def _finding(error: Any, index: int | None, at: str) -> Finding:
    kind = type(error.kind).__name__.removeprefix("ValidationErrorKind_")
    path = [str(part) for part in error.schema_path]
    if kind == "Required":
        return Finding(index, at, "member-missing", error.kind.property)
    if kind == "PropertyNames":
        name = str(error.kind.error.instance)
        return Finding(index, f"{at}/{pointer(name)}", "member-unprefixed", _shown(name))
    if kind == "AdditionalProperties":
        name = error.kind.unexpected[0]
        return Finding(index, f"{at}/{pointer(name)}", "member-unknown", _shown(name))
    if kind == "AnyOf":
        return Finding(index, at, _alternative(path, error.instance), _shown(error.instance))
    if kind == "FalseSchema" or "not" in path:
        return Finding(index, at, "ilmd-without-add")
    return Finding(index, at, _KINDS.get(kind, "schema"), _shown(error.instance))


def _alternative(path: list[str], value: Any) -> str:
    owner = path[path.index("definitions") + 1] if "definitions" in path else path[0]
    for at in range(len(path) - 1, -1, -1):
        if path[at] in _WORDS:
            return "word-deprecated" if isinstance(value, str) and value in DEPRECATED else "word-unknown"
        if path[at] == "allOf" and at + 1 < len(path):
            rule = _ALTERNATIVES.get((path[at - 1] if at else owner, int(path[at + 1])))
            if rule is not None:
                return rule
    return "persistent-disposition" if "persistentDisposition" in path else "form"


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return ""
    return str(value)[:LONGEST]
