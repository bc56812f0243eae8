"""How near a formula is to earlier ones, so that a copy earns nothing.

Herbs are compared as their raw herbs, by id, so neither a new name nor another way of processing makes a formula new.
A formula's doses are its herbs' shares of the whole, so units and the size of a batch do not matter. The likeness of a
new formula to an earlier one is ::

    cover · (3/4 + 1/4 · agreement) · min(1, kept / 0.4)

``cover`` is how much of the new formula the earlier one has, by number of herbs or by mass, whichever is more: what is
added without weight does not make it new, and a part of an earlier formula is all in it. ``agreement`` is the weighted
Jaccard index (Ružička) of the shares among the herbs that both have: other doses of the same herbs make a formula no
less than three quarters alike. ``kept`` is how many of the earlier formula's herbs are in the new one: two herbs out of
ten are no split of it. Likeness is not symmetric.
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

_DOSE_WEIGHT: Final = 0.25
_KEPT: Final = 0.4
_FLOOR: Final = 0.3
_ONE: Final = 1 << 40
_MASS: Final = _ONE - 1
_UNIT: Final = 1 << 30

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
    """The shares of the herbs; a dose that cannot be computed counts as the middle of the others."""
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
    total = sum(weighed.values())
    return {id: grams / total for id, grams in weighed.items()}


def profile_of(document: FormulaDocument) -> dict[HerbId, float]:
    """The shares of a document's herbs; on a card, which has no doses, all the same."""
    return profile(document.middles())


def likeness(new: Profile, earlier: Profile) -> float:
    """How near ``new`` is to ``earlier``, from 0 to 1."""
    shared = [id for id in new if id in earlier]
    if not shared:
        return 0.0
    pairs = [(new[id], earlier[id]) for id in shared]
    cover = max(len(shared) / len(new), sum(mine for mine, _ in pairs))
    return _weighed(cover, len(shared) / len(earlier), pairs)


def _weighed(cover: float, kept: float, pairs: list[tuple[float, float]]) -> float:
    mine, theirs = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    least = sum(min(a / mine, b / theirs) for a, b in pairs)
    agreement = least / (2 - least)
    return min(1.0, cover * (1 - _DOSE_WEIGHT + _DOSE_WEIGHT * agreement) * min(1.0, kept / _KEPT))


class Neighbours:
    """Earlier formulas, to find the one that a new formula is nearest to.

    Lists of formulas by herb give how many herbs and how much mass of the new formula each earlier one has; the best
    bounds are weighed first, and none that cannot beat the best found. Formulas are added one by one.
    """

    def __init__(self) -> None:
        self._ids: list[FormulaId] = []
        self._numbers: dict[HerbId, int] = {}
        self._holding: list[array[int]] = []
        self._herbs = array("H")
        self._shares = array("f")
        self._begins = array("L", [0])

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, formula: FormulaId, shares: Profile) -> None:
        """Add a formula or a further version of one; what has no herbs is left out."""
        if not shares:
            return
        place = len(self._ids)
        self._ids.append(formula)
        for id, share in shares.items():
            number = self._numbers.setdefault(id, len(self._numbers))
            if number == len(self._holding):
                self._holding.append(array("L"))
            self._holding[number].append(place)
            self._herbs.append(number)
            self._shares.append(share)
        self._begins.append(len(self._herbs))

    def nearest(self, shares: Profile, but: FormulaId | None = None) -> Neighbour | None:
        """The formula that is most like it, other than ``but``; none where all have less than 0.3 in common."""
        best: Neighbour | None = None
        known = {self._numbers[id]: share for id, share in shares.items() if id in self._numbers}
        for bound, place, cover, kept in self._bounds(known, len(shares)):
            if best is not None and bound <= best.likeness:
                break
            if self._ids[place] == but:
                continue
            found = _weighed(cover, kept, list(self._pairs(place, known)))
            if best is None or found > best.likeness:
                best = Neighbour(self._ids[place], found)
        return best

    def _bounds(self, known: Mapping[int, float], herbs: int) -> list[tuple[float, int, float, float]]:
        """Candidates by the most that their likeness can be, the best first: bound, place, cover, share kept."""
        common = [0] * len(self._ids)
        for number, share in known.items():
            step = _ONE + int(share * _UNIT)
            for place in self._holding[number]:
                common[place] += step
        least_herbs, least_mass = int(herbs * _FLOOR + 1) * _ONE, int(_FLOOR * _UNIT)
        begins = self._begins
        found = []
        for place, packed in enumerate(common):
            if packed >= least_herbs or packed & _MASS >= least_mass:
                count = packed >> 40
                cover = max(count / herbs, (packed & _MASS) / _UNIT)
                kept = count / (begins[place + 1] - begins[place])
                found.append((cover * min(1.0, kept / _KEPT), place, cover, kept))
        found.sort(key=lambda one: (-one[0], one[1]))
        return found

    def _pairs(self, place: int, known: Mapping[int, float]) -> Iterator[tuple[float, float]]:
        for at in range(self._begins[place], self._begins[place + 1]):
            mine = known.get(self._herbs[at])
            if mine is not None:
                yield mine, self._shares[at]
