"""What stands in the EPC memory of an RFID tag, as hexadecimal digits, tag URI and EPC.

EPC Tag Data Standard 14: SGTIN-96 and -198, SSCC-96, SGLN-96 and -195, GRAI-96 and -170, GIAI-96 and -202, GSRN-96,
GSRNP-96, GDTI-96 and -174, with the partition tables of each, and filter values (10). Hexadecimal digits end at the
last whole word of 16 bits, as tags are written; the bits behind a code are zeros. The "+" and "++" schemes are other
ones and refused by their header.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from tcmchain.gs1.bits import CHARACTER, WORD, Bits, Fields
from tcmchain.gs1.epc import PREFIX_LENGTHS, SCHEMES, Epc, parse, to_elements
from tcmchain.gs1.errors import EpcRefused, TagRefused
from tcmchain.gs1.tables import Row, rows

_FILTERS: Final = range(8)
_PREFIX_BITS: Final = {12: 40, 11: 37, 10: 34, 9: 30, 8: 27, 7: 24, 6: 20}
_HEX = re.compile(r"[0-9A-Fa-f]+")
_TAG_URI = re.compile(r"urn:epc:tag:([a-z]+-\d+):([0-7])\.(.+)")


@dataclass(frozen=True, slots=True)
class TagScheme:
    """A binary scheme: its header, the length in bits, and how it parts them.

    ``both`` is the sum of the bits of prefix and reference; ``serial_bits`` those of a numeric serial, ``letters`` the
    number of seven-bit characters of one with letters. A GIAI has no serial: its reference is its last field.
    """

    name: str
    epc: str
    header: int
    bits: int
    both: int
    serial_bits: int = 0
    letters: int = 0
    zeros: int = 0


TAG_SCHEMES: Final[Mapping[str, TagScheme]] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (
            TagScheme("sgtin-96", "sgtin", 0x30, 96, 44, serial_bits=38),
            TagScheme("sgtin-198", "sgtin", 0x36, 198, 44, letters=20),
            TagScheme("sscc-96", "sscc", 0x31, 96, 58, zeros=24),
            TagScheme("sgln-96", "sgln", 0x32, 96, 41, serial_bits=41),
            TagScheme("sgln-195", "sgln", 0x39, 195, 41, letters=20),
            TagScheme("grai-96", "grai", 0x33, 96, 44, serial_bits=38),
            TagScheme("grai-170", "grai", 0x37, 170, 44, letters=16),
            TagScheme("giai-96", "giai", 0x34, 96, 82),
            TagScheme("giai-202", "giai", 0x38, 202, 188),
            TagScheme("gsrn-96", "gsrn", 0x2D, 96, 58, zeros=24),
            TagScheme("gsrnp-96", "gsrnp", 0x2E, 96, 58, zeros=24),
            TagScheme("gdti-96", "gdti", 0x2C, 96, 41, serial_bits=41),
            TagScheme("gdti-174", "gdti", 0x3E, 174, 41, letters=17),
        )
    }
)
_BY_HEADER: Final = {scheme.header: scheme for scheme in TAG_SCHEMES.values()}
_BY_EPC: Final[Mapping[str, Sequence[str]]] = {
    name: tuple(tag.name for tag in TAG_SCHEMES.values() if tag.epc == name) for name in SCHEMES
}


@dataclass(frozen=True, slots=True)
class Tag:
    """The content of a tag: an EPC, the binary scheme it is written in, and the filter value (0 to 7)."""

    epc: Epc
    scheme: str
    filter: int

    @property
    def uri(self) -> str:
        """The tag URI, ``urn:epc:tag:sgtin-96:3.…``."""
        return f"urn:epc:tag:{self.scheme}:{self.filter}.{self.epc.uri.split(':', 4)[4]}"

    @property
    def bits(self) -> str:
        """The code in zeros and ones, without the filling; raises :class:`TagRefused`."""
        digits = encode(self)
        return f"{int(digits, 16):0{len(digits) * 4}b}"[: TAG_SCHEMES[self.scheme].bits]

    def filter_name(self, language: str) -> str:
        """What kind of thing the filter value says is tagged; reserved values have no name."""
        return filter_name(self.epc.scheme, self.filter, language)

    @property
    def hex(self) -> str:
        """The hexadecimal digits of the tag; raises :class:`TagRefused`."""
        return encode(self)


def filter_name(epc: str, value: int, language: str) -> str:
    """What a filter value says of a scheme of EPCs; empty for reserved ones."""
    row = _filters().get((epc, value))
    return "" if row is None else row["zh" if language.startswith("zh") else "en"]


@cache
def _filters() -> Mapping[tuple[str, int], Row]:
    return {(row["epc"], int(row["value"])): row for row in rows("filters")}


def parse_tag_uri(text: str) -> Tag:
    """Read ``urn:epc:tag:…``; raises :class:`TagRefused`, or ``EpcRefused`` for what it names."""
    found = _TAG_URI.fullmatch(text)
    if found is None:
        raise TagRefused(text, 1, "urn")
    scheme = TAG_SCHEMES.get(found[1])
    if scheme is None:
        raise TagRefused(text, found.start(1) + 1, "scheme-unknown")
    return Tag(parse(f"urn:epc:id:{scheme.epc}:{found[3]}"), scheme.name, int(found[2]))


def choose(epc: Epc, filter: int = 0) -> Tag:
    """The shortest scheme that holds an EPC; raises :class:`TagRefused` when none does."""
    refused: TagRefused | None = None
    for name in _BY_EPC.get(epc.scheme, ()) if epc.kind == "id" else ():
        try:
            encode(Tag(epc, name, filter))
        except TagRefused as error:
            refused = error
        else:
            return Tag(epc, name, filter)
    raise refused or TagRefused(epc.uri, 1, "no-tag")


def encode(tag: Tag) -> str:
    """The hexadecimal digits of a tag, capital letters, filled up to a word; raises :class:`TagRefused`."""
    scheme = TAG_SCHEMES[tag.scheme]
    if scheme.epc != tag.epc.scheme or tag.epc.kind != "id":
        raise TagRefused(tag.uri, 1, "scheme-unknown")
    if tag.filter not in _FILTERS:
        raise TagRefused(tag.uri, 1, "filter")
    to_elements(tag.epc)
    prefix_bits = _PREFIX_BITS[len(tag.epc.prefix)]
    rest = scheme.both - prefix_bits
    bits = Bits()
    bits.put(scheme.header, 8)
    bits.put(tag.filter, 3)
    bits.put(12 - len(tag.epc.prefix), 3)
    bits.put(int(tag.epc.prefix), prefix_bits)
    if scheme.name == "giai-202":
        _put_text(bits, tag, tag.epc.reference, rest)
    elif scheme.name == "giai-96":
        _put_number(bits, tag, tag.epc.reference, rest)
    else:
        bits.put(int(tag.epc.reference or "0"), rest)
    if scheme.letters:
        _put_text(bits, tag, tag.epc.serial, scheme.letters * CHARACTER)
    elif scheme.serial_bits:
        _put_number(bits, tag, tag.epc.serial, scheme.serial_bits)
    bits.put(0, scheme.zeros)
    return bits.hex()


def decode_bits(text: str) -> Tag:
    """Read a code in zeros and ones, with or without filling; raises :class:`TagRefused`."""
    bits = text.strip()
    if not bits or set(bits) - {"0", "1"}:
        raise TagRefused(text, 1, "binary")
    filled = len(bits) + -len(bits) % WORD
    return decode(f"{int(bits, 2) << (filled - len(bits)):0{filled // 4}X}")


def _put_number(bits: Bits, tag: Tag, text: str, width: int) -> None:
    place = len(tag.uri) - len(text) + 1
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        raise TagRefused(tag.uri, place, "serial-numeric")
    if int(text) >> width:
        raise TagRefused(tag.uri, place, "serial-range")
    bits.put(int(text), width)


def _put_text(bits: Bits, tag: Tag, text: str, width: int) -> None:
    if len(text) * CHARACTER > width:
        raise TagRefused(tag.uri, len(tag.uri), "long")
    number = 0
    for character in text:
        number = number << CHARACTER | ord(character)
    bits.put(number << (width - len(text) * CHARACTER), width)


def decode(text: str) -> Tag:
    """Read the hexadecimal digits of a tag's EPC memory; raises :class:`TagRefused` with the bit and the rule."""
    digits = text.strip()
    digits = digits[2:] if digits[:2] in ("0x", "0X") else digits
    if not _HEX.fullmatch(digits) or len(digits) < 4:
        raise TagRefused(text, 1, "hex")
    scheme = _BY_HEADER.get(int(digits[:2], 16))
    if scheme is None:
        raise TagRefused(text, 1, "header")
    if len(digits) * 4 not in (scheme.bits + -scheme.bits % 4, scheme.bits + -scheme.bits % 8, _filled(scheme)):
        raise TagRefused(text, len(digits), "bits")
    fields = Fields(text, int(digits, 16), len(digits) * 4)
    fields.take(8)
    filter = fields.take(3)
    partition = fields.take(3)
    length = 12 - partition
    if length not in PREFIX_LENGTHS:
        raise TagRefused(text, 12, "partition")
    prefix = fields.digits(_PREFIX_BITS[length], length)
    epc = _read(fields, scheme, prefix)
    if fields.take(fields.left):
        raise TagRefused(text, scheme.bits - scheme.zeros + 1, "padding")
    try:
        to_elements(epc)
    except EpcRefused as refused:
        raise TagRefused(text, 15, refused.rule, epc=epc.uri) from refused
    return Tag(epc, scheme.name, filter)


def _filled(scheme: TagScheme) -> int:
    return scheme.bits + -scheme.bits % WORD


def _read(fields: Fields, scheme: TagScheme, prefix: str) -> Epc:
    rest = scheme.both - _PREFIX_BITS[len(prefix)]
    if scheme.name == "giai-202":
        return Epc(scheme.epc, prefix, fields.text(rest // CHARACTER * CHARACTER, rest))
    if scheme.name == "giai-96":
        return Epc(scheme.epc, prefix, str(fields.take(rest)))
    reference = fields.digits(rest, SCHEMES[scheme.epc].digits - len(prefix))
    if scheme.letters:
        width = scheme.letters * CHARACTER
        return Epc(scheme.epc, prefix, reference, fields.text(width, width))
    return Epc(scheme.epc, prefix, reference, str(fields.take(scheme.serial_bits)) if scheme.serial_bits else "")
