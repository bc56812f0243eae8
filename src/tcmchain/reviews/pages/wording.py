"""What the pages of reviews say of numbers and marks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from tcmchain.members.service.roll import Roll
from tcmchain.reviews.model.outcomes import Evidence, HerbEffect, Outcome
from tcmchain.reviews.model.reviews import Harm, Order, Review, Severity
from tcmchain.reviews.service.harms import ToldHarm
from tcmchain.reviews.service.reviews import Summary, Told
from tcmchain.terms.herbs import herb
from tcmchain.values import BEIJING, FormulaId, MemberId
from tcmchain.web.drawing.bars import share_bar
from tcmchain.web.i18n import N_, Language, translator

NameFormula = Callable[[FormulaId], str]
"""What a formula is called; an empty text when the node does not know it."""

OUTCOMES: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.CURED: (N_("临床痊愈"), "ok"),
    Outcome.MARKED: (N_("显效"), "ok"),
    Outcome.EFFECTIVE: (N_("有效"), ""),
    Outcome.NOT_EFFECTIVE: (N_("无效"), "warn"),
}
SEVERITIES: Final[Mapping[Severity, tuple[str, str]]] = {
    Severity.LIFE_THREATENING: (N_("危及生命"), "bad"),
    Severity.SEVERE: (N_("重度"), "bad"),
    Severity.MODERATE: (N_("中度"), "warn"),
    Severity.MILD: (N_("轻度"), "warn"),
}
ORDERS: Final[Mapping[Order, str]] = {
    Order.NEWEST: N_("最新"),
    Order.OLDEST: N_("最早"),
    Order.BEST: N_("疗效最好"),
    Order.WORST: N_("疗效最差"),
}
EFFECTS: Final[Mapping[str, tuple[str, str]]] = {
    "helped": (N_("有帮助"), "ok"),
    "unsure": (N_("说不清"), ""),
    "harm": (N_("不适"), "warn"),
}
_BARS: Final = (("held", "cured"), ("used", "marked"), ("in_transit", "effective"), ("rest", "none"))


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review as a page tells it."""

    told: Told
    member: str
    when: str
    outcome: tuple[str, str]
    herbs: Sequence[tuple[str, str, str]]

    @property
    def review(self) -> Review:
        return self.told.review


@dataclass(frozen=True, slots=True)
class HarmRow:
    """A report of harm as a page tells it."""

    told: ToldHarm
    formula: str
    member: str
    when: str
    severity: tuple[str, str]
    answers: Sequence[tuple[str, str, str]]

    @property
    def harm(self) -> Harm:
        return self.told.harm


@dataclass(frozen=True, slots=True)
class SummaryShown:
    """What reviews amount to, in words and bars."""

    evidence: Evidence
    bound: str
    bar: Markup
    stars: Sequence[tuple[int, int, Markup]]
    herbs: Sequence[tuple[str, HerbEffect]]


class Words:
    """One reader's language, and the names of members and formulas."""

    def __init__(self, language: Language, roll: Roll, name_formula: NameFormula) -> None:
        self.say = translator(language)
        self._language: Language = language
        self._roll = roll
        self._name_formula = name_formula

    def member(self, member: MemberId | None) -> str:
        """A member's name."""
        found = {} if member is None else self._roll.members([member])
        return "" if member is None or member not in found else found[member].profile.name(self._language)

    def formula(self, formula: FormulaId) -> str:
        """A formula's name, or the beginning of its id."""
        return self._name_formula(formula) or f"{formula[:10]}…"

    def herb(self, wanted: str) -> str:
        """A herb's name, or its id when this release does not know it."""
        try:
            return herb(wanted).name(self._language)
        except (KeyError, LookupError, ValueError):
            return wanted

    def review(self, told: Told) -> ReviewRow:
        """A review."""
        said = {} if told.text is None else told.text.herbs
        herbs = [(self.herb(one), self.say(EFFECTS[effect][0]), EFFECTS[effect][1]) for one, effect in said.items()]
        word, tone = OUTCOMES[told.review.outcome]
        return ReviewRow(
            told, self.member(told.review.member), moment(told.review.happened), (self.say(word), tone), herbs
        )

    def harm(self, told: ToldHarm) -> HarmRow:
        """A report of harm."""
        found = told.harm
        word, tone = SEVERITIES[found.severity]
        answers = [(self.member(one.member), one.statement, moment(one.at)) for one in found.answers]
        where = self.formula(found.formula), self.member(found.member), moment(found.happened)
        return HarmRow(told, *where, (self.say(word), tone), answers)

    def summary(self, found: Summary) -> SummaryShown:
        """What reviews amount to; a share never stands without how many it is of."""
        known = found.evidence
        counts = (known.cured, known.marked - known.cured, known.effective - known.marked, known.n - known.effective)
        parts = tuple((css, count) for (css, _), count in zip(_BARS, counts, strict=True))
        names = [self.say(OUTCOMES[one][0]) for one in sorted(Outcome, reverse=True)]
        told = "，".join(f"{name} {count}" for name, count in zip(names, counts, strict=True))
        most = max((*found.stars.values(), 1))
        stars = [
            (star, found.stars.get(star, 0), share_bar((("used", found.stars.get(star, 0)), ("rest", most)), ""))
            for star in range(5, 0, -1)
        ]
        herbs = [(self.herb(one.herb), one) for one in found.herbs]
        return SummaryShown(known, percent(known.bound), share_bar(parts, told), stars, herbs)


def percent(share: float) -> str:
    """A share in whole per cent, rounded down, so that it promises no more than it says."""
    return f"{int(share * 100)}%"


def moment(at: int) -> str:
    """A moment in Beijing."""
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y-%m-%d %H:%M")
