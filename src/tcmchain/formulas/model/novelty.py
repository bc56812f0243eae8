"""How near a formula is to earlier ones, so that a copy earns nothing.

Herbs are compared as their raw herbs, by id, so neither a new name nor another way of processing makes a formula new.
A formula's doses are its herbs' shares of the whole, so units and the size of a batch do not matter. The likeness of a
new formula to an earlier one is ::

    cover · (1 - w + w · agreement) · min(1, kept / 0.5)

``cover`` is how much of the new formula the earlier one has: by number of herbs, or, where at least four herbs are
shared, by mass if that is more. So what is added without weight does not make it new, and a part of an earlier formula
is all in it, while two herbs that often go together are no copy. ``agreement`` is the weighted Jaccard index (Ružička)
of the shares among the herbs that both have, and ``w`` is 1/4 where both have the very same herbs, which makes other
doses of the same formula no less than three quarters alike, and 1/2 elsewhere. ``kept`` is how many of the earlier
formula's herbs are in the new one: three herbs out of ten are no split of it. Likeness is not symmetric.

Where the doses of the earlier formula are sealed, ``agreement`` counts as whole. Likeness is told to everybody, and who
may ask as often as he likes would otherwise read the doses off it, dose by dose.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tcmchain.formulas.model.formula import FormulaDocument
from tcmchain.terms.herbs import HerbId, herb
from tcmchain.values import FormulaId

COPY: Final = 0.8
"""From this likeness on a formula is a copy; the contract has the same limit, in millionths."""

_SAME_HERBS: Final = 0.25
_OTHER_HERBS: Final = 0.5
_BY_MASS: Final = 4
_MOST_MEANS: Final = 2
_KEPT: Final = 0.5
_FLOOR: Final = 0.5

Profile = Mapping[HerbId, float]
"""The raw herbs of a formula, each with its share of the whole; the shares add up to 1."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An earlier formula and the likeness to it, from 0 to 1."""

    formula: FormulaId
    likeness: float

    @property
    def millionths(self) -> int:
        """As the contract keeps it."""
        return round(self.likeness * 1_000_000)


def profile(doses: Iterable[tuple[HerbId, float | None]]) -> dict[HerbId, float]:
    """The shares of the herbs; a dose that cannot be computed counts as the middle of the others.

    No herb counts for more than twice the mean, so that one of great weight, such as a stone or twelve jujubes, does
    not stand for the whole formula.
    """
    known: dict[HerbId, float] = defaultdict(float)
    unknown: set[HerbId] = set()
    for id, grams in doses:
        raw = herb(id).base or id
        if grams is None or grams <= 0:
            unknown.add(raw)
        else:
            known[raw] += grams
    ordered = sorted(known.values())
    middle = ordered[len(ordered) // 2] if ordered else 1.0
    weighed = dict(known) | dict.fromkeys(unknown - known.keys(), middle)
    most = _MOST_MEANS * sum(weighed.values()) / len(weighed) if weighed else 0.0
    capped = {id: min(grams, most) for id, grams in weighed.items()}
    total = sum(capped.values())
    return {id: grams / total for id, grams in capped.items()}


def profile_of(document: FormulaDocument) -> dict[HerbId, float]:
    """The shares of a document's herbs; on a card, which has no doses, all the same."""
    return profile(document.middles())


def likeness(new: Profile, earlier: Profile) -> float:
    """How near ``new`` is to ``earlier``, from 0 to 1."""
    shared = [id for id in new if id in earlier]
    if not shared:
        return 0.0
    pairs = [(new[id], earlier[id]) for id in shared]
    cover = _cover(len(shared), len(new), sum(mine for mine, _ in pairs))
    return _weighed(cover, len(shared) / len(earlier), pairs, len(shared) == len(new) == len(earlier))


def _cover(shared: int, herbs: int, mass: float) -> float:
    return max(shared / herbs, mass) if shared >= _BY_MASS else shared / herbs


def _weighed(cover: float, kept: float, pairs: list[tuple[float, float]], same: bool) -> float:
    weight = _SAME_HERBS if same else _OTHER_HERBS
    mine, theirs = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    least = sum(min(a / mine, b / theirs) for a, b in pairs)
    agreement = least / (2 - least)
    return min(1.0, cover * (1 - weight + weight * agreement) * min(1.0, kept / _KEPT))


def _by_herbs(cover: float, kept: float) -> float:
    return min(1.0, cover * min(1.0, kept / _KEPT))


class Neighbours:
    """Earlier formulas, to find the one that a new formula is nearest to.

    Each herb has a set of bits, one for each formula that holds it. The sets of the new formula's herbs are counted as
    columns of binary numbers, so all formulas are told apart by how many herbs they share in a few operations on long
    numbers; they are weighed from the most shared down, until no less can be nearer than the best. Formulas are added
    one by one.
    """

    def __init__(self) -> None:
        self._ids: list[FormulaId] = []
        self._numbers: dict[HerbId, int] = {}
        self._holding: list[bytearray] = []
        self._sized: dict[int, bytearray] = {}
        self._herbs = array("H")
        self._shares = array("f")
        self._begins = array("L", [0])
        self._sealed = bytearray()

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, formula: FormulaId, shares: Profile, *, sealed: bool = False) -> None:
        """Add a formula or a further version of one; what has no herbs is left out.

        Of one whose doses are ``sealed`` nothing but the herbs is kept.
        """
        if not shares:
            return
        place = len(self._ids)
        if sealed:
            _set(self._sealed, place)
            shares = dict.fromkeys(shares, 1 / len(shares))
        self._ids.append(formula)
        _set(self._sized.setdefault(len(shares), bytearray()), place)
        for id, share in shares.items():
            number = self._numbers.setdefault(id, len(self._numbers))
            if number == len(self._holding):
                self._holding.append(bytearray())
            _set(self._holding[number], place)
            self._herbs.append(number)
            self._shares.append(share)
        self._begins.append(len(self._herbs))

    def nearest(self, shares: Profile, but: FormulaId | None = None) -> Neighbour | None:
        """The formula that is most like it, other than ``but``; none where all have less than half of it."""
        known = {self._numbers[id]: share for id, share in shares.items() if id in self._numbers}
        columns = self._columns(known)
        best, place = _FLOOR, -1
        heaviest = sorted(known.values(), reverse=True)
        for count in range(len(known), 0, -1):
            most = _cover(count, len(shares), sum(heaviest[:count]))
            if most <= best:
                break
            largest = int(count * most / (best * _KEPT))
            for at in _places(self._sharing(columns, count) & self._up_to(largest)):
                found = self._weigh(at, known, len(shares)) if self._ids[at] != but else 0.0
                if found > best:
                    best, place = found, at
        return Neighbour(self._ids[place], best) if place >= 0 else None

    def _columns(self, known: Mapping[int, float]) -> list[int]:
        """How many of these herbs each formula holds, as bits of a number: the first column has the lowest."""
        columns: list[int] = []
        for number in known:
            carried = int.from_bytes(self._holding[number], "little")
            for at, column in enumerate(columns):
                columns[at], carried = column ^ carried, column & carried
            if carried:
                columns.append(carried)
        return columns

    def _sharing(self, columns: list[int], count: int) -> int:
        """The formulas that hold exactly so many."""
        if count >> len(columns):
            return 0
        found = (1 << len(self._ids)) - 1
        for at, column in enumerate(columns):
            found &= column if count >> at & 1 else ~column
        return found

    def _up_to(self, size: int) -> int:
        """The formulas that have at most so many herbs."""
        found = 0
        for each, places in self._sized.items():
            if each <= size:
                found |= int.from_bytes(places, "little")
        return found

    def _weigh(self, place: int, known: Mapping[int, float], herbs: int) -> float:
        begin, end = self._begins[place], self._begins[place + 1]
        pairs = [
            (known[number], share)
            for number, share in zip(self._herbs[begin:end], self._shares[begin:end], strict=True)
            if number in known
        ]
        cover, kept = _cover(len(pairs), herbs, sum(mine for mine, _ in pairs)), len(pairs) / (end - begin)
        if _has(self._sealed, place):
            return _by_herbs(cover, kept)
        return _weighed(cover, kept, pairs, len(pairs) == herbs == end - begin)


def _set(bits: bytearray, place: int) -> None:
    if place >> 3 >= len(bits):
        bits.extend(bytes((place >> 3) + 1 - len(bits)))
    bits[place >> 3] |= 1 << (place & 7)


def _has(bits: bytearray, place: int) -> bool:
    return place >> 3 < len(bits) and bool(bits[place >> 3] >> (place & 7) & 1)


def _places(bits: int) -> Iterator[int]:
    """The places of the bits that are set, in order."""
    for at, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        while byte:
            lowest = byte & -byte
            yield at * 8 + lowest.bit_length() - 1
            byte ^= lowest
