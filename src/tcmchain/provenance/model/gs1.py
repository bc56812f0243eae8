"""The GTIN and the Digital Link of a lot, as the ledger takes them: a GTIN with a lot number, perhaps with a serial.

What GS1 says stands in the kit ``gs1``; here it gets the ledger's own errors.
"""

from dataclasses import dataclass
from typing import Final

from tcmchain.gs1 import check, digital_link
from tcmchain.gs1.ais import identifiers
from tcmchain.gs1.check import check_digit
from tcmchain.gs1.elements import Element
from tcmchain.gs1.errors import Refused
from tcmchain.gs1.reading import read
from tcmchain.provenance.model.errors import GtinInvalid, LinkInvalid

__all__ = ["DigitalLink", "build_link", "check_digit", "is_lot_number", "parse_gtin", "parse_link", "scanned"]

_GTIN, _LOT, _SERIAL = "01", "10", "21"
_LEAST_SCANNED: Final = 18
_PARTS: Final = ([_LOT], [_LOT, _SERIAL])


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A trade item's lot, and the unit's serial if the link names one."""

    gtin: str
    lot: str
    serial: str = ""


def parse_gtin(text: str) -> str:
    """Read a GTIN-8, -12, -13 or -14 and give it as fourteen digits; raises ``GtinInvalid``."""
    try:
        return check.parse_gtin(text)
    except Refused as refused:
        raise GtinInvalid(gtin=text[:40]) from refused


def is_lot_number(text: str) -> bool:
    """Tell whether ``text`` may stand in AI 10 or AI 21: at most 20 characters of set 82."""
    return identifiers()[_LOT].fault(text) is None


def build_link(link: DigitalLink) -> str:
    """Write the path ``/01/{gtin}/10/{lot}[/21/{serial}]``, percent-encoded; raises ``LinkInvalid``."""
    qualifiers = [Element(_LOT, link.lot), *([Element(_SERIAL, link.serial)] if link.serial else [])]
    for _, part in qualifiers:
        if not is_lot_number(part):
            raise LinkInvalid(path=part, reason="characters")
    return digital_link.path(digital_link.DigitalLink(Element(_GTIN, parse_gtin(link.gtin)), tuple(qualifiers)))


def parse_link(raw_path: str) -> DigitalLink:
    """Read the path of a Digital Link as it stands in the address, still percent-encoded.

    Raises ``LinkInvalid`` when a part is missing or malformed, ``GtinInvalid`` for a wrong GTIN.
    """
    path = raw_path.split("?", 1)[0].strip("/")
    parts = path.split("/")
    if parts[0] != _GTIN or parts[2::2] not in _PARTS or len(parts) % 2:
        raise LinkInvalid(path=raw_path[:200], reason="parts")
    parse_gtin(parts[1])
    try:
        found = digital_link.parse_path(f"/{path}")
    except Refused as refused:
        raise LinkInvalid(path=raw_path[:200], reason="characters") from refused
    values = dict(found.identity)
    return DigitalLink(values[_GTIN], values[_LOT], values.get(_SERIAL, ""))


def scanned(text: str) -> DigitalLink | None:
    """The lot that a scanned label or an EPC of a class names, in whatever form; ``None`` when it names none."""
    if not text.isascii() or len(text) < _LEAST_SCANNED:
        return None
    try:
        values = dict(read(text).elements)
    except Refused:
        return None
    if _GTIN not in values or _LOT not in values:
        return None
    return DigitalLink(values[_GTIN], values[_LOT], values.get(_SERIAL, ""))
