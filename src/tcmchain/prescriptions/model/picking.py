"""Which lots of a shelf a prescription is dispensed from: first expired, first out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tcmchain.terms.herbs import HerbId
from tcmchain.values import LotId, Milligrams, UnixTime

_WAYS = frozenset(
    [
        *(
            "炒",
            "麸炒",
            "米炒",
            "炒焦",
            "焦",
            "炭",
            "炙",
            "蜜炙",
            "酒",
            "酒炙",
            "醋",
            "醋炙",
            "盐",
            "盐炙",
            "姜",
            "姜炙",
        ),
        *("姜", "姜炙", "矾", "制", "熟", "煅", "煨", "清", "法"),
    ]
)
"""Words before a name that ask for a processed form; others tell of origin or quality."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """What a member holds of a lot; ``expires`` is 0 when no date was stated.

    ``processed`` names the form of a processed herb that has no id of its own, and is empty for the plain piece.
    """

    lot: LotId
    herb: HerbId
    milligrams: Milligrams
    expires: UnixTime
    processed: str = ""


@dataclass(frozen=True, slots=True)
class Needed:
    """What a line asks for: ``names`` are how its processed form may be called, none for the plain piece."""

    herb: HerbId
    milligrams: Milligrams
    names: frozenset[str] = frozenset()

    def meets(self, one: Shelved) -> bool:
        """Whether a lot is what the line means; a processed form never stands in for a plain one, nor the reverse."""
        return one.herb == self.herb and (one.processed in self.names if self.names else not one.processed)


@dataclass(frozen=True, slots=True)
class Picked:
    """What is taken for one herb, and how much of it the traced lots at hand do not cover."""

    herb: HerbId
    portions: Sequence[tuple[LotId, Milligrams]]
    missing: Milligrams

    @property
    def untraced(self) -> bool:
        """Whether nothing of the herb is traced here."""
        return not self.portions


def total(grams: Decimal, doses: int) -> Milligrams:
    """The quantity of a line: grams a dose times doses, in whole milligrams."""
    return Milligrams(int((grams * 1000 * doses).to_integral_value()))


def processed_names(name: str, processing: str) -> frozenset[str]:
    """How the processed form that a line asks for may be called; none for the plain piece."""
    return frozenset((processing + name, name)) if processing in _WAYS else frozenset()


def pick(shelf: Iterable[Shelved], needs: Iterable[Needed], now: float) -> list[Picked]:
    """Take quantities from a shelf; what has expired is left alone, lots without a date come last."""
    at_hand = [one for one in shelf if not one.expires or one.expires > now]
    at_hand.sort(key=lambda one: (one.expires == 0, one.expires, one.lot))
    left = {one.lot: int(one.milligrams) for one in at_hand}
    return [_pick(need, [one for one in at_hand if need.meets(one)], left) for need in needs]


def _pick(need: Needed, lots: Sequence[Shelved], left: dict[LotId, int]) -> Picked:
    missing, portions = int(need.milligrams), []
    for one in lots:
        taken = min(missing, left[one.lot])
        if taken > 0:
            portions.append((one.lot, Milligrams(taken)))
            left[one.lot] -= taken
            missing -= taken
    return Picked(need.herb, tuple(portions), Milligrams(missing))
