"""Old and new dose words, and what they come to in grams.

A measure keeps the words as they were written, the convention by which an old unit counts, and what the amount is for.
Grams are computed from them each time, as a range, and never take the place of the words: schools differ on what a
Han 两 weighed, and pieces and volumes of a herb were weighed by several hands with several results.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Final, Literal, cast

from tcmchain.terms.amounts import Amount, Quantity, read_amount, units
from tcmchain.terms.books import books
from tcmchain.terms.errors import AmountUnreadable, TermUnknown
from tcmchain.terms.herbs import HerbId, herb
from tcmchain.terms.numerals import Range
from tcmchain.terms.tables import Source, Term, rows

Basis = Literal["per-dose", "per-batch", "per-day"]
BASES: Final[tuple[Basis, ...]] = ("per-dose", "per-batch", "per-day")

_MILLIGRAM: Final = Decimal("0.001")
_ANY: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention(Term):
    """How old units count: what a 两 weighs in grams, how many make a 斤, what share of it a 分 is.

    Units that the convention does not know are none, and ``volumes`` tells whether 升 and 合 are those of the Han, by
    which herbs were weighed.
    """

    id: str
    liang: Fraction | None
    jin: int
    fen: Fraction | None
    volumes: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a source says that a number of pieces or measures of a herb weigh, in grams."""

    herb: str
    unit: str
    size: str
    per: Fraction
    low: Fraction
    high: Fraction
    source: Source
    note: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A dose: ``words`` as written, the id of a convention, and what the amount is for.

    ``per-batch`` is all that is made at once, such as a Han 剂 or a lot of pills; ``per-day`` what is taken in a day;
    ``per-dose`` what is taken at once.
    """

    words: str
    convention: str
    basis: Basis


@dataclass(frozen=True, slots=True, order=True)
class GramRange:
    """From so many grams to so many, rounded to milligrams."""

    low: Decimal
    high: Decimal

    def times(self, factor: Fraction) -> "GramRange":
        """Both ends multiplied."""
        return GramRange(_decimal(Fraction(self.low) * factor), _decimal(Fraction(self.high) * factor))

    def __str__(self) -> str:
        """As people write it: ``9`` or ``15–30``."""
        low, high = (f"{end.normalize():f}" for end in (self.low, self.high))
        return low if low == high else f"{low}–{high}"


@cache
def conventions() -> dict[str, Convention]:
    """All conventions by id."""
    return {
        row["id"]: Convention(
            id=row["id"],
            zh=row["zh"],
            en=row["en"],
            liang=Fraction(row["liang"]) if row["liang"] else None,
            jin=int(row["jin"] or 0),
            fen=Fraction(row["fen"]) if row["fen"] else None,
            volumes=row["volumes"] == "yes",
            source=books()[row["source"]],
        )
        for row in rows("conventions")
    }


def convention(id: str) -> Convention:
    """The convention with this id; raises :class:`TermUnknown`."""
    try:
        return conventions()[id]
    except KeyError:
        raise TermUnknown(f"no convention {id!r}", kind="convention", query=id[:40]) from None


@cache
def weighings() -> tuple[Weighing, ...]:
    """Every weight of pieces and measures that a source gives; where sources differ, all stand."""
    return tuple(
        Weighing(
            herb=row["herb"],
            unit=row["unit"],
            size=row["size"],
            per=Fraction(row["per"]),
            low=Fraction(row["low"]),
            high=Fraction(row["high"]),
            source=books()[row["source"]],
            note=row["note"],
        )
        for row in rows("counts")
    )


def weighings_of(herb_id: HerbId, unit: str) -> tuple[Weighing, ...]:
    """What the sources say of one unit of a herb, of a processed one as of its raw herb; empty where nobody says."""
    for name in _names(herb_id):
        if found := _by_unit().get((name, unit)):
            return found
    return ()


def weighings_in(words: str, herb_id: HerbId) -> list[Weighing]:
    """The weighings that the words of an amount call for; raises ``AmountUnreadable``."""
    asked = {"sheng" if units()[q.unit].kind == "volume" else q.unit for q in read_amount(words).low}
    return [each for unit in sorted(asked) for each in weighings_of(herb_id, unit)]


def grams(measure: Measure, herb_id: HerbId) -> GramRange | None:
    """What a measure of a herb comes to; none where it cannot be computed, which is to be shown as such.

    The range spans what the words leave open and what the sources differ in. Raises ``AmountUnreadable``,
    :class:`TermUnknown` for a convention or herb that is not known.
    """
    return _grams(measure.words, measure.convention, herb_id)


def readings(words: str, herb_id: HerbId) -> dict[str, GramRange | None]:
    """The same words by every convention, for people to compare; raises as :func:`grams`."""
    return {id: _grams(words, id, herb_id) for id in conventions()}


def for_a_day(measure: Measure, herb_id: HerbId, servings: int | None, takings: int | None) -> GramRange | None:
    """What is taken of a herb in a day, a batch being ``servings`` of which ``takings`` are taken in a day.

    None where the measure, or a number that it needs, is not known.
    """
    found = grams(measure, herb_id)
    if found is None or measure.basis == "per-day":
        return found
    if takings is None or (measure.basis == "per-batch" and servings is None):
        return None
    return found.times(Fraction(takings, (servings or 1) if measure.basis == "per-batch" else 1))


@lru_cache(maxsize=65_536)
def _grams(words: str, convention_id: str, herb_id: HerbId) -> GramRange | None:
    amount, rule = read_amount(words), convention(convention_id)
    low, high = _sum(amount.low, amount.size, rule, herb_id), _sum(amount.high, amount.size, rule, herb_id)
    if low is None or high is None:
        return None
    return GramRange(_decimal(low[0]), _decimal(high[1]))


def _sum(quantities: tuple[Quantity, ...], size: str, rule: Convention, herb_id: HerbId) -> Range | None:
    total = Fraction(0), Fraction(0)
    for quantity in quantities:
        one = _unit_grams(quantity.unit, size, rule, herb_id)
        if one is None:
            return None
        total = total[0] + quantity.number * one[0], total[1] + quantity.number * one[1]
    return total


def _unit_grams(id: str, size: str, rule: Convention, herb_id: HerbId) -> Range | None:
    unit = units()[id]
    if unit.kind == "gram":
        return unit.per, unit.per
    if unit.kind == "weight":
        share = {"jin": Fraction(rule.jin), "fen": rule.fen}.get(id, unit.per)
        return None if rule.liang is None or share is None else (rule.liang * share, rule.liang * share)
    if unit.kind == "volume" and not rule.volumes:
        return None
    found = weighings_of(herb_id, "sheng" if unit.kind == "volume" else id)
    found = tuple(w for w in found if not size or w.size == size)
    if unit.kind not in ("volume", "count") or not found:
        return None
    share = unit.per
    return min(w.low / w.per for w in found) * share, max(w.high / w.per for w in found) * share


@cache
def _by_unit() -> dict[tuple[str, str], tuple[Weighing, ...]]:
    found: defaultdict[tuple[str, str], list[Weighing]] = defaultdict(list)
    for weighing in weighings():
        found[weighing.herb, weighing.unit].append(weighing)
    return {key: tuple(given) for key, given in found.items()}


def _names(herb_id: HerbId) -> Iterator[str]:
    known = herb(herb_id)
    yield known.id
    if known.base is not None:
        yield known.base
    yield f"*{known.part.id}"
    yield _ANY


def _decimal(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_MILLIGRAM, rounding=ROUND_HALF_EVEN)


def check_measure(measure: Measure) -> Amount:
    """What the words of a measure say; raises ``AmountUnreadable``, or :class:`TermUnknown` for its convention."""
    convention(measure.convention)
    if measure.basis not in BASES:
        raise AmountUnreadable(words=cast(str, measure.basis))
    return read_amount(measure.words)
