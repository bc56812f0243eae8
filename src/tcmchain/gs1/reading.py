"""What a scanned or typed text is: element string, Digital Link, EPC, tag, trace code or bare key."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tcmchain.gs1 import digital_link, elements, epc, plus_tags, tags, trace_code
from tcmchain.gs1.ais import SEPARATOR, identifiers
from tcmchain.gs1.check import GTIN_LENGTHS, is_checked, parse_gtin
from tcmchain.gs1.elements import SYMBOLOGIES, Element, bracketed
from tcmchain.gs1.errors import CodeUnknown, EpcRefused, Refused, TraceCodeRefused
from tcmchain.gs1.plus_tags import PlusTag
from tcmchain.gs1.tags import Tag
from tcmchain.gs1.trace_code import TraceCode

LONGEST: Final = 2048


class Kind(StrEnum):
    """The kinds of codes that are read."""

    ELEMENTS = "element-string"
    LINK = "digital-link"
    EPC = "epc"
    TAG_URI = "tag-uri"
    TAG = "tag"
    TRACE_CODE = "trace-code"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and what it says; empty where a kind does not say it. ``together`` holds rules on what stands together."""

    text: str
    kind: Kind
    elements: tuple[Element, ...] = ()
    human: str = ""
    link: str = ""
    epc: str = ""
    tag: Tag | PlusTag | None = None
    trace_code: TraceCode | None = None
    together: tuple[Refused, ...] = ()

    def title(self, ai: str) -> str:
        """The data title of an application identifier."""
        return identifiers()[ai].title


def read(text: str, prefix_length: int | None = None) -> Reading:
    """Tell what a text is; raises :class:`Refused` of its kind, or :class:`CodeUnknown`.

    ``prefix_length`` is the number of digits of the company prefix, without which no EPC can be made of a key.
    """
    # the picture of the separator is what one can type
    plain = text[: LONGEST + 1].strip(" \t\r\n\ufeff").replace("\u241d", SEPARATOR)
    if not plain or len(plain) > LONGEST:
        raise CodeUnknown(text, 1, "code" if not plain else "long")
    reader = _reader(plain)
    return reader(plain, prefix_length)


def tag_of(text: str, prefix_length: int | None = None, filter: int = 0) -> Tag | PlusTag:
    """What a tag is to hold for a code; raises :class:`Refused`.

    An EPC, or a key with the length of its company prefix, goes into the shortest classic scheme, any other key into
    one of the newer kind. A tag or tag URI is itself, whatever ``filter`` says.
    """
    found = read(text, prefix_length)
    if found.tag is not None:
        return found.tag
    if not found.elements:
        raise EpcRefused(text, 1, "no-epc")
    if not found.epc:
        return plus_tags.choose(found.elements, filter)
    return tags.choose(epc.parse(found.epc), filter)


def _reader(text: str) -> Callable[[str, int | None], Reading]:
    low = text[:12].lower()
    if low.startswith(("http://", "https://")):
        return _read_link
    if low.startswith("urn:epc:tag:"):
        return _read_tag_uri
    if low.startswith("urn:"):
        return _read_epc
    if text.startswith(("(", SEPARATOR, *SYMBOLOGIES)):
        return _read_elements
    return _read_plain


def _read_plain(text: str, prefix_length: int | None) -> Reading:
    """Digits and letters without a mark: of all that it can be, the one that keeps its rules; the narrowest first."""
    for reader, shape in _SHAPES:
        if shape.fullmatch(text):
            with suppress(Refused):
                return reader(text, prefix_length)
    try:
        return _read_elements(text, prefix_length)
    except Refused as refused:
        if SEPARATOR in text:
            raise
        raise CodeUnknown(text, 1, "code") from refused


def _read_elements(text: str, prefix_length: int | None) -> Reading:
    return _of(text, Kind.ELEMENTS, elements.parse(text), prefix_length)


def _read_link(text: str, prefix_length: int | None) -> Reading:
    return _of(text, Kind.LINK, digital_link.parse(text).elements, prefix_length)


def _read_epc(text: str, _: int | None) -> Reading:
    found = epc.parse(text)
    return _of(text, Kind.EPC, epc.to_elements(found), None, found)


def _read_tag_uri(text: str, _: int | None) -> Reading:
    return _of_tag(text, Kind.TAG_URI, tags.parse_tag_uri(text))


def _read_tag(text: str, prefix_length: int | None) -> Reading:
    if int(text.removeprefix("0x").removeprefix("0X")[:2], 16) in plus_tags.BY_HEADER:
        found = plus_tags.decode(text)
        return _of(text, Kind.TAG, found.elements, prefix_length, tag=found)
    return _of_tag(text, Kind.TAG, tags.decode(text))


def _of_tag(text: str, kind: Kind, tag: tags.Tag) -> Reading:
    return _of(text, kind, epc.to_elements(tag.epc), None, tag.epc, tag)


def _read_trace_code(text: str, _: int | None) -> Reading:
    found = trace_code.parse(text)
    if found.code.startswith("00") and is_checked(found.code[2:]):
        # twenty digits are an SSCC with its identifier as well, and that one has a check digit
        raise TraceCodeRefused(text, 1, "trace-code")
    return Reading(text, Kind.TRACE_CODE, human=found.grouped, trace_code=found)


def _read_key(text: str, prefix_length: int | None) -> Reading:
    """A GTIN or SSCC alone; a bare GTIN-13 may as well be a GLN, which nothing in it tells."""
    if text.isdigit() and len(text) == 18 and is_checked(text):
        return _of(text, Kind.KEY, elements.parse_bracketed(f"(00){text}"), prefix_length)
    if len(text) not in GTIN_LENGTHS:
        raise CodeUnknown(text, 1, "length")
    return _of(text, Kind.KEY, (Element("01", parse_gtin(text)),), prefix_length)


def _of(
    text: str,
    kind: Kind,
    found: tuple[Element, ...],
    prefix_length: int | None,
    known: epc.Epc | None = None,
    tag: Tag | PlusTag | None = None,
) -> Reading:
    return Reading(
        text,
        kind,
        found,
        human=bracketed(found),
        link=_link_of(found),
        epc=known.uri if known else _epc_of(found, prefix_length),
        tag=tag,
        together=elements.faults_together(found) if kind in (Kind.ELEMENTS, Kind.LINK) else (),
    )


# what a text must look like before a reader is asked, the narrowest first
_SHAPES: Final = (
    (_read_key, re.compile(r"[0-9]{8}|[0-9]{12,14}|[0-9]{18}")),
    (_read_tag, re.compile(r"(?:0[xX])?[0-9A-Fa-f]{16,96}")),
    (_read_trace_code, re.compile(r"[0-9０-９ \u3000\u00a0\t-]{20,60}")),
)


def _link_of(found: tuple[Element, ...]) -> str:
    try:
        return digital_link.canonical(digital_link.from_elements(found))
    except Refused:
        return ""


def _epc_of(found: tuple[Element, ...], prefix_length: int | None) -> str:
    if prefix_length is None:
        return ""
    return epc.from_elements(found, prefix_length).uri
