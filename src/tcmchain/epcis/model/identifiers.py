"""Identifiers as events carry them, brought into the one spelling under which they are hashed and compared.

CBV 2.0, section 8.9: an EPC URI becomes the canonical GS1 Digital Link URI (on ``https://id.gs1.org``), and any Digital
Link the constrained one: without query and attributes, at the finest level of identification.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from tcmchain.gs1.epc import SCHEMES, Scheme

CANONICAL: Final = "https://id.gs1.org/"

_SAFE: Final = "-._';="
_PLAIN = re.compile(r"[A-Za-z0-9\-._';=]+")
_BODY = re.compile(r"(?:[A-Za-z0-9!'()*+,\-.:;=_]|%[0-9A-Fa-f]{2})+")
_DIGITS = re.compile(r"[0-9]+")
_LENGTHS: Final[Mapping[str, tuple[int, int]]] = {
    # digits of the key, and most characters that may follow it in the same element (GS1 General Specifications 3)
    "00": (18, 0),
    "01": (14, 0),
    "253": (13, 17),
    "255": (13, 12),
    "401": (0, 30),
    "402": (17, 0),
    "414": (13, 0),
    "417": (13, 0),
    "8003": (14, 16),
    "8004": (0, 30),
    "8006": (18, 0),
    "8010": (0, 30),
    "8017": (18, 0),
    "8018": (18, 0),
}
_LETTERS: Final = 30
_SERIALS: Final[Mapping[str, int]] = {"235": 28}
"""Most characters of a serial by its application identifier; twenty where none is named."""

_WORDS: Final[Mapping[str, str]] = {
    # names that stood in early releases of Digital Link instead of the numbers
    "gtin": "01",
    "itip": "8006",
    "cpid": "8010",
    "gln": "414",
    "party": "417",
    "gsrnp": "8017",
    "gsrn": "8018",
    "gcn": "255",
    "sscc": "00",
    "gdti": "253",
    "ginc": "401",
    "gsin": "402",
    "grai": "8003",
    "giai": "8004",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
}
_FINER: Final[Mapping[str, tuple[str, ...]]] = {
    # qualifiers that identify, the finest first
    "01": ("235", "21", "10"),
    "8006": ("21", "10"),
    "8010": ("8011",),
    "414": ("254",),
}


class NotAnEpc(ValueError):
    """A text that begins as an EPC URI does, and is none."""


def canonical_uri(uri: str) -> str:
    """The spelling under which an identifier is hashed; what names no GS1 key stays as it is.

    Raises ``NotAnEpc`` when it begins with ``urn:epc:`` and is no EPC URI.
    """
    if uri.startswith("urn:epc:"):
        return _of_epc(uri)
    if uri.startswith(("https://", "http://")):
        return _of_link(uri) or uri
    return uri


@lru_cache(maxsize=16_384)
def canonical_place(uri: str) -> str:
    """The same as :func:`canonical_uri`, for the identifiers that come again and again: places, parties, devices."""
    return canonical_uri(uri)


def _of_epc(uri: str) -> str:
    try:
        kind, name, body = uri[8:].split(":", 2)
        write = _WRITERS[kind, name]
    except (ValueError, KeyError):
        # schemes without a GS1 key (USDoD, ADI, IMOVN, BIC) and raw tags have no Digital Link
        if _OTHER_EPC.fullmatch(uri):
            return uri
        raise NotAnEpc(uri) from None
    return write(uri, body)


_OTHER_EPC = re.compile(
    r"urn:epc:(?:id:(?:usdod|adi|bic|imovn)|idpat:(?:usdod|adi|sscc|sgln|giai|gsrn)|tag:[a-z0-9-]+):\S+"
)


def _writer(scheme: Scheme, pattern: bool) -> Callable[[str, str], str]:
    lead, zeros, total, extra = scheme.lead, scheme.zeros, scheme.digits, scheme.extra
    stem = f"{CANONICAL}{scheme.ai}/"
    qualifier = f"/{scheme.serial_ai}/" if scheme.serial_ai else ""
    has_serial, optional = scheme.has_serial, scheme.optional_serial
    most = _LENGTHS[scheme.ai][1] if scheme.inside else _SERIALS.get(scheme.serial_ai, 20)

    def write(uri: str, body: str) -> str:
        prefix, _, rest = body.partition(".")
        if not (6 <= len(prefix) <= 12 and prefix.isdigit() and prefix.isascii()):
            raise NotAnEpc(uri)
        if not total:
            return _lettered(uri, stem, qualifier, prefix, rest, pattern)
        reference, _, rest = rest.partition(".")
        if len(prefix) + len(reference) != total or not (reference.isdigit() or (not reference and not lead)):
            raise NotAnEpc(uri)
        digits = reference[:lead] + prefix + reference[lead:]
        key = f"{stem}{zeros}{digits}{_check_digit(digits)}"
        if extra:
            piece, _, rest = rest.partition(".")
            count, _, rest = rest.partition(".")
            if not (len(piece) == len(count) == 2 and (piece + count).isdigit()):
                raise NotAnEpc(uri)
            key += piece + count
        if not has_serial:
            if rest or body.count(".") != 1:
                raise NotAnEpc(uri)
            return key
        if pattern:
            if rest != "*":
                raise NotAnEpc(uri)
            return key
        if not rest:
            raise NotAnEpc(uri)
        return key if rest == optional else key + qualifier + _value(uri, rest, most)

    return write


def _lettered(uri: str, stem: str, qualifier: str, prefix: str, rest: str, pattern: bool) -> str:
    if not qualifier:
        if not rest:
            raise NotAnEpc(uri)
        return stem + prefix + _value(uri, rest, _LETTERS - len(prefix))
    reference, _, serial = rest.rpartition(".")
    if not reference or not (serial == "*" if pattern else _DIGITS.fullmatch(serial) and len(serial) <= 12):
        raise NotAnEpc(uri)
    key = stem + prefix + _value(uri, reference, _LETTERS - len(prefix))
    return key if pattern else key + qualifier + serial


def _value(uri: str, text: str, most: int) -> str:
    if len(text) <= most and _PLAIN.fullmatch(text):
        return text
    plain = unquote(text)
    if len(plain) > most or not _BODY.fullmatch(text):
        raise NotAnEpc(uri)
    return quote(plain, safe=_SAFE)


_ODD: Final = {"0": 0, "1": 3, "2": 6, "3": 9, "4": 12, "5": 15, "6": 18, "7": 21, "8": 24, "9": 27}


def _check_digit(digits: str) -> int:
    # weights 3 and 1 from the right (General Specifications 7.9)
    return -(sum(map(_ODD.__getitem__, digits[::-2])) + sum(map(int, digits[-2::-2]))) % 10


def _writers() -> dict[tuple[str, str], Callable[[str, str], str]]:
    found = {}
    for scheme in SCHEMES.values():
        found[scheme.kind, scheme.name] = _writer(scheme, pattern=False)
        if scheme.has_serial and scheme.kind == "id" and scheme.name != "sgln":
            found["idpat", scheme.name] = _writer(scheme, pattern=True)
    return found


_WRITERS: Final = _writers()


def _of_link(uri: str) -> str | None:
    """The constrained canonical form of a Digital Link, or ``None`` when the address is none."""
    segments = uri.split("?", 1)[0].split("#", 1)[0].rstrip("/").split("/")
    for at in range(3, len(segments) - 1):
        ai = _WORDS.get(segments[at], segments[at])
        lengths = _LENGTHS.get(ai)
        if lengths is not None:
            key = _key_of(ai, segments[at + 1], lengths)
            if key is not None:
                return _constrained(ai, key, segments[at + 2 :])
    return None


def _key_of(ai: str, raw: str, lengths: tuple[int, int]) -> str | None:
    fixed, free = lengths
    value = unquote(raw) if "%" in raw else raw
    if ai == "01" and len(value) in (8, 12, 13):
        value = value.zfill(14)
    digits, rest = value[:fixed], value[fixed:]
    if len(digits) != fixed or (fixed and not digits.isdigit()) or len(rest) > free:
        return None
    # a key without a fixed length begins with a company prefix
    if not fixed and not (value[:4].isdigit() and len(value) > 4):
        return None
    return value if _PLAIN.fullmatch(value) else quote(value, safe=_SAFE)


def _constrained(ai: str, key: str, rest: list[str]) -> str | None:
    if len(rest) % 2:
        return None
    given = {_WORDS.get(name, name): value for name, value in zip(rest[::2], rest[1::2], strict=True)}
    finer = _FINER.get(ai, ())
    if any(name not in finer and name != "22" for name in given):
        return None
    for name in finer:
        value = given.get(name)
        if value:
            return f"{CANONICAL}{ai}/{key}/{name}/{value if _PLAIN.fullmatch(value) else _encoded(value)}"
    return f"{CANONICAL}{ai}/{key}"


def _encoded(value: str) -> str:
    return quote(unquote(value), safe=_SAFE)
