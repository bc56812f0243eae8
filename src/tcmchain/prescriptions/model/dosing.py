"""Doses against the ranges of a rule set, in exact decimals; what has no range cannot be checked, and says so."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from tcmchain.prescriptions.model.collecting import Collector, as_taken
from tcmchain.prescriptions.model.drafting import HOUSE
from tcmchain.prescriptions.model.grades import Rule
from tcmchain.prescriptions.model.prescription import Line
from tcmchain.prescriptions.model.reading import plain
from tcmchain.prescriptions.model.rules import HerbRules, Range

_FITTING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "decoction": ("decoction",),
        # 入丸散 is one range for both.
        "powder": ("powder", "pill"),
        "pill": ("pill", "powder"),
    }
)
_BASES: Final = ("per-day", "per-dose")
_TWO: Final = Decimal(2)


def check_doses(found: Collector) -> None:
    """Every herb's grams against its ranges, the lines of one herb and form added up."""
    if not found.prescription.days or not found.prescription.doses:
        if found.herbs:
            found.add(Rule.CANNOT_DAYS, found.rules.norms[Rule.NORM_COUNT])
        return
    for herb in found.herbs:
        taken: dict[str, list[Line]] = {}
        outside: list[Line] = []
        for line in found.lines[herb.id]:
            if found.outside(line):
                outside.append(line)
            elif line.grams:
                taken.setdefault(as_taken(line), []).append(line)
        if outside:
            found.add(Rule.CANNOT_EXTERNAL, _where(herb), (herb.id,))
        for form, lines in taken.items():
            _check(found, herb, form, lines)


def ranges_for(herb: HerbRules, form: str) -> Iterator[Sequence[Range]]:
    """For each basis, the ranges that hold for a form: the newest edition that was read first, reported ones last."""
    for basis in _BASES:
        for fitting in _FITTING.get(form, ()):
            given = [one for one in herb.ranges if (one.form, one.basis) == (fitting, basis)]
            if given:
                yield sorted(given, key=lambda one: one.reported)
                break


def _check(found: Collector, herb: HerbRules, form: str, lines: Sequence[Line]) -> None:
    # A range for swallowing is missing for most herbs; that of the decoction is never taken in its place.
    known = list(ranges_for(herb, form))
    if not known:
        rule = Rule.CANNOT_DOSE_GREAT if herb.toxicity == "great" else Rule.CANNOT_DOSE
        found.add(rule, _where(herb), (herb.id,), form, form=form)
        return
    total = sum((line.grams for line in lines), Decimal(0)) * found.prescription.doses
    for ranges in known:
        _compare(found, herb, form, total, ranges, alone=len(known) == 1)


def _compare(
    found: Collector, herb: HerbRules, form: str, total: Decimal, ranges: Sequence[Range], *, alone: bool
) -> None:
    """Compare ``total`` grams of all days; multiplying the range instead of dividing keeps every digit."""
    range = ranges[0]
    parts = _parts(found, range)
    data = {"form": form, "basis": range.basis, "low": plain(range.low), "high": plain(range.high)}
    grams = _shown(total / parts)
    mark = f"{form}/{range.basis}"
    if total > range.high * parts:
        found.add(_over(herb, total, range.high * parts), range.source, (herb.id,), mark, grams=grams, **data)
    elif total < range.low * parts and (alone or range.basis == "per-day"):
        found.add(Rule.DOSE_UNDER, range.source, (herb.id,), mark, grams=grams, **data)
    for other in ranges[1:]:
        within = range.low * parts <= total <= range.high * parts
        if within and not other.low * parts <= total <= other.high * parts:
            differing = data | {"low": plain(other.low), "high": plain(other.high)}
            found.add(Rule.DOSE_EDITIONS, other.source, (herb.id,), f"{mark}/{other.source}", grams=grams, **differing)


def _over(herb: HerbRules, total: Decimal, highest: Decimal) -> Rule:
    if herb.toxicity == "great":
        return Rule.DOSE_OVER_GREAT
    return Rule.DOSE_DOUBLE if total > _TWO * highest else Rule.DOSE_OVER


def _parts(found: Collector, range: Range) -> int:
    """In how many days or single doses everything is taken."""
    one = found.prescription
    return one.days * max(one.times, 1) if range.basis == "per-dose" else one.days


def _shown(grams: Decimal) -> str:
    # Three significant places, so that no small amount is shown as nothing.
    places = max(2, 2 - grams.adjusted()) if grams else 2
    return plain(grams.quantize(Decimal(1).scaleb(-places)))


def _where(herb: HerbRules) -> str:
    """Where one looked in vain."""
    return herb.read or herb.toxicity_source or HOUSE


def check_restrictions(found: Collector) -> None:
    """What the law forbids or bounds: 毒性药品 by two days' maximum, 罂粟壳 by three days, some never."""
    for herb in found.herbs:
        law = herb.restricted
        if law is None:
            continue
        years = {"years": law.keep_years, "days": law.days}
        if law.kind == "banned":
            found.add(Rule.BANNED, law.source, (herb.id,))
        elif law.kind == "opium":
            found.add(Rule.OPIUM, law.source, (herb.id,), **years)
            if found.prescription.days > law.days:
                found.add(Rule.OPIUM_DAYS, law.source, (herb.id,), given=found.prescription.days, **years)
        else:
            found.add(Rule.ORDER23, law.source, (herb.id,), **years)
            _check_amount(found, herb, law.days, law.source)


def _check_amount(found: Collector, herb: HerbRules, days: int, source: str) -> None:
    """The whole amount of a herb of Order 23 against the maximum of so many days."""
    taken: dict[str, Decimal] = {}
    for line in found.lines[herb.id]:
        form = "external" if found.outside(line) else as_taken(line)
        taken[form] = taken.get(form, Decimal(0)) + line.grams * found.prescription.doses
    for form, total in taken.items():
        daily = [_a_day(found, ranges[0]) for ranges in ranges_for(herb, form)]
        if not daily:
            found.add(Rule.CANNOT_ORDER23, source, (herb.id,), form, form=form, days=days)
        elif total > min(daily) * days:
            most = plain(min(daily) * days)
            found.add(Rule.ORDER23_AMOUNT, source, (herb.id,), form, grams=plain(total), most=most, days=days)


def _a_day(found: Collector, range: Range) -> Decimal:
    return range.high * max(found.prescription.times, 1) if range.basis == "per-dose" else range.high
