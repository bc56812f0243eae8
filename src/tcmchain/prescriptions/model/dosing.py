"""Doses against the ranges of a rule set, in exact decimals; what has no range cannot be checked, and says so."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from tcmchain.prescriptions.model.collecting import Collector, as_taken
from tcmchain.prescriptions.model.drafting import HOUSE
from tcmchain.prescriptions.model.grades import Rule
from tcmchain.prescriptions.model.prescription import Line
from tcmchain.prescriptions.model.reading import plain
from tcmchain.prescriptions.model.rules import HerbRules, Range

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


def _check(found: Collector, herb: HerbRules, form: str, lines: Sequence[Line]) -> None:
    known = herb.ranged[form]
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
    if total > range.high * parts:
        _say(found, _over(herb, total, range.high * parts), herb, form, total / parts, range)
        return
    if total < range.low * parts:
        if alone or range.basis == "per-day":
            _say(found, Rule.DOSE_UNDER, herb, form, total / parts, range)
        return
    for other in ranges[1:]:
        if not other.low * parts <= total <= other.high * parts:
            _say(found, Rule.DOSE_EDITIONS, herb, form, total / parts, other, f"/{other.source}")


def _say(
    found: Collector, rule: Rule, herb: HerbRules, form: str, grams: Decimal, range: Range, more: str = ""
) -> None:
    found.add(
        rule,
        range.source,
        (herb.id,),
        f"{form}/{range.basis}{more}",
        form=form,
        basis=range.basis,
        grams=_shown(grams),
        low=plain(range.low),
        high=plain(range.high),
    )


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
        daily = [_a_day(found, ranges[0]) for ranges in herb.ranged.get(form, ())]
        if not daily:
            found.add(Rule.CANNOT_ORDER23, source, (herb.id,), form, form=form, days=days)
        elif total > min(daily) * days:
            most = plain(min(daily) * days)
            found.add(Rule.ORDER23_AMOUNT, source, (herb.id,), form, grams=plain(total), most=most, days=days)


def _a_day(found: Collector, range: Range) -> Decimal:
    return range.high * max(found.prescription.times, 1) if range.basis == "per-dose" else range.high
