"""The one spelling of a value under which it is hashed (CBV 2.0, section 8.9)."""

import re

from tcmchain.epcis.model import vocabulary
from tcmchain.epcis.model.identifiers import NotAnEpc, canonical_place

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]{1,3}")


def number(value: float) -> str:
    """A number without trailing zeros, sign or point that say nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def text(value: str) -> str:
    """A value that may be anything: an identifier, a word, a number or plain text, by its canonical spelling."""
    value = value.strip()
    first = value[:1]
    if first == "u" and value.startswith("urn:epc"):
        return _urn(value)
    if first == "h" and value.startswith("http"):
        return canonical_place(value)
    if first and first in "+-.0123456789":
        return _numeral(value)
    return value


def _urn(value: str) -> str:
    for urn, web in vocabulary.URNS:
        if value.startswith(urn):
            return web + value[len(urn) :]
    try:
        return canonical_place(value)
    except NotAnEpc:
        return value


def _numeral(value: str) -> str:
    """A text that is a number, as the number is written; exact, so that long codes of digits stay apart."""
    if _NUMBER.fullmatch(value):
        sign = "-" if value[0] == "-" else ""
        whole, _, fraction = value.lstrip("+-").partition(".")
        whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
        plain = f"{whole}.{fraction}" if fraction else whole
        return plain if plain == "0" else sign + plain
    if _SCIENTIFIC.fullmatch(value):
        found = float(value)
        return number(found) if abs(found) < 1e300 else value
    return value
