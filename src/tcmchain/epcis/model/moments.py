"""Moments of events: milliseconds of Unix time, and the spelling that is hashed (CBV 2.0, 8.9: UTC, milliseconds)."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


@lru_cache(maxsize=4096)
def milliseconds(text: str) -> int:
    """Milliseconds of Unix time of an ``xsd:dateTimeStamp``, half a millisecond rounded up; raises ``ValueError``.

    A second of 60, as leap seconds have, is not taken.
    """
    if len(text) < 20 or text[10] not in "Tt":
        raise ValueError(text)
    rest = text[19:]
    extra = 0
    if rest[0] == ".":
        at = 1
        while at < len(rest) and rest[at].isdigit():
            at += 1
        digits, rest = rest[1:at], rest[at:]
        if not digits:
            raise ValueError(text)
        extra = int(digits[:3].ljust(3, "0")) + (digits[3:4] >= "5")
    if not rest:
        raise ValueError(text)
    moment = datetime.fromisoformat(text[:10] + "T" + text[11:19] + ("+00:00" if rest in "Zz" else rest))
    return (moment - _EPOCH) // _MILLISECOND + extra


@lru_cache(maxsize=4096)
def stamp(text: str) -> str:
    """A moment as it is hashed; raises ``ValueError``."""
    return write(milliseconds(text))


def write(time_ms: int) -> str:
    """Milliseconds of Unix time as ``YYYY-MM-DDThh:mm:ss.sssZ``; raises ``ValueError`` beyond the years 1 to 9999."""
    seconds, rest = divmod(time_ms, 1000)
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(time_ms) from error
    return f"{moment.isoformat()[:19]}.{rest:03}Z"
