"""What the sightings of a unit say: fine, to be looked at, or suspected (疑似) to be a copy.

A code can be copied, so nothing here says that goods are false. By itself only what an honest unit cannot do is
suspicious: a code that was never packed, a second dispensing, a trade after the end of trade, and members' scans
too far apart for any carriage. What an honest reader can do, such as looking often, is told as a notice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Final

from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.places import place as place_of
from tcmchain.units.model.sightings import Scan, ScanKind, Sightings
from tcmchain.values import Hash32, MemberId, UnixTime

_EARTH_KM: Final = 6371.0
_HOUR: Final = 3600
_DAY: Final = 86_400


class Grade(IntEnum):
    """How grave; the gravest evidence grades the unit."""

    FINE = 0
    NOTICE = 1
    SUSPECTED = 2

    @property
    def word(self) -> str:
        """As doors spell it."""
        return self.name.lower()


class Ground(StrEnum):
    """On what evidence rests."""

    PROVEN = "proven"
    UNCHECKED = "unchecked"
    UNKNOWN_CODE = "unknown-code"
    OPENED_BEFORE = "opened-before"
    DISPENSED = "dispensed"
    SECOND_DISPENSING = "second-dispensing"
    TRADE_AFTER_DISPENSING = "trade-after-dispensing"
    TRADE_AFTER_OPENING = "trade-after-opening"
    IMPOSSIBLE_TRAVEL = "impossible-travel"
    FAR_LOOKS = "far-looks"
    HELD_UP = "held-up"
    OTHER_CHANNEL = "other-channel"
    MANY_LOOKS = "many-looks"


GRADES: Final = {
    Ground.PROVEN: Grade.FINE,
    Ground.UNCHECKED: Grade.NOTICE,
    Ground.UNKNOWN_CODE: Grade.SUSPECTED,
    Ground.OPENED_BEFORE: Grade.NOTICE,
    Ground.DISPENSED: Grade.FINE,
    Ground.SECOND_DISPENSING: Grade.SUSPECTED,
    Ground.TRADE_AFTER_DISPENSING: Grade.SUSPECTED,
    Ground.TRADE_AFTER_OPENING: Grade.SUSPECTED,
    Ground.IMPOSSIBLE_TRAVEL: Grade.SUSPECTED,
    Ground.FAR_LOOKS: Grade.NOTICE,
    Ground.HELD_UP: Grade.NOTICE,
    Ground.OTHER_CHANNEL: Grade.NOTICE,
    Ground.MANY_LOOKS: Grade.NOTICE,
}
"""How grave each is by itself."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a coincidence ends.

    Two scans are impossible when the way between the seats of their places, less ``slack_km`` (a place is only known
    roughly), would need more than ``speed_kmh``. More than ``looks`` within ``look_days`` are many. A scan up to
    ``grace_hours`` after a dispensing or an opening may have been entered late, or state an unsharp time.
    """

    speed_kmh: float = 900
    slack_km: float = 300
    looks: int = 20
    look_days: int = 30
    grace_hours: float = 24


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason. ``place`` is a GB/T 2260 code or 0; ``tx`` is the transaction that it stands on, if any.

    ``amount`` is a count of looks, or kilometres between two scans.
    """

    ground: Ground
    at: UnixTime | None = None
    place: int = 0
    member: MemberId | None = None
    tx: Hash32 | None = None
    amount: int = 0

    @property
    def grade(self) -> Grade:
        """How grave it is by itself."""
        return GRADES[self.ground]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A grade with its evidence, the gravest first."""

    grade: Grade
    evidence: tuple[Evidence, ...]


def judge(seen: Sightings, thresholds: Thresholds, now: UnixTime) -> Verdict:
    """Weigh all that is known of a unit."""
    found = sorted(_evidence(seen, thresholds, now), key=lambda evidence: -evidence.grade)
    return Verdict(max((evidence.grade for evidence in found), default=Grade.FINE), tuple(found))


def _evidence(seen: Sightings, thresholds: Thresholds, now: UnixTime) -> Iterator[Evidence]:
    if seen.proven is False:
        yield Evidence(Ground.UNKNOWN_CODE, tx=seen.packed_tx)
        return
    yield Evidence(Ground.UNCHECKED if seen.proven is None else Ground.PROVEN, tx=seen.packed_tx)
    yield from (Evidence(Ground.HELD_UP, hold.opened, tx=hold.tx) for hold in seen.holds)
    yield from _dispensed(seen)
    yield from _opened(seen)
    yield from _traded(seen, thresholds)
    yield from _travelled(seen, thresholds)
    yield from _elsewhere(seen)
    yield from _looked(seen, thresholds, now)


def _dispensed(seen: Sightings) -> Iterator[Evidence]:
    for number, step in enumerate(seen.dispensings):
        ground = Ground.SECOND_DISPENSING if number else Ground.DISPENSED
        yield Evidence(ground, step.happened, step.place, step.member, step.tx)


def _opened(seen: Sightings) -> Iterator[Evidence]:
    if seen.opened is not None:
        opening = seen.opened.opening
        yield Evidence(Ground.OPENED_BEFORE, seen.opened.recorded, opening.place, tx=seen.opened.tx)


def _traded(seen: Sightings, thresholds: Thresholds) -> Iterator[Evidence]:
    """The first trade scan after the unit had left trade."""
    grace = thresholds.grace_hours * _HOUR
    ends = [(step.happened, Ground.TRADE_AFTER_DISPENSING) for step in seen.dispensings[:1]]
    if seen.opened is not None:
        ends.append((seen.opened.recorded, Ground.TRADE_AFTER_OPENING))
    for end, ground in ends:
        late = next((scan for scan in _trades(seen) if scan.at > end + grace), None)
        if late is not None:
            yield Evidence(ground, late.at, late.place, late.member)


def _travelled(seen: Sightings, thresholds: Thresholds) -> Iterator[Evidence]:
    stops = [*_trades(seen), *(Scan(s.happened, ScanKind.TRADE, s.place, s.member) for s in seen.dispensings)]
    looks = [scan for scan in seen.scans if scan.kind is ScanKind.LOOK]
    for ground, scans in ((Ground.IMPOSSIBLE_TRAVEL, stops), (Ground.FAR_LOOKS, [*looks, *stops])):
        jump = _jump([scan for scan in scans if scan.place], thresholds)
        if jump is not None:
            later, kilometres = jump
            yield Evidence(ground, later.at, later.place, later.member, amount=kilometres)
            return


def _jump(scans: list[Scan], thresholds: Thresholds) -> tuple[Scan, int] | None:
    """The first scan that no carriage reaches from the one before, and how far it is."""
    for earlier, later in pairwise(sorted(scans, key=lambda scan: scan.at)):
        kilometres = distance_km(earlier.place, later.place)
        hours = (later.at - earlier.at) / _HOUR
        if kilometres - thresholds.slack_km > thresholds.speed_kmh * hours:
            return later, round(kilometres)
    return None


def _elsewhere(seen: Sightings) -> Iterator[Evidence]:
    if not seen.channels:
        return
    for scan in _trades(seen):
        if scan.place and not any(_within(scan.place, channel) for channel in seen.channels):
            yield Evidence(Ground.OTHER_CHANNEL, scan.at, scan.place, scan.member)
            return


def _looked(seen: Sightings, thresholds: Thresholds, now: UnixTime) -> Iterator[Evidence]:
    since = now - thresholds.look_days * _DAY
    looks = [scan for scan in seen.scans if scan.kind is ScanKind.LOOK and scan.at >= since]
    if len(looks) > thresholds.looks:
        yield Evidence(Ground.MANY_LOOKS, looks[-1].at, amount=len(looks))


def _trades(seen: Sightings) -> list[Scan]:
    return [scan for scan in seen.scans if scan.kind is ScanKind.TRADE]


def _within(place: int, region: int) -> bool:
    """Whether a place lies in a region: a province, city or county, told by the zeros at the end of its code."""
    size = 10_000 if region % 10_000 == 0 else 100 if region % 100 == 0 else 1
    return place // size == region // size


def distance_km(one: int, other: int) -> float:
    """Great-circle distance between the seats of two places; 0 when either is unknown.

    The haversine formula on a sphere (R. W. Sinnott, Sky and Telescope 68, 1984).
    """
    if one == other:
        return 0
    try:
        a, b = _seat(one), _seat(other)
    except TermUnknown:
        return 0
    lat, lon = radians(b[0] - a[0]), radians(b[1] - a[1])
    half = sin(lat / 2) ** 2 + cos(radians(a[0])) * cos(radians(b[0])) * sin(lon / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def _seat(code: int) -> tuple[float, float]:
    """The seat of a place, of its province when the place itself is on no list."""
    try:
        found = place_of(f"{code:06d}")
    except TermUnknown:
        found = place_of(f"{code // 10_000 * 10_000:06d}")
    return found.latitude, found.longitude
