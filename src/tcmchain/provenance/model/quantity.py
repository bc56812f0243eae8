"""Masses as people write them, and whole milligrams; exact both ways."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from tcmchain.provenance.model.errors import QuantityUnreadable
from tcmchain.values import Milligrams

_MILLIGRAMS_IN: Final = {
    "mg": 1,
    "毫克": 1,
    "g": 1_000,
    "克": 1_000,
    "kg": 1_000_000,
    "千克": 1_000_000,
    "公斤": 1_000_000,
    "t": 1_000_000_000,
    "吨": 1_000_000_000,
    "斤": 500_000_000 // 1_000,
    "市斤": 500_000,
    "两": 50_000,
    "钱": 5_000,
}
_LARGEST: Final = 2**63 - 1
_WRITTEN = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?\s*([^\d\s.,]*)")


def parse_mass(text: str, default_unit: str = "") -> Milligrams:
    """Read a mass such as ``12.5 kg``, ``500克`` or ``1,250.5 kg``.

    ``default_unit`` is taken when the text states none. Raises ``QuantityUnreadable`` when it is no positive whole
    number of milligrams.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    found = _WRITTEN.fullmatch(plain)
    if found is None or len(plain) > 40:
        raise QuantityUnreadable(text=text[:60], reason="form")
    whole, fraction, unit = found.group(1), found.group(2) or "", found.group(3) or default_unit
    if not unit:
        raise QuantityUnreadable(text=text, reason="unit-missing")
    factor = _MILLIGRAMS_IN.get(unit)
    if factor is None:
        raise QuantityUnreadable(text=text, reason="unit-unknown")
    scaled = Decimal(whole.replace(",", "") + fraction) * factor
    if scaled != scaled.to_integral_value():
        raise QuantityUnreadable(text=text, reason="finer-than-milligram")
    if not 0 < scaled <= _LARGEST:
        raise QuantityUnreadable(text=text, reason="range")
    return Milligrams(int(scaled))


def format_mass(milligrams: int, unit: str = "") -> str:
    """Write a mass exactly, in the unit given or else the largest of kg, g and mg that it fills."""
    if not unit:
        size = abs(milligrams)
        unit = "kg" if size >= 1_000_000 else "g" if size >= 1_000 else "mg"
    return f"{mass_in(milligrams, unit)} {unit}"


def mass_in(milligrams: int, unit: str) -> str:
    """Write the number alone, in ``unit``, without needless zeros."""
    whole, rest = divmod(abs(milligrams), _MILLIGRAMS_IN[unit])
    digits = len(str(_MILLIGRAMS_IN[unit])) - 1
    sign = "-" if milligrams < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{str(rest).zfill(digits).rstrip('0')}"
