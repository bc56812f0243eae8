"""GS1 keys: the GTIN with its check digit, and the Digital Link of a lot.

General Specifications 7.9 (check digit) and 3.4 (AI 10, AI 21); Digital Link URI Syntax 1.4.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from tcmchain.provenance.model.errors import GtinInvalid, LinkInvalid

_LENGTHS: Final = (8, 12, 13, 14)
# AI encodable character set 82
_LOT = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A trade item's lot, and the unit's serial if the link names one."""

    gtin: str
    lot: str
    serial: str = ""


def check_digit(digits: str) -> int:
    """Check digit that follows ``digits``: weights 3 and 1 from the right, modulo ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def parse_gtin(text: str) -> str:
    """Read a GTIN-8, -12, -13 or -14 and give it as fourteen digits; raises ``GtinInvalid``."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) in _LENGTHS):
        raise GtinInvalid(gtin=text[:40])
    if int(digits) == 0 or check_digit(digits[:-1]) != int(digits[-1]):
        raise GtinInvalid(gtin=digits)
    return digits.zfill(14)


def is_lot_number(text: str) -> bool:
    """Tell whether ``text`` may stand in AI 10 or AI 21: at most 20 characters of set 82."""
    return _LOT.fullmatch(text) is not None


def build_link(link: DigitalLink) -> str:
    """Write the path ``/01/{gtin}/10/{lot}[/21/{serial}]``, percent-encoded; raises ``LinkInvalid``."""
    gtin = parse_gtin(link.gtin)
    for part in (link.lot, *([link.serial] if link.serial else [])):
        if not is_lot_number(part):
            raise LinkInvalid(path=part, reason="characters")
    path = f"/01/{gtin}/10/{_encode(link.lot)}"
    return f"{path}/21/{_encode(link.serial)}" if link.serial else path


def parse_link(raw_path: str) -> DigitalLink:
    """Read the path of a Digital Link as it stands in the address, still percent-encoded.

    Raises ``LinkInvalid`` when a part is missing or malformed, ``GtinInvalid`` for a wrong GTIN.
    """
    parts = raw_path.split("?", 1)[0].strip("/").split("/")
    if len(parts) not in (4, 6) or parts[0] != "01" or parts[2] != "10":
        raise LinkInvalid(path=raw_path[:200], reason="parts")
    if len(parts) == 6 and parts[4] != "21":
        raise LinkInvalid(path=raw_path[:200], reason="parts")
    gtin = parse_gtin(parts[1])
    lot, serial = _decode(parts[3]), _decode(parts[5]) if len(parts) == 6 else ""
    if not is_lot_number(lot) or (len(parts) == 6 and not is_lot_number(serial)):
        raise LinkInvalid(path=raw_path[:200], reason="characters")
    return DigitalLink(gtin, lot, serial)


def _encode(value: str) -> str:
    # a segment of one or two dots would be resolved away by browsers
    return value.replace(".", "%2E") if value in (".", "..") else quote(value, safe="")


def _decode(value: str) -> str:
    try:
        return unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        return ""
