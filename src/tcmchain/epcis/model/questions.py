"""Questions to captured events: the parameters of SimpleEventQuery (EPCIS 2.0 §8.2.7.1) read and applied.

The store narrows by marks and times; what it finds is held against the same conditions here, as are events that a
stream subscription waits for. So there is one meaning of a question.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from tcmchain.epcis.model.facets import Facets, canonical, spelled
from tcmchain.epcis.model.refusals import ParameterWrong

MOST_A_PAGE: Final = 1_000
A_PAGE: Final = 30
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_PATTERN: Final = "urn:epc:idpat:"


class Comparison(StrEnum):
    """How a field is held against a value."""

    EQ = "EQ"
    GT = "GT"
    GE = "GE"
    LT = "LT"
    LE = "LE"
    WD = "WD"
    MATCH = "MATCH"
    EXISTS = "EXISTS"


@dataclass(frozen=True, slots=True)
class Condition:
    """One parameter: some value of one of ``names`` compares so with one of ``values``."""

    parameter: str
    names: tuple[str, ...]
    comparison: Comparison
    values: tuple[Any, ...] = ()

    def met(self, facets: Facets) -> bool:
        """Whether an event's fields meet it."""
        if self.comparison is Comparison.EXISTS:
            there = any(name in facets for name in self.names)
            return there is bool(self.values[0] if self.values else True)
        return any(self._compares(name, found) for name in self.names for found in facets.get(name, ()))

    def _compares(self, name: str, found: Any) -> bool:
        if self.comparison is Comparison.EQ:
            return any(equal(name, found, value) for value in self.values)
        if self.comparison is Comparison.MATCH:
            return any(matches(name, str(found), str(value)) for value in self.values)
        if self.comparison is Comparison.WD:
            return any(within(str(found), str(value)) for value in self.values)
        return any(_ordered(self.comparison, found, value) for value in self.values)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; times are Unix milliseconds, from included to excluded.

    ``order`` is ``eventTime``, ``recordTime`` or the name of a field; ``limit`` cuts the result off, ``most`` refuses
    one that is larger.
    """

    conditions: tuple[Condition, ...] = ()
    event_from: int | None = None
    event_before: int | None = None
    record_from: int | None = None
    record_before: int | None = None
    order: str = "recordTime"
    descending: bool = True
    limit: int | None = None
    most: int | None = None
    source: str = "captured"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def met(self, facets: Facets, event_time: int, record_time: int) -> bool:
        """Whether an event is an answer."""
        return (
            (self.event_from is None or event_time >= self.event_from)
            and (self.event_before is None or event_time < self.event_before)
            and (self.record_from is None or record_time >= self.record_from)
            and (self.record_before is None or record_time < self.record_before)
            and all(condition.met(facets) for condition in self.conditions)
        )

    def recorded(self, first: int, before: int) -> "Question":
        """The same of what was recorded in a stretch of time, as far as it allows it."""
        lower = first if self.record_from is None else max(first, self.record_from)
        upper = before if self.record_before is None else min(before, self.record_before)
        return replace(self, record_from=lower, record_before=upper)


def read_moment(parameter: str, text: Any) -> int:
    """Unix milliseconds of an ISO 8601 moment with its zone; raises ``ParameterWrong``."""
    if not isinstance(text, str) or _MOMENT.fullmatch(text) is None:
        raise ParameterWrong(parameter=parameter, expected="2026-01-31T08:00:00Z")
    try:
        at = datetime.fromisoformat(text)
        return round(at.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise ParameterWrong(parameter=parameter, expected="2026-01-31T08:00:00Z") from error


def write_moment(at: int) -> str:
    """A moment in milliseconds as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def equal(name: str, found: Any, value: Any) -> bool:
    """Whether a field has a value; numbers by their amount, all else by its one spelling."""
    left, right = _number(found), _number(value)
    return left == right if left is not None and right is not None else canonical(name, found) == canonical(name, value)


def matches(name: str, found: str, value: str) -> bool:
    """Whether an identifier matches another or a pattern (EPCIS §8.2.7.1.1: ``urn:epc:idpat:``)."""
    if not value.startswith(_PATTERN):
        return canonical(name, found) == canonical(name, value)
    kind = value[len(_PATTERN) :].split(":", 1)
    for known in (f"urn:epc:id:{kind[0]}:", f"urn:epc:class:{kind[0]}:", f"urn:epc:idpat:{kind[0]}:"):
        if found.startswith(known):
            return _parts_match(found[len(known) :].split("."), kind[-1].split("."))
    return False


def within(found: str, value: str) -> bool:
    """Whether a place is another or one in it: an extension of the same location number, or a path below it."""
    if found == value or found.startswith((value.rstrip("/") + "/", value + "#")):
        return True
    if value.startswith("urn:epc:id:sgln:") and value.endswith(".0"):
        return found.startswith(value[:-1])
    return False


def ordering(found: Any) -> tuple[int, float, str]:
    """A key that puts numbers before moments and texts, and what is missing last."""
    if found is None:
        return 3, 0.0, ""
    number = _number(found)
    if number is not None:
        return 0, number, ""
    moment = _moment(found)
    return (2, 0.0, spelled(found)) if moment is None else (1, moment, "")


def _parts_match(found: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(found) == len(wanted) and all(w in ("*", f) for f, w in zip(found, wanted, strict=True))


def _ordered(comparison: Comparison, found: Any, value: Any) -> bool:
    left, right = _number(found), _number(value)
    if left is None or right is None:
        left, right = _moment(found), _moment(value)
    if left is None or right is None:
        return False
    return {
        Comparison.GT: left > right,
        Comparison.GE: left >= right,
        Comparison.LT: left < right,
        Comparison.LE: left <= right,
    }[comparison]


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return None


def _moment(value: Any) -> float | None:
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        return None
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError):
        return None
