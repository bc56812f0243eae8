"""When a scheduled subscription is due: the six fields of EPCIS 2.0 §8.2.5.3, in UTC.

A field is a list of numbers and of ranges in brackets (``0,[10-20],45``); ``dayOfWeek`` counts from Monday as 1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tcmchain.epcis.model.refusals import SubscriptionWrong

FIELDS: Final[Mapping[str, tuple[int, int]]] = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
_ELEMENT: Final = re.compile(r"(?:\[(\d{1,2})-(\d{1,2})\]|(\d{1,2})(?:-(\d{1,2}))?)", re.ASCII)
_YEARS_AHEAD: Final = 9
_TIME_OF_DAY: Final = 3


@dataclass(frozen=True, slots=True)
class Schedule:
    """The numbers that each field allows."""

    second: frozenset[int]
    minute: frozenset[int]
    hour: frozenset[int]
    day: frozenset[int]
    month: frozenset[int]
    weekday: frozenset[int]

    def after(self, moment: float) -> float | None:
        """The first moment due after ``moment`` (Unix seconds); ``None`` when there is none for years."""
        at = datetime.fromtimestamp(int(moment) + 1, UTC)
        last = at.replace(year=at.year + _YEARS_AHEAD, day=1)
        while at < last:
            if at.month not in self.month:
                at = (at.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0)
            elif at.day not in self.day or at.isoweekday() not in self.weekday:
                at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0)
            elif at.hour not in self.hour:
                at = (at + timedelta(hours=1)).replace(minute=0, second=0)
            elif at.minute not in self.minute:
                at = (at + timedelta(minutes=1)).replace(second=0)
            elif at.second not in self.second:
                at += timedelta(seconds=1)
            else:
                return at.timestamp()
        return None


def read_schedule(fields: Mapping[str, str]) -> Schedule:
    """A schedule out of its fields; one left out allows all, but a finer time of day than those given only the least.

    Raises ``SubscriptionWrong``.
    """
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown or not fields:
        raise SubscriptionWrong(reason=unknown[0] if unknown else "schedule")
    found = []
    finest = next(at for at, name in enumerate(FIELDS) if name in fields)
    for at, (name, (least, most)) in enumerate(FIELDS.items()):
        if name in fields:
            found.append(_numbers(name, fields[name], least, most))
        else:
            # ``hour: 1`` means one moment of that hour and not 3,600.
            found.append(frozenset({least} if at < min(finest, _TIME_OF_DAY) else range(least, most + 1)))
    return Schedule(*found)


def _numbers(name: str, text: str, least: int, most: int) -> frozenset[int]:
    numbers: set[int] = set()
    for element in text.split(","):
        found = _ELEMENT.fullmatch(element.strip())
        if found is None:
            raise SubscriptionWrong(reason=name)
        first = int(found[1] or found[3])
        last = int(found[2] or found[4] or first)
        if not least <= first <= last <= most:
            raise SubscriptionWrong(reason=name)
        numbers.update(range(first, last + 1))
    return frozenset(numbers)
