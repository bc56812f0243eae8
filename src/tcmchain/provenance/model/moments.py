"""Dates and moments as people write them; China has one time zone."""

from datetime import datetime

from tcmchain.provenance.model.errors import MomentUnreadable
from tcmchain.values import BEIJING, UnixTime


def parse_moment(text: str) -> UnixTime:
    """Read an ISO 8601 date or moment (``2025-09-18``, ``2025-09-18T14:30``, with or without offset).

    Without an offset it is Beijing time; a date alone is its midnight. Raises ``MomentUnreadable``.
    """
    plain = text.strip().replace("/", "-")
    try:
        found = datetime.fromisoformat(plain)
        if found.tzinfo is None:
            found = found.replace(tzinfo=BEIJING)
        seconds = int(found.timestamp())
    except (ValueError, OverflowError) as error:
        raise MomentUnreadable(text=text[:40]) from error
    if not 0 < seconds < 1 << 40:
        raise MomentUnreadable(text=text[:40])
    return UnixTime(seconds)


def end_of_day(text: str) -> UnixTime:
    """The last second of a day; raises ``MomentUnreadable``."""
    return UnixTime(parse_moment(text[:10]) + 86_399)
