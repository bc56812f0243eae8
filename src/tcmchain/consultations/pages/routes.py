"""``/consultations``: what was asked, one question with its answers, and the form to ask."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathPart
from starlette.responses import Response

from tcmchain.consultations.model.questions import Answer, Found, Question, State
from tcmchain.consultations.model.texts import LONGEST_ANSWER, LONGEST_CONDITION, LONGEST_SOURCE, LONGEST_TRIED
from tcmchain.consultations.service import Consultations, NamedFormula
from tcmchain.consultations.service.consultations import Narrowed
from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.service import Practitioners
from tcmchain.terms import vocabulary
from tcmchain.values import BEIJING, Address, FormulaId, QuestionId
from tcmchain.web.i18n import N_, Language, language_of
from tcmchain.web.pages import Pages
from tcmchain.web.session import caller

_PAGE: Final = 20
_EXCERPT: Final = 140
_PHYSICIAN: Final = "physician"

STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.OPEN: (N_("待答复"), "warn"),
    State.ANSWERED: (N_("已答复"), ""),
    State.HELPED: (N_("有帮助"), "ok"),
    State.CLOSED: (N_("已关闭"), ""),
    State.ERASED: (N_("文字已删除"), ""),
}
LENGTHS: Final = {
    "condition": LONGEST_CONDITION,
    "tried": LONGEST_TRIED,
    "words": LONGEST_ANSWER,
    "source": LONGEST_SOURCE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A question as a list tells it."""

    question: Question
    excerpt: str
    codes: tuple[str, ...]
    because: tuple[str, ...]
    when: str
    state: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as the page tells it: who gave it, and which formula it names."""

    answer: Answer
    member: str
    licensed: bool
    formula: NamedFormula | None
    when: str


def router(consultations: Consultations, practitioners: Practitioners, roll: Roll, pages: Pages) -> APIRouter:
    """The pages of questions."""
    found = APIRouter(prefix="/consultations", include_in_schema=False)

    @found.get("")
    def show_questions(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        state: Annotated[State | None, Query()] = None,
        formula: Annotated[str, Query(pattern="^(0x[0-9a-f]{64})?$")] = "",
        page: Annotated[int, Query(ge=1, le=50_000)] = 1,
    ) -> Response:
        """Questions that fit words, or all; narrowed by how they stand and by a formula that answers name."""
        named = FormulaId(formula) if formula else None
        shown = consultations.search(q, Narrowed(state, formula=named), _PAGE, (page - 1) * _PAGE)
        return pages.render(
            request,
            "consultations/questions.html",
            rows=[_row(one, language_of(request)) for one in shown.found],
            total=shown.total,
            counts=consultations.counts(),
            states=STATES,
            state=state,
            q=q,
            formula=formula,
            named=None if named is None else consultations.formula(named),
            page=page,
            last=-(-shown.total // _PAGE),
        )

    @found.get("/ask")
    def show_form(request: Request) -> Response:
        """The form to ask."""
        return pages.render(request, "consultations/ask.html", lengths=LENGTHS)

    @found.get("/{question}")
    def show_question(request: Request, question: Annotated[str, PathPart(pattern="^0x[0-9a-f]{64}$")]) -> Response:
        """A question with its answers, and what the reader may do about it."""
        one = consultations.question(QuestionId(question))
        reader = caller(request)
        return pages.render(
            request,
            "consultations/question.html",
            row=_row(Found(one), language_of(request)),
            given=_given(consultations, practitioners, roll, one, language_of(request)),
            may_answer=reader is not None and practitioners.may_act(reader.address, _PHYSICIAN),
            may_erase=reader is not None and reader.kind == Kind.REGULATOR.word,
            mine=reader is not None and reader.address == one.asker,
            lengths=LENGTHS,
        )

    return found


def _row(found: Found, language: Language) -> Row:
    question, text = found.question, found.question.text
    told = "" if text is None else " ".join(text.condition.split())
    codes = () if text is None else _codes(text.disease, text.syndrome, language)
    excerpt = told if len(told) <= _EXCERPT else told[: _EXCERPT - 1] + "…"
    return Row(question, excerpt, codes, found.because, _when(question.asked), STATES[question.state])


def _codes(disease: str, syndrome: str, language: Language) -> tuple[str, ...]:
    known = ((vocabulary.diseases(), disease), (vocabulary.syndromes(), syndrome))
    return tuple(terms[code].name(language) for terms, code in known if code in terms)


def _given(
    consultations: Consultations, practitioners: Practitioners, roll: Roll, question: Question, language: Language
) -> list[Given]:
    answers = consultations.answers(question.id)
    members = _members(roll, {answer.practitioner for answer in answers}, language)
    formulas = {answer.formula: consultations.formula(answer.formula) for answer in answers if answer.formula}
    return [
        Given(
            answer,
            members[answer.practitioner],
            practitioners.may_act(answer.practitioner, _PHYSICIAN),
            None if answer.formula is None else formulas[answer.formula],
            _when(answer.answered),
        )
        for answer in answers
    ]


def _members(roll: Roll, accounts: Collection[Address], language: Language) -> dict[Address, str]:
    found = {account: roll.member_of(account) for account in accounts}
    return {account: "" if member is None else member.profile.name(language) for account, member in found.items()}


def _when(moment: int) -> str:
    return datetime.fromtimestamp(moment, BEIJING).strftime("%Y-%m-%d %H:%M")
