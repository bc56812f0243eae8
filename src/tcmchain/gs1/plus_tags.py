"""Tags of the newer kind, which hold a key as it is and need no length of a company prefix.

EPC Tag Data Standard 2, chapter 14: SGTIN+, DSGTIN+ (with a day), SSCC+, SGLN+, GRAI+, GIAI+, GSRN+, GSRNP+, GDTI+,
SGCN+, CPI+ and ITIP+. After the header come a bit that announces further data, the filter value and the key in
digits of four bits; then text with an indicator of how it is written and its length. What is announced behind the EPC
is not read here; names of hosts ("++") and text in URN Code 40 are refused by name.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import ceil, log2
from types import MappingProxyType
from typing import Final

from tcmchain.gs1.ais import check_value
from tcmchain.gs1.bits import WORD, Bits, Fields
from tcmchain.gs1.elements import Element, bracketed
from tcmchain.gs1.errors import ElementRefused, TagRefused
from tcmchain.gs1.tags import filter_name

_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_DELIMITER, _END = 0xE, 0xF
_DAYS: Final = ("11", "13", "15", "16", "17")
_YEAR, _MONTH, _DAY = 7, 4, 5
_CODE_40: Final = 5


@dataclass(frozen=True, slots=True)
class PlusScheme:
    """A scheme: its header, the identifier of its key and how many digits of it come first, and what follows.

    ``text`` is the greatest length of a serial written as text, ``number`` that of one written as a number. Where
    ``digits`` is nought the key begins with as many digits as it has and goes on as text.
    """

    name: str
    header: int
    ai: str
    digits: int
    serial_ai: str = ""
    text: int = 0
    number: int = 0
    dated: bool = False


PLUS_SCHEMES: Final[Mapping[str, PlusScheme]] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (
            PlusScheme("sgtin+", 0xF7, "01", 14, "21", text=20),
            PlusScheme("dsgtin+", 0xFB, "01", 14, "21", text=20, dated=True),
            PlusScheme("sscc+", 0xF9, "00", 18),
            PlusScheme("sgln+", 0xF2, "414", 13, "254", text=20),
            PlusScheme("grai+", 0xF1, "8003", 14, text=16),
            PlusScheme("giai+", 0xFA, "8004", 0, text=30),
            PlusScheme("gsrn+", 0xF4, "8018", 18),
            PlusScheme("gsrnp+", 0xF5, "8017", 18),
            PlusScheme("gdti+", 0xF6, "253", 13, text=17),
            PlusScheme("sgcn+", 0xF8, "255", 13, number=12),
            PlusScheme("cpi+", 0xF0, "8010", 0, "8011", text=30, number=12),
            PlusScheme("itip+", 0xF3, "8006", 18, "21", text=20),
        )
    }
)
BY_HEADER: Final[Mapping[int, PlusScheme]] = {scheme.header: scheme for scheme in PLUS_SCHEMES.values()}


@dataclass(frozen=True, slots=True)
class PlusTag:
    """The content of such a tag: elements, the scheme they are written in, and the filter value (0 to 7)."""

    elements: tuple[Element, ...]
    scheme: str
    filter: int = 0

    @property
    def uri(self) -> str:
        """Empty: the standard has no tag URI for these."""
        return ""

    @property
    def hex(self) -> str:
        """The hexadecimal digits of the tag; raises :class:`TagRefused`."""
        return encode(self)

    def filter_name(self, language: str) -> str:
        """What kind of thing the filter value says is tagged; reserved values have no name."""
        return filter_name("sgtin" if self.scheme == "dsgtin+" else self.scheme.rstrip("+"), self.filter, language)


def choose(elements: Iterable[Element], filter: int = 0) -> PlusTag:
    """The scheme that holds a key with its serial, and with a day if there is one; raises :class:`TagRefused`."""
    given = {element.ai: element for element in elements}
    day = next((given[ai] for ai in _DAYS if ai in given), None)
    for scheme in PLUS_SCHEMES.values():
        wanted = (scheme.ai, scheme.serial_ai) if scheme.serial_ai else (scheme.ai,)
        if all(ai in given for ai in wanted) and scheme.dated is (scheme.ai == "01" and day is not None):
            kept = [given[ai] for ai in wanted]
            return PlusTag((*kept, day) if scheme.dated and day else tuple(kept), scheme.name, filter)
    known = any(scheme.ai in given for scheme in PLUS_SCHEMES.values())
    raise TagRefused(bracketed(given.values()), 1, "no-serial" if known else "no-tag")


def encode(tag: PlusTag) -> str:
    """The hexadecimal digits of a tag, filled up to a word; raises :class:`TagRefused`."""
    scheme, given = PLUS_SCHEMES[tag.scheme], dict(tag.elements)
    text = bracketed(tag.elements)
    if scheme.ai not in given or (scheme.serial_ai and scheme.serial_ai not in given):
        raise TagRefused(text, 1, "no-serial")
    if not 0 <= tag.filter <= 7:
        raise TagRefused(text, 1, "filter")
    _checked(tag.elements, text)
    bits = Bits()
    bits.put(scheme.header, 8)
    bits.put(tag.filter, 4)
    if scheme.dated:
        _put_day(bits, tag.elements, text)
    key, serial = given[scheme.ai], given.get(scheme.serial_ai, "")
    if scheme.digits:
        _put_digits(bits, key[: scheme.digits])
        serial = serial or key[scheme.digits :]
        if not serial and (scheme.text or scheme.number):
            raise TagRefused(text, 1, "no-serial")
    else:
        _put_split(bits, key, scheme.text)
    if scheme.number:
        _put_number(bits, serial, scheme.number)
    elif scheme.digits and scheme.text:
        _put_text(bits, serial, scheme.text)
    return bits.hex()


def _put_day(bits: Bits, elements: Iterable[Element], text: str) -> None:
    ai, value = next(((ai, value) for ai, value in elements if ai in _DAYS), ("", ""))
    if not ai:
        raise TagRefused(text, 1, "no-day")
    bits.put(_DAYS.index(ai), 4)
    for part, width in zip((value[:2], value[2:4], value[4:]), (_YEAR, _MONTH, _DAY), strict=True):
        bits.put(int(part), width)


def _put_digits(bits: Bits, digits: str) -> None:
    bits.put(int(digits, 16), 4 * len(digits))


def _put_split(bits: Bits, key: str, most: int) -> None:
    """Digits as they come, then a mark, and behind it the rest as text."""
    at = next((place for place, character in enumerate(key) if not character.isdigit()), len(key))
    _put_digits(bits, key[:at])
    bits.put(_END if at == len(key) else _DELIMITER, 4)
    if at < len(key):
        _put_text(bits, key[at:], most)


def _put_number(bits: Bits, number: str, most: int) -> None:
    bits.put(len(number), _length_bits(most))
    bits.put(int(number or "0"), _integer_bits(len(number)))


def _put_text(bits: Bits, text: str, most: int) -> None:
    indicator, width, code = next(way for way in _WAYS if way[2](text) is not None)
    bits.put(indicator, 3)
    bits.put(len(text), _length_bits(most))
    bits.put(code(text) or 0, _integer_bits(len(text)) if width is None else width * len(text))


def _integer_bits(length: int) -> int:
    most: int = 10**length - 1
    return most.bit_length()


def _length_bits(most: int) -> int:
    return ceil(log2(most + 1))


def _packed(alphabet: str, width: int) -> Callable[[str], int | None]:
    def pack(text: str) -> int | None:
        number = 0
        for character in text:
            place = alphabet.find(character)
            if place < 0:
                return None
            number = number << width | place
        return number

    return pack


def _as_integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


_ASCII: Final = "".join(map(chr, range(128)))
_ALPHABETS: Final = {1: "0123456789ABCDEF", 2: "0123456789abcdef", 3: _BASE64, 4: _ASCII}
_WIDTHS: Final = {1: 4, 2: 4, 3: 6, 4: 7}
_WAYS: Final[tuple[tuple[int, int | None, Callable[[str], int | None]], ...]] = (
    (0, None, _as_integer),
    *((number, _WIDTHS[number], _packed(_ALPHABETS[number], _WIDTHS[number])) for number in _ALPHABETS),
)


def decode(text: str) -> PlusTag:
    """Read the hexadecimal digits of such a tag; raises :class:`TagRefused` with the bit and the rule."""
    digits = re.sub(r"\s|^0[xX]", "", text)
    if not re.fullmatch(r"[0-9A-Fa-f]{4,}", digits):
        raise TagRefused(text, 1, "hex")
    scheme = BY_HEADER.get(int(digits[:2], 16))
    if scheme is None:
        raise TagRefused(text, 1, "header")
    fields = Fields(text, int(digits, 16), 4 * len(digits))
    fields.take(8)
    announced, filter = fields.take(1), fields.take(3)
    day = [_day(fields)] if scheme.dated else []
    elements = (*_identity(fields, scheme), *day)
    if not announced and (fields.left >= WORD or fields.take(fields.left)):
        raise TagRefused(text, fields.place, "padding")
    _checked(elements, text)
    return PlusTag(elements, scheme.name, filter)


def _identity(fields: Fields, scheme: PlusScheme) -> list[Element]:
    if scheme.digits:
        key, tail = _digits(fields, scheme.digits), ""
        if scheme.number:
            tail = _number(fields, scheme.number)
        elif scheme.text:
            tail = _text(fields, scheme.text)
        if scheme.serial_ai:
            return [Element(scheme.ai, key), Element(scheme.serial_ai, tail)]
        return [Element(scheme.ai, key + tail)]
    found = [Element(scheme.ai, _split(fields, scheme.text))]
    return [*found, Element(scheme.serial_ai, _number(fields, scheme.number))] if scheme.serial_ai else found


def _day(fields: Fields) -> Element:
    place = fields.place
    kind = fields.take(4)
    if kind >= len(_DAYS):
        raise TagRefused(fields.source, place, "day-kind")
    return Element(_DAYS[kind], "".join(f"{fields.take(width):02}" for width in (_YEAR, _MONTH, _DAY)))


def _digits(fields: Fields, length: int) -> str:
    place = fields.place
    found = f"{fields.take(4 * length):0{length}X}"
    if not found.isdigit():
        raise TagRefused(fields.source, place, "field-range")
    return found


def _split(fields: Fields, most: int) -> str:
    digits = ""
    while True:
        found = fields.take(4)
        if found in (_DELIMITER, _END):
            return digits + (_text(fields, most) if found == _DELIMITER else "")
        if found > 9 or len(digits) > most:
            raise TagRefused(fields.source, fields.place, "field-range")
        digits += str(found)


def _number(fields: Fields, most: int) -> str:
    length = fields.take(_length_bits(most))
    return fields.digits(_integer_bits(length), length)


def _text(fields: Fields, most: int) -> str:
    place = fields.place
    indicator = fields.take(3)
    length = fields.take(_length_bits(most))
    if indicator == 0:
        return fields.digits(_integer_bits(length), length)
    if indicator not in _ALPHABETS:
        raise TagRefused(fields.source, place, "code-40" if indicator == _CODE_40 else "indicator")
    alphabet, width = _ALPHABETS[indicator], _WIDTHS[indicator]
    return "".join(alphabet[fields.take(width)] for _ in range(length))


def _checked(elements: Iterable[Element], text: str) -> None:
    for ai, value in elements:
        try:
            check_value(ai, value)
        except ElementRefused as refused:
            raise TagRefused(text, 1, refused.rule, ai=ai) from refused
