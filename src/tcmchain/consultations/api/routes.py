"""``/api/consultations``."""

import time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator

from tcmchain.chain.handover import HandOver
from tcmchain.consultations.api import bodies as b
from tcmchain.consultations.model.questions import State
from tcmchain.consultations.service import Consultations
from tcmchain.consultations.service.consultations import Narrowed
from tcmchain.members.model.genesis import read_account
from tcmchain.terms import vocabulary
from tcmchain.terms.vocabulary import CodeKind
from tcmchain.values import Address, FormulaId, Hash32, QuestionId
from tcmchain.web.allowance import Allowance
from tcmchain.web.askings import asking_account
from tcmchain.web.calls import CallsView
from tcmchain.web.text_doors import A_MINUTE, TextsTooMany, add_text_doors

Account = Annotated[Address, Depends(asking_account)]
AccountQuery = Annotated[
    str | None, Query(pattern="^0x[0-9a-fA-F]{40}$"), AfterValidator(lambda text: text and read_account(text))
]
QuestionPath = Annotated[str, Path(pattern="^0x[0-9a-f]{64}$", description="id of the question")]
FormulaPath = Annotated[str, Path(pattern="^0x[0-9a-f]{64}$", description="id of the formula")]
FormulaQuery = Annotated[str | None, Query(pattern="^0x[0-9a-f]{64}$")]
Number = Annotated[int, Path(ge=1, lt=1 << 32, description="number of the answer")]

_SIMILAR: Final = 5
_SIMILAR_A_MINUTE: Final = 240
_CODES: Final = 20


def router(consultations: Consultations, hand_over: HandOver) -> APIRouter:
    """Questions, answers, and their texts by hash."""
    found = APIRouter(prefix="/api/consultations", tags=["consultations"])
    _reading(found, consultations)
    _writing(found, consultations, hand_over)
    _of_asker(found, consultations, hand_over)
    add_text_doors(found, consultations.texts)
    return found


def _reading(found: APIRouter, consultations: Consultations) -> None:
    @found.get("/questions")
    def list_questions(
        q: Annotated[str, Query(max_length=200, description="words, symptoms or their pinyin")] = "",
        state: Annotated[b.StateName | None, Query()] = None,
        asker: AccountQuery = None,
        practitioner: AccountQuery = None,
        formula: FormulaQuery = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> b.QuestionsView:
        """Questions that fit words best, or all, newest first; those whose text was deleted only when asked for."""
        narrowed = Narrowed(
            None if state is None else State(state),
            None if asker is None else Address(asker),
            None if practitioner is None else Address(practitioner),
            None if formula is None else FormulaId(formula),
        )
        page = consultations.search(q, narrowed, limit, offset)
        return b.QuestionsView(
            questions=[b.AskedView.found(one) for one in page.found], total=page.total, offset=page.offset
        )

    @found.get("/questions/{question}")
    def read_question(question: QuestionPath) -> b.WholeView:
        """A question with its answers."""
        one = consultations.question(QuestionId(question))
        given = [b.AnswerView.of(answer) for answer in consultations.answers(one.id)]
        return b.WholeView(**b.QuestionView.of(one).model_dump(), given=given)

    @found.get("/formulas/{formula}/answers")
    def list_naming(formula: FormulaPath) -> list[b.AnswerView]:
        """Answers that name a formula, newest first."""
        return [b.AnswerView.of(answer) for answer in consultations.naming(FormulaId(formula))]

    @found.get("/asked/{tx}")
    def find_asked(tx: Annotated[str, Path(pattern="^0x[0-9a-f]{64}$")]) -> b.AskedView:
        """The question that a transaction asked."""
        return b.AskedView(question=consultations.asked_in(Hash32(tx)))

    @found.get("/codes/{kind}")
    def find_codes(kind: CodeKind, q: Annotated[str, Query(min_length=1, max_length=40)]) -> list[b.CodeView]:
        """Codes of diseases, syndromes or therapies that a text names, or whose names hold it."""
        return [b.CodeView.of(code) for code in vocabulary.find_code(kind, q)[:_CODES]]

    allowance = Allowance(_SIMILAR_A_MINUTE)

    @found.post("/similar")
    def find_similar(body: b.SimilarBody, request: Request) -> b.SimilarView:
        """Earlier questions like what is about to be asked; nothing of it is kept."""
        wait = allowance.spend("unknown" if request.client is None else request.client.host, time.time())
        if wait:
            raise TextsTooMany(seconds=wait)
        similar = consultations.similar(f"{body.condition}\n{body.tried}", _SIMILAR)
        return b.SimilarView(questions=[b.AskedView.found(one) for one in similar])


def _writing(found: APIRouter, consultations: Consultations, hand_over: HandOver) -> None:
    allowance = Allowance(A_MINUTE)

    def spend(request: Request, account: Address) -> None:
        place = "unknown" if request.client is None else request.client.host
        waits = [allowance.spend(name, time.time()) for name in (place, account)]
        if any(waits):
            raise TextsTooMany(seconds=max(waits))

    @found.post("/questions", response_model=CallsView)
    async def ask(body: b.QuestionBody, request: Request, account: Account) -> Any:
        """Ask, under whatever account signs; the text is kept here, the chain gets its hash."""
        spend(request, account)
        return await hand_over(await run_in_threadpool(consultations.ask, body.text(), body.salt), account)

    @found.post("/questions/{question}/answers", response_model=CallsView)
    async def answer(question: QuestionPath, body: b.AnswerBody, request: Request, account: Account) -> Any:
        """Answer, as a licensed physician; the text is kept here, the chain gets its hash."""
        spend(request, account)
        formula = None if body.formula is None else FormulaId(body.formula)
        given = (QuestionId(question), body.text(), formula, body.version, body.salt)
        return await hand_over(await run_in_threadpool(consultations.answer, *given), account)


def _of_asker(found: APIRouter, consultations: Consultations, hand_over: HandOver) -> None:
    @found.post("/questions/{question}/answers/{number}/thanks", response_model=CallsView)
    async def thank(question: QuestionPath, number: Number, account: Account) -> Any:
        """Say as the asker that an answer helped."""
        return await hand_over(consultations.thank(QuestionId(question), number), account)

    @found.post("/questions/{question}/closing", response_model=CallsView)
    async def close(question: QuestionPath, account: Account) -> Any:
        """Want no more answers, as the asker."""
        return await hand_over(consultations.close(QuestionId(question)), account)

    @found.post("/questions/{question}/erasure", response_model=CallsView)
    async def erase(question: QuestionPath, account: Account) -> Any:
        """Have the question's text deleted everywhere, as the asker or a regulator; the answers stay."""
        return await hand_over(consultations.erase(QuestionId(question)), account)
