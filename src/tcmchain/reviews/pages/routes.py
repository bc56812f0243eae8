"""``/reviews``: the patient's own, a formula's reviews, and reports of harm."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.service import Practitioners
from tcmchain.reviews.model.reviews import Order
from tcmchain.reviews.model.texts import LONGEST
from tcmchain.reviews.pages.wording import ORDERS, SEVERITIES, NameFormula, Words, percent
from tcmchain.reviews.service.building import Reviewing
from tcmchain.values import FormulaId, Hash32
from tcmchain.web.i18n import language_of
from tcmchain.web.pages import Pages
from tcmchain.web.session import caller

_PAGE: Final = 20
_MOST_RANKED: Final = 50
_SCOPES: Final = ("physician", "pharmacist")
FormulaPath = Annotated[str, Path(pattern="^0x[0-9a-f]{64}$")]
FormulaQuery = Annotated[str, Query(pattern="^(0x[0-9a-f]{64})?$")]
Page = Annotated[int, Query(ge=1, le=50_000)]


def router(
    reviewing: Reviewing, practitioners: Practitioners, roll: Roll, name_formula: NameFormula, pages: Pages
) -> APIRouter:
    """The pages of reviews."""
    found = APIRouter(prefix="/reviews", include_in_schema=False)
    shown = ReviewPages(reviewing, practitioners, roll, name_formula)

    @found.get("")
    def show_reviews(request: Request) -> Response:
        """What formulas have been reviewed, and the patient's own vouchers and reviews."""
        return pages.render(request, "reviews/reviews.html", **shown.all(request))

    @found.get("/formulas/{formula}")
    def show_formula(
        request: Request, formula: FormulaPath, order: Order = Order.NEWEST, page: Page = 1, version: int | None = None
    ) -> Response:
        """A formula's reviews."""
        more = shown.formula(request, FormulaId(formula), order, page, version)
        return pages.render(request, "reviews/formula.html", **more)

    @found.get("/harm")
    def show_harms(request: Request, formula: FormulaQuery = "", page: Page = 1) -> Response:
        """Reports of harm, those without answer first."""
        return pages.render(request, "reviews/harms.html", **shown.harms(request, formula, page))

    @found.get("/{review}")
    def show_review(request: Request, review: FormulaPath) -> Response:
        """One review with what proves it."""
        return pages.render(request, "reviews/review.html", **shown.review(request, Hash32(review)))

    return found


class ReviewPages:
    """Gathers what the pages show."""

    def __init__(
        self, reviewing: Reviewing, practitioners: Practitioners, roll: Roll, name_formula: NameFormula
    ) -> None:
        self._reviewing = reviewing
        self._practitioners = practitioners
        self._roll = roll
        self._name_formula = name_formula

    def all(self, request: Request) -> dict[str, Any]:
        """The formulas with reviews by what is certain of them, and members' counts."""
        words, reviews = self._words(request), self._reviewing.reviews
        ranked = reviews.ordered(reviews.reviewed(_MOST_RANKED))
        return {
            "rows": [(one, words.formula(one), evidence, percent(evidence.bound)) for one, evidence in ranked],
            "standings": [(one, words.member(one.member)) for one in reviews.standings()],
            "waiting": self._reviewing.harms.waiting(),
        }

    def formula(
        self, request: Request, formula: FormulaId, order: Order, page: int, version: int | None
    ) -> dict[str, Any]:
        """A page of a formula's reviews."""
        words, reviews = self._words(request), self._reviewing.reviews
        found = reviews.reviews(formula, version, order, _PAGE, (page - 1) * _PAGE)
        summary = words.summary(reviews.summary(formula, version))
        return {
            "formula": formula,
            "name": words.formula(formula),
            "summary": summary,
            "rows": [words.review(told) for told in found],
            "order": order,
            "orders": ORDERS,
            "version": version,
            "page": page,
            "last": -(-summary.evidence.n // _PAGE),
            **self._harm_marks(words, formula),
        }

    def panel(self, request: Request, formula: FormulaId) -> dict[str, Any]:
        """The same in short."""
        words, reviews = self._words(request), self._reviewing.reviews
        summary = words.summary(reviews.summary(formula))
        latest = [words.review(told) for told in reviews.reviews(formula, limit=2)]
        return {"formula": formula, "summary": summary, "rows": latest, **self._harm_marks(words, formula)}

    def harms(self, request: Request, formula: str, page: int) -> dict[str, Any]:
        """A page of reports."""
        words, reader = self._words(request), caller(request)
        which = FormulaId(formula) if formula else None
        found = self._reviewing.harms.harms(which, limit=_PAGE, offset=(page - 1) * _PAGE)
        licensed = reader is not None and any(self._practitioners.may_act(reader.address, s) for s in _SCOPES)
        return {
            "rows": [words.harm(told) for told in found],
            "formula": formula,
            "name": words.formula(which) if which else "",
            "waiting": self._reviewing.harms.waiting(),
            "severities": [(severity.word, words.say(word)) for severity, (word, _) in SEVERITIES.items()],
            "reports": licensed,
            "answers": reader is not None and reader.kind == Kind.REGULATOR.word,
            "page": page,
            "more": len(found) == _PAGE,
            "longest": LONGEST,
        }

    def review(self, request: Request, review: Hash32) -> dict[str, Any]:
        """One review."""
        words, reader = self._words(request), caller(request)
        told = self._reviewing.reviews.told(self._reviewing.reviews.review(review))
        erases = reader is not None and reader.kind == Kind.REGULATOR.word and not told.review.erased
        return {"row": words.review(told), "name": words.formula(told.review.formula), "erases": erases}

    def _harm_marks(self, words: Words, formula: FormulaId) -> dict[str, Any]:
        notice = self._reviewing.harms.notice(formula)
        return {"harms": [(words.say(SEVERITIES[s][0]), SEVERITIES[s][1], count) for s, count in notice]}

    def _words(self, request: Request) -> Words:
        return Words(language_of(request), self._roll, self._name_formula)
