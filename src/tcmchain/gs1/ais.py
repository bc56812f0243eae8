"""Application identifiers: what each holds, in what length, and what it may stand with.

``data/identifiers.csv`` states the facts of the GS1 General Specifications as the GS1 Barcode Syntax Dictionary has
them (github.com/gs1/gs1-syntax-dictionary of 2026-07-27, Apache-2.0), and ``data/codes.csv`` the lists of ISO 3166,
ISO 4217 and UN/ECE Recommendation 21 that it points to. A component such as ``N13:check-digit`` or ``?X1-17`` tells the
character set (N digits, X set 82, Y set 39, Z base64url), the length, whether it may be absent, and further rules.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from tcmchain.gs1.errors import ElementRefused
from tcmchain.gs1.rules import RULES
from tcmchain.gs1.tables import Row, rows

SEPARATOR: Final = "\x1d"
_SETS: Final = {"N": "0-9", "X": r"!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z", "Y": r"#\-/0-9A-Z", "Z": r"A-Za-z0-9_=\-"}
_COMPONENT = re.compile(r"(\??)([NXYZ])(?:(\d+)-)?(\d+)((?::[a-z0-9-]+)*)")


@dataclass(frozen=True, slots=True)
class Component:
    """A part of an element's data: character set, length, and the rules it keeps."""

    set: str
    least: int
    most: int
    optional: bool
    rules: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """A regular expression without groups."""
        return f"[{_SETS[self.set]}]{{{self.least},{self.most}}}"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An application identifier.

    ``predefined`` ones need no separator behind. ``key`` ones are primary keys of a Digital Link, which take one of
    the sequences of ``qualifiers``; ``attribute`` ones may stand in its query. ``requires`` and ``excludes`` are what
    the General Specifications say on element strings of one thing: any of the groups joined by ``+`` must be there,
    none of the others may; ``n`` stands for any digit.
    """

    ai: str
    title: str
    predefined: bool
    attribute: bool
    key: bool
    components: tuple[Component, ...]
    qualifiers: tuple[tuple[str, ...], ...]
    requires: tuple[str, ...]
    excludes: tuple[str, ...]
    shape: re.Pattern[str]

    @property
    def length(self) -> int | None:
        """The number of characters, where it is fixed."""
        least = sum(part.least for part in self.components if not part.optional)
        return least if least == self.most else None

    @property
    def most(self) -> int:
        """The greatest number of characters."""
        return sum(part.most for part in self.components)

    def fault(self, value: str) -> tuple[int, str] | None:
        """Where a value breaks which rule, counted from nought; ``None`` when it keeps all."""
        found = self.shape.fullmatch(value)
        if found is None:
            return self._misshapen(value)
        for part, data, start in zip(self.components, found.groups(), map(found.start, _COUNT), strict=False):
            if data is None:
                break
            for rule in part.rules:
                place = RULES[rule](data)
                if place is not None:
                    return start + place, rule
        return None

    def _misshapen(self, value: str) -> tuple[int, str]:
        place = 0
        for part in self.components:
            for offset, character in enumerate(value[place : place + part.most]):
                if not re.fullmatch(f"[{_SETS[part.set]}]", character):
                    return place + offset, "digits" if part.set == "N" else "characters"
            place += part.most
        if len(value) > place:
            return place, "long"
        return len(value), "short" if value else "empty"


_COUNT: Final = tuple(range(1, 9))


@cache
def identifiers() -> Mapping[str, Identifier]:
    """All application identifiers, in their order."""
    return MappingProxyType({found.ai: found for row in rows("identifiers") for found in _of(row)})


@cache
def keys() -> Mapping[str, Identifier]:
    """The application identifiers that are primary keys."""
    return MappingProxyType({ai: found for ai, found in identifiers().items() if found.key})


@cache
def ai_lengths() -> Mapping[str, int]:
    """How many digits an application identifier has, by its first two."""
    return MappingProxyType({ai[:2]: len(ai) for ai in identifiers()})


def check_value(ai: str, value: str, place: int = 1, text: str = "") -> None:
    """Raise :class:`ElementRefused` when ``ai`` is unknown or ``value`` is not what it holds.

    ``place`` is where the value begins in ``text``.
    """
    found = identifiers().get(ai)
    if found is None:
        raise ElementRefused(text or ai, place, "unknown-ai", ai=ai)
    fault = found.fault(value)
    if fault is not None:
        raise ElementRefused(text or value, place + fault[0], fault[1], ai=ai)


def _of(row: Row) -> Iterator[Identifier]:
    components = tuple(_component(text) for text in row["components"].split())
    shape = re.compile(_shape(components))
    for number in range(int(row["first"]), int(row["last"]) + 1):
        yield Identifier(
            ai=str(number).zfill(len(row["first"])),
            title=row["title"],
            predefined=row["predefined"] == "yes",
            attribute=row["attribute"] == "yes",
            key=row["key"] == "yes",
            components=components,
            qualifiers=tuple(tuple(one.split()) for one in row["qualifiers"].split("|") if one),
            requires=tuple(row["requires"].split()),
            excludes=tuple(row["excludes"].split()),
            shape=shape,
        )


def _component(text: str) -> Component:
    found = _COMPONENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    optional, characters, least, most, rules = found.groups()
    return Component(characters, int(least or most), int(most), bool(optional), tuple(rules.split(":")[1:]))


def _shape(components: tuple[Component, ...]) -> str:
    head, *rest = components
    tail = _shape(tuple(rest)) if rest else ""
    if rest and rest[0].optional:
        tail = f"(?:{tail})?"
    return f"({head.pattern}){tail}"
