"""A count of what is on the shelves against what the ledger says is there.

A stocktake changes no quantity: what it finds is stated as an observation, and whoever holds the goods decides on the
step that follows from it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tcmchain.errors import TooLarge, Unavailable
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.stock import Holding
from tcmchain.values import LotId


class TooManyCodes(TooLarge):
    """More codes than one stocktake takes: ``limit``."""

    code = "provenance-too-many-codes"


class ReaderUnavailable(Unavailable):
    """The RFID reader does not answer, or broke off: ``reader``, ``reason``."""

    code = "provenance-reader-unavailable"


class ReaderSupportMissing(Unavailable):
    """What speaks with RFID readers is not installed."""

    code = "provenance-reader-support-missing"


class StrayKind(StrEnum):
    """Why a code that was read is not among the goods that the ledger says are here."""

    UNREADABLE = "unreadable"
    NO_UNIT = "no-unit"
    UNKNOWN_ITEM = "unknown-item"
    NOT_HELD = "not-held"
    UNKNOWN_UNIT = "unknown-unit"


@dataclass(frozen=True, slots=True)
class Unit:
    """A packed unit by what stands on its tag: GTIN (fourteen digits) and serial."""

    gtin: str
    serial: str


@dataclass(frozen=True, slots=True)
class Stray:
    """A code, as it was read, that belongs to nothing that is held."""

    code: str
    kind: StrayKind


@dataclass(frozen=True, slots=True)
class Line:
    """Units of one lot; of several lots of one trade item where the tags do not tell which is which."""

    lots: tuple[Lot, ...]
    booked: int
    counted: int

    @property
    def missing(self) -> int:
        """Units that the ledger has and nobody saw."""
        return max(0, self.booked - self.counted)

    @property
    def surplus(self) -> int:
        """Units that were seen beyond those in the ledger."""
        return max(0, self.counted - self.booked)

    @property
    def agrees(self) -> bool:
        """Whether shelf and ledger say the same."""
        return self.booked == self.counted


@dataclass(frozen=True, slots=True)
class Stocktake:
    """What came of a count. ``reads`` are all codes, ``repeats`` those that only repeat one.

    ``uncounted`` are holdings of lots that are not packed in units, which no tag can count.
    """

    reads: int
    repeats: int
    lines: tuple[Line, ...]
    strays: tuple[Stray, ...]
    uncounted: int

    @property
    def booked(self) -> int:
        """Units that the ledger has here."""
        return sum(line.booked for line in self.lines)

    @property
    def counted(self) -> int:
        """Units of these that were seen."""
        return sum(line.counted for line in self.lines)

    @property
    def missing(self) -> int:
        """Units not seen."""
        return sum(line.missing for line in self.lines)

    @property
    def agrees(self) -> bool:
        """Whether shelf and ledger say the same of every unit."""
        return not self.strays and all(line.agrees for line in self.lines)


HasUnit = Callable[[LotId, str], bool | None]
"""Whether a lot has a unit with this serial; ``None`` when the lot's unit codes are not known here."""


def booked_units(held: Holding) -> int:
    """Whole units in a holding: the unit's mass is what the lot made, shared among its units."""
    return held.milligrams * held.lot.units // held.lot.made if held.lot.made else 0


def compare(
    holdings: Sequence[Holding],
    read: Iterable[tuple[str, Unit | StrayKind]],
    known: Callable[[str], bool],
    has_unit: HasUnit,
) -> Stocktake:
    """Set what was read against what is held.

    ``read`` gives each code with the unit that it names; ``known`` tells whether any lot on the ledger has a GTIN.
    """
    items = _items(holdings)
    seen: set[Unit | str] = set()
    counted: Counter[tuple[LotId, ...]] = Counter()
    strays: list[Stray] = []
    reads = repeats = 0
    for code, unit in read:
        reads += 1
        name = unit if isinstance(unit, Unit) else code
        if name in seen:
            repeats += 1
            continue
        seen.add(name)
        place = _place(unit, items, known, has_unit)
        if isinstance(place, StrayKind):
            strays.append(Stray(code, place))
        else:
            counted[place] += 1
    return Stocktake(
        reads=reads,
        repeats=repeats,
        lines=tuple(_lines(items, counted, has_unit)),
        strays=tuple(strays),
        uncounted=sum(1 for held in holdings if not held.lot.units or not held.lot.gtin),
    )


def _items(holdings: Sequence[Holding]) -> dict[str, list[Holding]]:
    items: dict[str, list[Holding]] = {}
    for held in holdings:
        if held.lot.gtin and held.lot.units:
            items.setdefault(held.lot.gtin, []).append(held)
    return items


def _untold(held: Sequence[Holding], has_unit: HasUnit) -> tuple[LotId, ...]:
    """Lots whose unit codes are not known here: a tag cannot tell them apart."""
    return tuple(each.lot.id for each in held if has_unit(each.lot.id, "") is None)


def _place(
    unit: Unit | StrayKind,
    items: Mapping[str, Sequence[Holding]],
    known: Callable[[str], bool],
    has_unit: HasUnit,
) -> tuple[LotId, ...] | StrayKind:
    """The line that a unit counts for, or why it counts for none."""
    if isinstance(unit, StrayKind):
        return unit
    held = items.get(unit.gtin)
    if held is None:
        return StrayKind.NOT_HELD if known(unit.gtin) else StrayKind.UNKNOWN_ITEM
    for each in held:
        if has_unit(each.lot.id, unit.serial):
            return (each.lot.id,)
    return _untold(held, has_unit) or StrayKind.UNKNOWN_UNIT


def _lines(
    items: Mapping[str, Sequence[Holding]], counted: Mapping[tuple[LotId, ...], int], has_unit: HasUnit
) -> Iterable[Line]:
    for held in items.values():
        untold = _untold(held, has_unit)
        for each in held:
            if each.lot.id not in untold:
                yield Line((each.lot,), booked_units(each), counted.get((each.lot.id,), 0))
        if untold:
            together = [each for each in held if each.lot.id in untold]
            booked = sum(booked_units(each) for each in together)
            yield Line(tuple(each.lot for each in together), booked, counted.get(untold, 0))
