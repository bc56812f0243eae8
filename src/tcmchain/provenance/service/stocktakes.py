"""Counting stock by the tags and codes on it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from tcmchain.gs1.errors import Refused
from tcmchain.gs1.reading import read
from tcmchain.provenance.model.stocktake import HasUnit, Line, Stocktake, StrayKind, TooManyCodes, Unit, compare
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import MemberId

MOST_CODES: Final = 50_000
"""Codes that one stocktake takes."""

_GTIN: Final = "01"
_SERIAL: Final = "21"
_CELL: Final = re.compile(r'"?([0-9A-Fa-f]{8,})"?\s*[,;\t]')
_HEADING: Final = re.compile(r'"?(epc|tag|uri|code)', re.IGNORECASE)


def _tells_nothing(lot: object, serial: str) -> bool | None:  # noqa: ARG001
    return None


class Stocktakes:
    """Sets what readers saw against what the ledger says a member holds.

    ``has_unit`` tells whether a lot has a unit with a serial; without it, units are told apart by trade item only.
    """

    def __init__(self, ledger: Ledger, has_unit: HasUnit = _tells_nothing) -> None:
        self._ledger = ledger
        self._has_unit = has_unit

    def take(self, member: MemberId, codes: Sequence[str]) -> Stocktake:
        """Compare; codes are tags in hexadecimal digits, tag URIs, EPCs or Digital Links. Raises ``TooManyCodes``."""
        if len(codes) > MOST_CODES:
            raise TooManyCodes(limit=MOST_CODES)
        known = lru_cache(maxsize=None)(lambda gtin: self._ledger.count(gtin) > 0)
        return compare(self._ledger.holdings(member), _units(codes), known, self._has_unit)


def codes_in(text: str) -> list[str]:
    """Codes as readers write them: one a line, or hexadecimal digits in the first column of a table."""
    lines = (line.strip().lstrip("\ufeff") for line in text.splitlines())
    cells = (cell.group(1) if (cell := _CELL.match(line)) else line for line in lines if line)
    return [code for code in cells if not _HEADING.match(code)]


def facts_of(line: Line) -> dict[str, Any]:
    """What an observation of storage states of a line; ``read_facts`` takes it."""
    return {"units_booked": line.booked, "units_counted": line.counted}


def _units(codes: Iterable[str]) -> Iterator[tuple[str, Unit | StrayKind]]:
    for code in codes:
        yield code, _unit(code)


@lru_cache(maxsize=MOST_CODES)
def _unit(code: str) -> Unit | StrayKind:
    try:
        found = dict(read(code).elements)
    except Refused:
        return StrayKind.UNREADABLE
    if _GTIN not in found or _SERIAL not in found:
        return StrayKind.NO_UNIT
    return Unit(found[_GTIN], found[_SERIAL])
