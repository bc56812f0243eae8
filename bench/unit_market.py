"""A simulated market: how many copied units are suspected, how many genuine ones wrongly, by threshold.

Every genuine unit is packed, scanned by a distributor and a pharmacy, dispensed, looked at and sometimes opened;
people look twice, travel, pass pictures on, and pharmacies enter scans late, forget them and take goods back. Some
units are bought by counterfeiters, who print the open code on many packages and sell them elsewhere, partly through
members. All of it is drawn from one seed; the judgement is the node's own (``tcmchain.units.model.verdict``).
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from measured import keep
from tcmchain.terms.places import provinces
from tcmchain.units.model.codes import Serial
from tcmchain.units.model.opening import Opened, Opening, Purpose
from tcmchain.units.model.sightings import Dispensing, Scan, ScanKind, Sightings
from tcmchain.units.model.verdict import Grade, Ground, Thresholds, judge
from tcmchain.values import BlockNumber, Hash32, LotId, MemberId, UnixTime

HOUR, DAY = 3600, 86_400
BEGAN = 1_750_000_000
LOT, TX = LotId("0x" + "07" * 32), Hash32("0x" + "05" * 32)
PLACES = [int(place.code) for place in provinces()]

SCANNED_BY_TRADE = 0.9
DISPENSED_BY_UNIT = 0.85
LATE_ENTRY = 0.03
TAKEN_BACK = 0.002
OPENED = 0.35
LOOKS = (0, 1, 1, 1, 2, 2, 3, 6)
TELLS_PLACE = 0.4
TRAVELS = 0.08
PASSED_ON = 0.01
COPIES = (1, 3, 10, 30)
THROUGH_MEMBERS = 0.5

DEFAULT = Thresholds()
VARIANTS = {
    "default": DEFAULT,
    "speed 300 km/h": replace(DEFAULT, speed_kmh=300),
    "speed 1200 km/h": replace(DEFAULT, speed_kmh=1200),
    "slack 0 km": replace(DEFAULT, slack_km=0),
    "slack 1000 km": replace(DEFAULT, slack_km=1000),
    "looks 5": replace(DEFAULT, looks=5),
    "looks 50": replace(DEFAULT, looks=50),
    "grace 0 h": replace(DEFAULT, grace_hours=0),
    "grace 72 h": replace(DEFAULT, grace_hours=72),
}


@dataclass(slots=True)
class Life:
    """What is seen of one open code, on however many packages it stands."""

    scans: list[Scan]
    dispensings: list[Dispensing]
    opened: Opened | None = None
    copies: int = 0

    def sightings(self) -> Sightings:
        """What a node knows of it in the end."""
        scans = tuple(sorted(self.scans, key=lambda scan: scan.at))
        steps = tuple(sorted(self.dispensings, key=lambda step: step.happened))
        looks = sum(scan.kind is ScanKind.LOOK for scan in scans)
        return Sightings(LOT, Serial(1), True, self.opened, steps, scans, looks=looks)


class Market:
    """Draws lives."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def genuine(self) -> Life:
        """One honest unit."""
        life = Life([], [])
        home = self._place()
        arrived = self._trade(life, BEGAN + self._between(0, 30 * DAY), self._place(), 0)
        arrived = self._trade(life, arrived + self._between(2 * DAY, 20 * DAY), home, 1)
        sold = arrived + self._between(2 * HOUR, 60 * DAY)
        self._dispense(life, sold, home, 1)
        if self._chance.random() < TAKEN_BACK:
            self._trade(life, sold + self._between(2 * DAY, 10 * DAY), home, 1, always=True)
        self._use(life, sold, home)
        return life

    def copied(self) -> Life:
        """The same, with its open code on further packages, sold from a month on."""
        life = self.genuine()
        life.copies = self._chance.choice(COPIES)
        for number in range(life.copies):
            place = self._place()
            sold = BEGAN + 40 * DAY + self._between(0, 120 * DAY)
            if self._chance.random() < THROUGH_MEMBERS:
                self._trade(life, sold - self._between(DAY, 20 * DAY), place, 10 + number)
                self._dispense(life, sold, place, 10 + number)
            # The hidden code under a copy's panel yields no key of the tree, so no copy is ever opened.
            self._look(life, sold, place)
        return life

    def _trade(self, life: Life, at: int, place: int, who: int, *, always: bool = False) -> int:
        if always or self._chance.random() < SCANNED_BY_TRADE:
            late = self._between(HOUR, 5 * DAY) if self._chance.random() < LATE_ENTRY else 0
            life.scans.append(Scan(UnixTime(at + late), ScanKind.TRADE, place, _member(who)))
        return at

    def _dispense(self, life: Life, at: int, place: int, who: int) -> None:
        if self._chance.random() < DISPENSED_BY_UNIT:
            life.dispensings.append(Dispensing(UnixTime(at), _member(who), place, TX))

    def _use(self, life: Life, sold: int, home: int) -> None:
        self._look(life, sold, home)
        if self._chance.random() < OPENED:
            at = UnixTime(sold + self._between(HOUR, 20 * DAY))
            life.opened = Opened(Opening(LOT, Serial(1), Purpose.TAKE, at, home), at, BlockNumber(1), TX)

    def _look(self, life: Life, sold: int, home: int) -> None:
        place = home
        for at in sorted(sold + self._between(0, 15 * DAY) for _ in range(self._chance.choice(LOOKS))):
            if self._chance.random() < TRAVELS:
                place = self._place()
            life.scans.append(self._seen(at, place))
        if self._chance.random() < PASSED_ON:
            first = sold + self._between(0, DAY)
            for _ in range(self._between(3, 60)):
                life.scans.append(self._seen(first + self._between(0, 6 * HOUR), self._place()))

    def _seen(self, at: int, place: int) -> Scan:
        told = place if self._chance.random() < TELLS_PLACE else 0
        return Scan(UnixTime(at), ScanKind.LOOK, told)

    def _place(self) -> int:
        return self._chance.choice(PLACES)

    def _between(self, least: int, most: int) -> int:
        return self._chance.randrange(least, most)


def _member(number: int) -> MemberId:
    return MemberId(f"0x{number:064x}")


def shares(lives: list[Life], thresholds: Thresholds) -> dict[str, float]:
    """Shares of lives that are suspected, and that are suspected or noticed for more than an opening.

    Each is judged an hour after it was last scanned.
    """
    found: Counter[str] = Counter()
    for life in lives:
        seen = life.sightings()
        verdict = judge(seen, thresholds, UnixTime(max((scan.at for scan in seen.scans), default=BEGAN) + HOUR))
        found["suspected"] += verdict.grade is Grade.SUSPECTED
        grounds = {one.ground for one in verdict.evidence if one.grade is not Grade.FINE}
        found["noticed"] += bool(grounds - {Ground.OPENED_BEFORE})
    return {name: round(found[name] / len(lives), 4) for name in ("suspected", "noticed")}


def by_copies(lives: list[Life]) -> Iterator[tuple[str, dict[str, float]]]:
    """Shares by how many copies were sold."""
    for copies in COPIES:
        yield str(copies), shares([life for life in lives if life.copies == copies], DEFAULT)


def measure(units: int, copied: int, seed: int) -> None:
    """Draw a market, judge it under each set of thresholds, keep the figures."""
    market = Market(seed)
    honest = [market.genuine() for _ in range(units)]
    copies = [market.copied() for _ in range(copied)]
    table = {}
    for name, thresholds in VARIANTS.items():
        caught, wronged = shares(copies, thresholds), shares(honest, thresholds)
        table[name] = {
            "detected": caught["suspected"],
            "detected_or_noticed": caught["noticed"],
            "false_alarms": wronged["suspected"],
            "false_alarms_or_notices": wronged["noticed"],
        }
    keep(
        "unit_market",
        genuine=units,
        copied=copied,
        seed=seed,
        assumptions={
            "scanned_by_trade": SCANNED_BY_TRADE, "dispensed_by_unit": DISPENSED_BY_UNIT, "late_entry": LATE_ENTRY,
            "taken_back": TAKEN_BACK, "opened": OPENED, "tells_place": TELLS_PLACE, "travels": TRAVELS,
            "passed_on": PASSED_ON, "copies": COPIES, "sold_through_members": THROUGH_MEMBERS,
        },
        thresholds=table,
        by_copies=dict(by_copies(copies)),
    )  # fmt: skip


def main() -> None:
    """Measure as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=50_000)
    parser.add_argument("--copied", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    measure(given.units, given.copied, given.seed)


if __name__ == "__main__":
    main()
