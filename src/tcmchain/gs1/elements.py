"""GS1 element strings: application identifiers with their data, as a scanner sends them and as people read them.

General Specifications 7.8: concatenated data with the separator FNC1, which scanners send as the control character GS
(1D hexadecimal), behind a symbology identifier such as ``]C1``; and the human readable form ``(01)…(10)…``. Where
data contain what looks like a bracketed identifier, the opening bracket is written ``\\(``.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from tcmchain.gs1.ais import SEPARATOR, ai_lengths, check_value, identifiers
from tcmchain.gs1.errors import ElementRefused

SYMBOLOGIES: Final = ("]C1", "]e0", "]d2", "]Q3", "]J1")
_BRACKET = re.compile(r"(?<!\\)\((\d{2,4})\)")


class Element(NamedTuple):
    """An application identifier and its data."""

    ai: str
    value: str


def parse(text: str) -> tuple[Element, ...]:
    """Read an element string in either form; raises :class:`ElementRefused` with place and rule."""
    return parse_bracketed(text) if text.startswith("(") else parse_scanned(text)


def parse_scanned(text: str) -> tuple[Element, ...]:
    """Read what a scanner sends; a leading symbology identifier or separator is passed over."""
    start = 3 if text.startswith(SYMBOLOGIES) else 0
    if text[start : start + 1] == SEPARATOR:
        start += 1
    if start == len(text):
        raise ElementRefused(text, 1, "empty")
    return _distinct(text, _scanned(text, start))


def _scanned(text: str, place: int) -> Iterator[tuple[int, Element]]:
    known, lengths = identifiers(), ai_lengths()
    while place < len(text):
        ai = text[place : place + lengths.get(text[place : place + 2], 2)]
        found = known.get(ai)
        if found is None:
            raise ElementRefused(text, place + 1, "unknown-ai" if ai.isdigit() else "no-ai", ai=ai)
        start = place + len(ai)
        end = text.find(SEPARATOR, start)
        end = len(text) if end < 0 else end
        if found.predefined:
            end = min(end, start + found.most)
        value = text[start:end]
        fault = found.fault(value)
        if fault is not None:
            rule = "no-separator" if fault[1] == "long" and end < len(text) else fault[1]
            raise ElementRefused(text, start + fault[0] + 1, rule, ai=ai)
        yield place, Element(ai, value)
        place = end + 1 if text[end : end + 1] == SEPARATOR else end


def parse_bracketed(text: str) -> tuple[Element, ...]:
    """Read ``(01)…(10)…``; spaces between the elements are passed over."""
    return _distinct(text, _bracketed(text))


def _bracketed(text: str) -> Iterator[tuple[int, Element]]:
    marks = list(_BRACKET.finditer(text))
    if not marks or text[: marks[0].start()].strip():
        raise ElementRefused(text, 1, "no-ai")
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        value = text[mark.end() : end].strip().replace("\\(", "(")
        if mark[1] not in identifiers():
            raise ElementRefused(text, mark.start() + 2, "unknown-ai", ai=mark[1])
        check_value(mark[1], value, mark.end() + 1, text)
        yield mark.start(), Element(mark[1], value)


def _distinct(text: str, found: Iterable[tuple[int, Element]]) -> tuple[Element, ...]:
    seen: dict[str, Element] = {}
    for place, element in found:
        if seen.setdefault(element.ai, element) != element:
            raise ElementRefused(text, place + 1, "repeated", ai=element.ai)
    return tuple(seen.values())


def check(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The elements when each keeps its rules and none is repeated with other data; raises :class:`ElementRefused`."""
    kept = tuple(elements)
    if not kept:
        raise ElementRefused("", 1, "empty")
    for ai, value in kept:
        check_value(ai, value)
    return _distinct(bracketed(kept), enumerate(kept))


def build(elements: Iterable[Element]) -> str:
    """Write an element string for a symbol: data of predefined length first, so that fewest separators are needed."""
    kept = sorted(check(elements), key=lambda element: not identifiers()[element.ai].predefined)
    parts = [
        f"{ai}{value}" + ("" if identifiers()[ai].predefined or (ai, value) == kept[-1] else SEPARATOR)
        for ai, value in kept
    ]
    return "".join(parts)


def build_bracketed(elements: Iterable[Element]) -> str:
    """Write ``(01)…(10)…`` in the order given."""
    return bracketed(check(elements))


def bracketed(elements: Iterable[Element]) -> str:
    """The human readable form, unchecked."""
    return "".join(f"({ai}){_BRACKET.sub(_escape, value)}" for ai, value in elements)


def _escape(mark: re.Match[str]) -> str:
    return f"\\{mark[0]}"


def faults_together(elements: Iterable[Element]) -> tuple[ElementRefused, ...]:
    """What is wrong with these elements standing on one thing: identifiers that are missing or must not meet.

    The General Specifications (4.13, 4.14) ask this of all symbols of a thing together, so one symbol alone may fail.
    """
    kept = tuple(elements)
    broken = _broken_together(tuple(ai for ai, _ in kept))
    if not broken:
        return ()
    text = bracketed(kept)
    return tuple(ElementRefused(text, text.index(f"({ai})") + 1, rule, ai=ai) for ai, rule in broken)


@lru_cache(maxsize=1024)
def _broken_together(there: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    found = []
    for ai in there:
        rule = identifiers()[ai]
        if rule.requires and not any(all(_any(one, there) for one in group.split("+")) for group in rule.requires):
            found.append((ai, "requires"))
        others = [other for other in there if other != ai]
        if any(_any(one, others) for one in rule.excludes):
            found.append((ai, "excludes"))
    return tuple(found)


def _any(pattern: str, there: Iterable[str]) -> bool:
    return any(len(ai) == len(pattern) and all(p in ("n", c) for p, c in zip(pattern, ai, strict=True)) for ai in there)
