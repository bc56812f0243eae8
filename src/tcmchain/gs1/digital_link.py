"""GS1 Digital Link URIs: any domain, any path before the primary key, qualifiers in order, attributes in the query.

GS1 Digital Link Standard, URI Syntax 1.4, uncompressed form. A GTIN of 8, 12 or 13 digits is padded to 14 when read.
Keys of the query that are no application identifier are kept as they are. Words in the place of identifiers (``gtin``,
``lot``) were withdrawn by the standard, and compressed links are another one: both are refused by name.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from tcmchain.gs1.ais import identifiers, keys
from tcmchain.gs1.elements import Element
from tcmchain.gs1.errors import LinkRefused

CANONICAL_STEM: Final = "https://id.gs1.org"

_URI = re.compile(r"(https?|HTTPS?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~\-]+)(?::[0-9]*)?")
_ALLOWED = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_LETTERS64 = re.compile(r"[A-Za-z0-9_\-]{8,}")
_WITHDRAWN: Final = frozenset({"gtin", "sscc", "gln", "gdti", "grai", "giai", "gsrn", "gsrnp", "cpid", "itip", "gcn"})
_GTIN_KEYS: Final = frozenset({"01"})
_SHORT_GTINS: Final = frozenset({8, 12, 13})


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What a Digital Link says: a primary key, its qualifiers, attributes, and what else the address holds."""

    key: Element
    qualifiers: tuple[Element, ...] = ()
    attributes: tuple[Element, ...] = ()
    stem: str = CANONICAL_STEM
    other: tuple[tuple[str, str], ...] = ()
    fragment: str = ""

    @property
    def identity(self) -> tuple[Element, ...]:
        """The key with its qualifiers: what the link is about."""
        return (self.key, *self.qualifiers)

    @property
    def elements(self) -> tuple[Element, ...]:
        """All that it says in application identifiers."""
        return (*self.identity, *self.attributes)


def parse(uri: str) -> DigitalLink:
    """Read a Digital Link; raises :class:`LinkRefused` with place and rule."""
    whole = _ALLOWED.match(uri)
    if whole is None or whole.end() < len(uri):
        raise LinkRefused(uri, (0 if whole is None else whole.end()) + 1, "characters")
    found = _URI.fullmatch(uri)
    if found is None:
        raise LinkRefused(uri, 1, "scheme")
    scheme, host, path, query, fragment = found.groups(default="")
    if not _HOST.fullmatch(host):
        raise LinkRefused(uri, found.start(2) + 1, "host")
    prefix, pairs = _path(uri, path, found.start(3))
    _ordered(uri, found.end(3), pairs)
    attributes, other = _query(uri, query, found.start(4), pairs)
    return DigitalLink(pairs[0], tuple(pairs[1:]), attributes, f"{scheme.lower()}://{host}{prefix}", other, fragment)


def parse_path(path: str) -> DigitalLink:
    """Read the path, and the query if there is one, of a Digital Link on whatever host."""
    return parse(f"{CANONICAL_STEM}{path}")


def _path(uri: str, path: str, start: int) -> tuple[str, list[Element]]:
    """What stands before the primary key, and the pairs from there on.

    The key is the last one to be found, so that a path before it may look like anything.
    """
    segments = path.split("/")
    for at in range(len(segments) - 2, 0, -2):
        if segments[at] in keys():
            pairs = []
            place = start + len("/".join(segments[:at])) + 1
            for ai, raw in zip(segments[at::2], segments[at + 1 :: 2], strict=True):
                pairs.append(_element(uri, place, ai, raw))
                place += len(ai) + len(raw) + 2
            return "/".join(segments[:at]), pairs
    if _WITHDRAWN & set(segments):
        raise LinkRefused(uri, start + 1, "withdrawn-word")
    raise LinkRefused(uri, start + 1, "compressed" if _is_compressed(segments[-1]) else "no-key")


def _is_compressed(segment: str) -> bool:
    """Tell whether a path's last part begins, in base64url, with the eight bits of a primary key or of a known pair."""
    if not _LETTERS64.fullmatch(segment):
        return False
    bits = (_VALUE64[segment[0]] << 6 | _VALUE64[segment[1]]) >> 4
    return f"{bits:02X}" in {ai[:2] for ai in keys()} or bits >> 4 == 0xC


_VALUE64: Final = {c: i for i, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")}


def _element(uri: str, place: int, ai: str, raw: str) -> Element:
    known = identifiers().get(ai)
    if known is None:
        raise LinkRefused(uri, place + 1, "unknown-ai" if ai.isdigit() else "no-ai", ai=ai)
    value = _decoded(uri, place + len(ai) + 1, raw)
    padded = value.zfill(14) if ai in _GTIN_KEYS and len(value) in _SHORT_GTINS else value
    fault = known.fault(padded)
    if fault is not None:
        shift = len(padded) - len(value)
        raise LinkRefused(uri, place + len(ai) + 2 + max(fault[0] - shift, 0), fault[1], ai=ai)
    return Element(ai, padded)


def _ordered(uri: str, end: int, pairs: list[Element]) -> None:
    key, *given = (ai for ai, _ in pairs)
    if not any([ai for ai in allowed if ai in given] == given for allowed in (*keys()[key].qualifiers, ())):
        raise LinkRefused(uri, end, "order", ai=given[0])


def _query(
    uri: str, query: str, start: int, pairs: list[Element]
) -> tuple[tuple[Element, ...], tuple[tuple[str, str], ...]]:
    there = {ai for ai, _ in pairs}
    # what could have qualified the key in the path may not do so in the query
    missed = {
        ai for allowed in keys()[pairs[0].ai].qualifiers if there - {pairs[0].ai} <= set(allowed) for ai in allowed
    }
    attributes: dict[str, Element] = {}
    other = []
    for place, name, raw in _parameters(query, start):
        if not name.isdigit():
            other.append((_decoded(uri, place, name), _decoded(uri, place, raw)))
            continue
        element = _element(uri, place - 1, name, raw)
        if name in there or name in attributes:
            raise LinkRefused(uri, place + 1, "twice", ai=name)
        if name in missed or not identifiers()[name].attribute:
            raise LinkRefused(uri, place + 1, "qualifier" if name in missed else "not-attribute", ai=name)
        attributes[name] = element
    return tuple(attributes.values()), tuple(other)


def _parameters(query: str, start: int) -> Iterator[tuple[int, str, str]]:
    place = start
    for part in query.replace(";", "&").split("&"):
        name, _, raw = part.partition("=")
        if part:
            yield place, name, raw.replace("+", " ")
        place += len(part) + 1


def _decoded(uri: str, place: int, raw: str) -> str:
    if "%" not in raw:
        return raw
    try:
        return unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise LinkRefused(uri, place + 1, "utf8") from None


def build(link: DigitalLink) -> str:
    """Write a link with all that it holds; raises :class:`LinkRefused` when it breaks a rule."""
    written = _written(link)
    parse(written)
    return written


def _written(link: DigitalLink) -> str:
    query = "&".join(
        [f"{ai}={_encoded(value)}" for ai, value in link.attributes]
        + [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in link.other]
    )
    written = link.stem.rstrip("/") + path(link)
    written += f"?{query}" if query else ""
    return written + (f"#{link.fragment}" if link.fragment else "")


def path(link: DigitalLink) -> str:
    """The path of a link from its primary key on, percent-encoded; unchecked."""
    return "".join(f"/{ai}/{_encoded(value)}" for ai, value in link.identity)


def canonical(link: DigitalLink) -> str:
    """The one form on ``id.gs1.org``: attributes in the order of their identifiers, nothing that is not of GS1.

    The link is taken to keep its rules, as one does that was read or made of checked elements.
    """
    return _written(DigitalLink(link.key, link.qualifiers, tuple(sorted(link.attributes))))


def from_elements(elements: Iterable[Element], stem: str = CANONICAL_STEM) -> DigitalLink:
    """Arrange the elements of a symbol as a link; raises :class:`LinkRefused` when no primary key is among them."""
    given = {element.ai: element for element in elements}
    sequence, rest = _arranged(tuple(given))
    key, *qualifiers = (given[ai] for ai in sequence)
    return DigitalLink(key, tuple(qualifiers), tuple(given[ai] for ai in rest), stem)


@lru_cache(maxsize=1024)
def _arranged(given: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The key with its qualifiers, and the attributes; of several sequences of qualifiers the one that fits best."""
    first = next((ai for ai in given if ai in keys()), None)
    if first is None:
        raise LinkRefused("".join(f"({ai})" for ai in given), 1, "no-key")
    fitting = [(first, *(ai for ai in allowed if ai in given)) for allowed in (*keys()[first].qualifiers, ())]
    sequence = max(fitting, key=lambda one: (all(ai in one or identifiers()[ai].attribute for ai in given), len(one)))
    rest = tuple(ai for ai in given if ai not in sequence)
    for ai in rest:
        if not identifiers()[ai].attribute:
            raise LinkRefused("".join(f"({one})" for one in given), 1, "not-attribute", ai=ai)
    return sequence, rest


def _encoded(value: str) -> str:
    if value.isalnum() and value.isascii():
        return value
    # a segment of one or two dots would be resolved away by browsers
    return value.replace(".", "%2E") if value in (".", "..") else quote(value, safe="")
