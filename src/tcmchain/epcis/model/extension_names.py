"""Names of extensions: each needs a prefix that a context in force declares."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tcmchain.epcis.model.contexts import Context, pointer
from tcmchain.epcis.model.normal_form import STANDARD_MEMBERS

DEEPEST: Final = 24
"""How deep extensions may be nested."""

Fault = tuple[str, str, str]
"""Place within the event, rule, value."""

_NAMELESS: Final = (STANDARD_MEMBERS | {"@context"}) - {"ilmd", "sensorElementList", "errorDeclaration"}
"""Members in which, or beside which, no extension can stand; places are looked at by themselves."""

_PLACES: Final = ("readPoint", "bizLocation")
_PLACE: Final = frozenset({"id"})
_DECLARATION: Final = frozenset({"declarationTime", "reason", "correctiveEventIDs"})
_SENSOR_MEMBERS: Final = frozenset({"sensorMetadata", "sensorReport"})


def names(event: Mapping[str, Any], context: Context) -> Iterator[Fault]:
    """What is wrong with the names of an event's extensions."""
    if not event.keys() <= _NAMELESS:
        yield from _names(event, context)
    for name in _PLACES:
        if name in event and len(event[name]) > 1:
            yield from _names_inside(event[name], context, f"/{name}", standard=_PLACE)


def _names(event: Mapping[str, Any], context: Context) -> Iterator[Fault]:
    for name, value in event.items():
        if name == "ilmd":
            yield from _names_inside(value, context, "/ilmd")
        elif name == "sensorElementList":
            for number, element in enumerate(value):
                yield from _sensor_names(element, context, f"/{name}/{number}")
        elif name == "errorDeclaration":
            yield from _names_inside(value, context, f"/{name}", standard=_DECLARATION)
        elif name not in STANDARD_MEMBERS and name != "@context":
            yield from _name(name, value, context, "")


def _sensor_names(element: Mapping[str, Any], context: Context, at: str) -> Iterator[Fault]:
    yield from _names_inside(element, context, at, standard=_SENSOR_MEMBERS)
    for name, value in element.get("sensorMetadata", {}).items():
        if ":" in name:
            yield from _name(name, value, context, f"{at}/sensorMetadata")
    for row, report in enumerate(element["sensorReport"]):
        for name, value in report.items():
            if ":" in name:
                yield from _name(name, value, context, f"{at}/sensorReport/{row}")


def _names_inside(
    given: Any, context: Context, at: str, deep: int = 1, standard: frozenset[str] = frozenset()
) -> Iterator[Fault]:
    if deep > DEEPEST:
        yield at, "too-deep", str(deep)
    elif isinstance(given, dict):
        for name, value in given.items():
            if name not in standard:
                yield from _name(name, value, context, at, deep)
    elif isinstance(given, list):
        for number, one in enumerate(given):
            yield from _names_inside(one, context, f"{at}/{number}", deep + 1)


def _name(name: str, value: Any, context: Context, at: str, deep: int = 1) -> Iterator[Fault]:
    here = f"{at}/{pointer(name)}"
    if ":" in name:
        if context.name(name) is None:
            yield here, "prefix-undeclared", name
    elif deep == 1:
        yield here, "member-unprefixed", name
    yield from _names_inside(value, context, here, deep + 1)
