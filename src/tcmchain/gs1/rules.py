"""Rules that the data of an element must keep beyond their length and character set.

Each takes one component of the data and says where it is broken, counted from nought, or ``None``. Named as in
``data/identifiers.csv``; the General Specifications state them under each application identifier. The two coupon
formats of North America (8110, 8112) are read by their character set only.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from tcmchain.gs1.check import check_pair, is_checked
from tcmchain.gs1.tables import rows

Rule = Callable[[str], int | None]

_PREFIX_LEAST: Final = 4
_LATITUDE_MOST: Final = 1_800_000_000
_LONGITUDE_MOST: Final = 3_600_000_000
_IMPORTER_INDEX = re.compile(r"[A-Za-z0-9\-_]")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@cache
def codes(name: str) -> frozenset[str]:
    """A list of codes of another standard: ``country``, ``country-letters``, ``currency`` or ``package``."""
    return next(frozenset(row["codes"].split()) for row in rows("codes") if row["list"] == name)


def _when(broken: Callable[[str], bool], place: int = 0) -> Rule:
    return lambda data: place if broken(data) else None


def _listed(name: str, *more: str) -> Rule:
    return lambda data: None if data in codes(name) or data in more else 0


def _check_digit(data: str) -> int | None:
    return None if is_checked(data) else len(data) - 1


def _check_pair(data: str) -> int | None:
    return None if len(data) > 2 and check_pair(data[:-2]) == data[-2:] else max(len(data) - 2, 0)


def _prefix(data: str) -> int | None:
    head = data[:_PREFIX_LEAST]
    wrong = next((at for at, character in enumerate(head) if not character.isdigit()), len(head))
    return None if wrong == _PREFIX_LEAST else wrong


def _day(year: int, month: str, day: str, least: int) -> bool:
    return 1 <= int(month) <= 12 and least <= int(day) <= monthrange(year, int(month))[1]


def _short_date(least: int) -> Rule:
    # Only a leap day depends on the century, and 2000 to 2099 has the same leap years as the window about today.
    return lambda data: None if _day(2000 + int(data[:2]), data[2:4], data[4:], least) else 2


def _long_date(data: str) -> int | None:
    return None if int(data[:4]) >= 1 and _day(int(data[:4]), data[4:6], data[6:], 1) else 4


def _time(data: str) -> int | None:
    return 0 if data[:2] > "23" else 2 if data[2:] > "59" else None


def _piece(data: str) -> int | None:
    piece, total = data[: len(data) // 2], data[len(data) // 2 :]
    return 0 if int(piece) == 0 or piece > total else len(piece) if int(total) == 0 else None


def _position(data: str) -> int | None:
    place, slash, total = data.partition("/")
    fit = slash and place.isdigit() and total.isdigit() and "0" not in (place[0], total[0]) and int(place) <= int(total)
    return None if fit else 0


def _percent(data: str) -> int | None:
    found = _PERCENT.search(data)
    return None if found is None else found.start()


def _iban(data: str) -> int | None:
    if not _IBAN.fullmatch(data):
        return 0
    turned = data[4:] + data[:4]
    return None if int("".join(str(int(c, 36)) for c in turned)) % 97 == 1 else 2


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "check-digit": _check_digit,
        "check-pair": _check_pair,
        "prefix": _prefix,
        "date": _short_date(1),
        "date-day-open": _short_date(0),
        "date-long": _long_date,
        "time": _time,
        "hour": _when(lambda data: data > "23"),
        "minute": _when(lambda data: data > "59"),
        "second": _when(lambda data: data > "59"),
        "country": _listed("country"),
        "country-or-999": _listed("country", "999"),
        "country-letters": _listed("country-letters"),
        "currency": _listed("currency"),
        "package": _listed("package"),
        "media": _when(lambda data: not ("01" <= data <= "10" or "80" <= data <= "99")),
        "sex": _when(lambda data: data not in "0129"),
        "percent": _percent,
        "not-zero": _when(lambda data: not data.strip("0")),
        "zero": _when(lambda data: data.strip("0") != ""),
        "yes-no": _when(lambda data: data not in "01"),
        "winding": _when(lambda data: data not in "019"),
        "minus": _when(lambda data: data.strip("-") != ""),
        "no-leading-zero": _when(lambda data: data[0] == "0"),
        "not-all-digits": _when(str.isdigit),
        "importer-index": _when(lambda data: not _IMPORTER_INDEX.fullmatch(data)),
        "piece-of-total": _piece,
        "position": _position,
        "iban": _iban,
        "latitude": _when(lambda data: int(data) > _LATITUDE_MOST),
        "longitude": _when(lambda data: int(data) > _LONGITUDE_MOST),
    }
)
