"""EPC URIs of things, classes and patterns, to and from element strings and Digital Links.

EPC Tag Data Standard, pure identities (6, 7) and CBV 8 (``urn:epc:class:lgtin``). An EPC parts the company prefix from
the rest, which a GS1 key does not: whoever makes an EPC of a key says how long the prefix is, 6 to 12 digits.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

from tcmchain.gs1.ais import check_value
from tcmchain.gs1.check import with_check_digit
from tcmchain.gs1.elements import Element
from tcmchain.gs1.errors import ElementRefused, EpcRefused

PREFIX_LENGTHS: Final = range(6, 13)
_SAFE: Final = "!'()*+,-.:;=_"
_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):([A-Za-z0-9!'()*+,\-.:;=_%]+)")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a scheme of EPCs parts a key.

    ``ai`` holds the key and ``serial_ai`` the serial, or the key itself holds it (``inside``). ``digits`` are those of
    prefix and reference together, nought where the reference has letters and no fixed length. ``lead`` is the number
    of digits that stand before the prefix in the key and before the reference in the EPC; ``zeros`` stand before the
    key. ``checked`` keys have a check digit; ``extra`` digits follow it (piece and total of an ITIP).
    """

    name: str
    ai: str
    digits: int
    serial_ai: str = ""
    inside: bool = False
    lead: int = 0
    zeros: str = ""
    checked: bool = True
    extra: int = 0
    kind: str = "id"
    optional_serial: str = ""

    @property
    def has_serial(self) -> bool:
        """Whether a serial is the last part."""
        return bool(self.serial_ai) or self.inside

    @property
    def parts(self) -> int:
        """How many parts the EPC has between its dots."""
        return 2 + (2 if self.extra else 0) + self.has_serial


SCHEMES: Final[Mapping[str, Scheme]] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (
            Scheme("sgtin", "01", 13, "21", lead=1),
            Scheme("lgtin", "01", 13, "10", lead=1, kind="class"),
            Scheme("sscc", "00", 17, lead=1),
            Scheme("sgln", "414", 12, "254", optional_serial="0"),
            Scheme("pgln", "417", 12),
            Scheme("grai", "8003", 12, inside=True, zeros="0"),
            Scheme("giai", "8004", 0, checked=False),
            Scheme("gsrn", "8018", 17),
            Scheme("gsrnp", "8017", 17),
            Scheme("gdti", "253", 12, inside=True),
            Scheme("sgcn", "255", 12, inside=True),
            Scheme("cpi", "8010", 0, "8011", checked=False),
            Scheme("itip", "8006", 13, "21", lead=1, extra=4),
            Scheme("upui", "01", 13, "235", lead=1),
            Scheme("ginc", "401", 0, checked=False),
            Scheme("gsin", "402", 16),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Epc:
    """An EPC by its parts, unescaped. ``serial`` is ``*`` in a pattern that means every serial of a class.

    ``reference`` is what follows the prefix up to the serial; of an ITIP with its piece and total, four digits more.
    """

    scheme: str
    prefix: str
    reference: str
    serial: str = ""
    kind: str = "id"

    @property
    def uri(self) -> str:
        """The EPC as it is written."""
        scheme = SCHEMES[self.scheme]
        parts = [self.prefix, self.reference]
        if scheme.extra:
            at = len(self.reference) - scheme.extra
            parts[1:] = [self.reference[:at], self.reference[at : at + 2], self.reference[at + 2 :]]
        if scheme.has_serial:
            parts.append(self.serial)
        safe = _SAFE + "*"
        return f"urn:epc:{self.kind}:{self.scheme}:" + ".".join(quote(part, safe=safe) for part in parts)

    def __str__(self) -> str:
        return self.uri


def parse(text: str) -> Epc:
    """Read an EPC URI; raises :class:`EpcRefused`."""
    found = _URN.fullmatch(text)
    escape = _ESCAPE.search(text)
    if found is None or escape is not None:
        raise EpcRefused(text, 1 if escape is None else escape.start() + 1, "urn" if escape is None else "percent")
    kind, name, body = found.groups()
    scheme = SCHEMES.get(name)
    if scheme is None or (kind != scheme.kind and not (kind == "idpat" and scheme.has_serial)):
        raise EpcRefused(text, found.start(2) + 1, "scheme-unknown")
    # only a serial, or a reference with letters, may itself hold dots
    parts = [unquote(part) for part in body.split(".", scheme.parts - 1)]
    if len(parts) < scheme.parts or not all([parts[0], parts[1] or not scheme.lead, *parts[2:]]):
        raise EpcRefused(text, found.start(3) + 1, "parts")
    serial = parts.pop() if scheme.has_serial else ""
    epc = Epc(name, parts[0], "".join(parts[1:]), serial, kind)
    if kind == "idpat" and serial != "*":
        raise EpcRefused(text, len(text) - len(serial) + 1, "pattern-serial")
    if scheme.extra and [len(part) for part in parts[2:]] != [2, 2]:
        raise EpcRefused(text, found.start(3) + 1, "parts")
    to_elements(epc, text)
    return epc


def to_elements(epc: Epc, text: str = "") -> tuple[Element, ...]:
    """The application identifiers of an EPC, the class alone of a pattern; raises :class:`EpcRefused`."""
    scheme = SCHEMES[epc.scheme]
    text = text or epc.uri
    start = len(f"urn:epc:{epc.kind}:{epc.scheme}:") + 1
    if not (epc.prefix.isascii() and epc.prefix.isdigit() and len(epc.prefix) in PREFIX_LENGTHS):
        raise EpcRefused(text, start, "prefix-length")
    key = _key(scheme, epc, text, start)
    serial = "" if epc.kind == "idpat" else epc.serial
    elements = [Element(scheme.ai, key + serial if scheme.inside else key)]
    if scheme.serial_ai and serial and serial != scheme.optional_serial:
        elements.append(Element(scheme.serial_ai, serial))
    for ai, value in elements:
        try:
            check_value(ai, value)
        except ElementRefused as refused:
            place = text.rfind(value) + refused.place if value in text else start
            raise EpcRefused(text, max(place, 1), refused.rule, ai=ai) from refused
    return tuple(elements)


def _key(scheme: Scheme, epc: Epc, text: str, start: int) -> str:
    if not scheme.digits:
        return epc.prefix + epc.reference
    at = len(epc.reference) - scheme.extra
    reference, extra = epc.reference[:at], epc.reference[at:]
    if not ((reference.isascii() and (reference + extra).isdigit()) or (reference == "" and not scheme.lead)):
        raise EpcRefused(text, start + len(epc.prefix) + 1, "digits")
    if len(epc.prefix) + len(reference) != scheme.digits:
        raise EpcRefused(text, start, "prefix-length")
    digits = reference[: scheme.lead] + epc.prefix + reference[scheme.lead :]
    return scheme.zeros + with_check_digit(digits) + extra


def from_elements(elements: Iterable[Element], prefix_length: int) -> Epc:
    """The EPC of a key with its serial, or of a GTIN with its lot, or the pattern of a class without a serial.

    ``prefix_length`` is the number of digits of the company prefix; raises :class:`EpcRefused`.
    """
    given = dict(elements)
    text = "".join(f"({ai}){value}" for ai, value in given.items())
    if prefix_length not in PREFIX_LENGTHS:
        raise EpcRefused(text, 1, "prefix-length")
    for ai, value in given.items():
        check_value(ai, value)
    scheme = _scheme_of(given)
    if scheme is None:
        raise EpcRefused(text, 1, "no-epc")
    key = given[scheme.ai]
    serial = given.get(scheme.serial_ai, scheme.optional_serial)
    if scheme.digits:
        end = len(scheme.zeros) + scheme.digits
        digits, rest = key[len(scheme.zeros) : end], key[end + 1 :]
        if scheme.inside:
            serial, rest = rest, ""
        reference = digits[: scheme.lead] + digits[scheme.lead + prefix_length :] + rest
        prefix = digits[scheme.lead : scheme.lead + prefix_length]
    else:
        prefix, reference = key[:prefix_length], key[prefix_length:]
    if not prefix.isdigit() or len(prefix) != prefix_length or not (reference or scheme.digits):
        raise EpcRefused(text, 1, "prefix-length")
    if scheme.has_serial and not serial:
        if scheme.name == "cpi":
            raise EpcRefused(text, 1, "no-serial")
        return Epc(scheme.name, prefix, reference, "*", "idpat")
    return Epc(scheme.name, prefix, reference, serial, scheme.kind)


def _scheme_of(given: Mapping[str, str]) -> Scheme | None:
    """The scheme of a serial that is there wins over that of a lot, and both over the class alone."""
    fitting = [scheme for scheme in SCHEMES.values() if scheme.ai in given]
    exact = [scheme for scheme in fitting if scheme.serial_ai in given]
    return next(iter((*exact, *fitting)), None)
