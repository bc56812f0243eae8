"""Ask, answer, thank, close and erase; find what was asked before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.consultations.contract import ConsultationsCalls
from tcmchain.consultations.model.errors import FormulaNotThere, QuestionUnknown, TextUnfit
from tcmchain.consultations.model.questions import Answer, Found, Question, QuestionsPage, State
from tcmchain.consultations.model.texts import (
    AnswerText,
    QuestionText,
    check_answer,
    check_question,
    read_document,
    salt_or_new,
)
from tcmchain.consultations.readmodel.records import ConsultationsRecords
from tcmchain.consultations.readmodel.shelf import Hit, WordShelf
from tcmchain.values import Address, FormulaId, Hash32, QuestionId
from tcmchain.web.texts import Texts

_MOST_HITS: Final = 1000
_NAMING: Final = 50
_ALIKE: Final = 0.3
"""Share of the best score below which an earlier question is not called similar."""


@dataclass(frozen=True, slots=True)
class NamedFormula:
    """A formula that an answer names: what it is called, and how many versions it has."""

    id: FormulaId
    name: str
    versions: int


FindFormula = Callable[[FormulaId], NamedFormula | None]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list of questions is narrowed to; empty parts narrow nothing."""

    state: State | None = None
    asker: Address | None = None
    practitioner: Address | None = None
    formula: FormulaId | None = None

    @property
    def by_answers(self) -> bool:
        """Whether it takes the tables of answers to tell."""
        return self.practitioner is not None or self.formula is not None

    def takes(self, question: Question) -> bool:
        """Whether a question is among them, but for what stands in its answers."""
        state = not question.erased if self.state is None else question.state is self.state
        return state and self.asker in (None, question.asker)


class Consultations:
    """Questions and answers; every write answers calls that the caller signs."""

    def __init__(
        self,
        calls: ConsultationsCalls,
        records: ConsultationsRecords,
        texts: Texts,
        shelf: WordShelf,
        find_formula: FindFormula,
    ) -> None:
        self._calls = calls
        self._records = records
        self.texts = texts
        self._shelf = shelf
        self._find_formula = find_formula

    async def start(self) -> None:
        """Begin to follow what the chain says of texts."""
        await self.texts.start()

    async def stop(self) -> None:
        """Stop following."""
        await self.texts.stop()
        self._shelf.close()

    def ask(self, text: QuestionText, salt: str | None = None) -> list[Call]:
        """Keep the text of a question here, and ask it on the chain; raises as ``check_question`` does."""
        return [self._calls.ask(self.texts.put(check_question(text).document(salt_or_new(salt))))]

    def answer(
        self,
        question: QuestionId,
        text: AnswerText,
        formula: FormulaId | None = None,
        version: int = 0,
        salt: str | None = None,
    ) -> list[Call]:
        """Keep the text of an answer here, and give it on the chain.

        Raises :class:`QuestionUnknown`, :class:`FormulaNotThere`, and as ``check_answer`` does.
        """
        self.question(question)
        if formula is not None:
            known = self._find_formula(formula)
            if known is None or not 1 <= version <= known.versions:
                raise FormulaNotThere(formula=formula, version=version)
        digest = self.texts.put(check_answer(text).document(salt_or_new(salt)))
        return [self._calls.answer(question, digest, formula, version)]

    def thank(self, question: QuestionId, number: int) -> list[Call]:
        """Say as the asker that an answer helped."""
        return [self._calls.thank(question, number)]

    def close(self, question: QuestionId) -> list[Call]:
        """Want no more answers, as the asker."""
        return [self._calls.close(question)]

    def erase(self, question: QuestionId) -> list[Call]:
        """Have the question's text deleted at every node, as the asker or a regulator; the answers stay."""
        return [self._calls.erase(question)]

    def question(self, question: QuestionId) -> Question:
        """A question with its text; raises :class:`QuestionUnknown`."""
        found = self._records.question(question)
        if found is None:
            raise QuestionUnknown(question=question)
        return self._with_text(found)

    def asked_in(self, tx: Hash32) -> QuestionId:
        """The question that a transaction asked; raises :class:`QuestionUnknown`."""
        found = self._records.asked_in(tx)
        if found is None:
            raise QuestionUnknown(question=tx)
        return found

    def answers(self, question: QuestionId) -> list[Answer]:
        """The answers of a question with their texts, those that helped first."""
        return [self._answered(answer) for answer in self._records.answers(question)]

    def naming(self, formula: FormulaId) -> list[Answer]:
        """Answers that name a formula, newest first."""
        return [self._answered(answer) for answer in self._records.naming(formula, _NAMING)]

    def formula(self, formula: FormulaId) -> NamedFormula | None:
        """A formula that an answer names, if it is known here."""
        return self._find_formula(formula)

    def counts(self) -> dict[State, int]:
        """How many questions there are in each state."""
        return self._records.counts()

    def search(self, query: str, narrowed: Narrowed, limit: int, offset: int = 0) -> QuestionsPage:
        """Questions that fit a query best, or all, newest first; ``narrowed`` by state, people or formula."""
        if not query.strip():
            chosen = (narrowed.asker, narrowed.practitioner, narrowed.formula)
            questions, total = self._records.page(narrowed.state, limit, offset, *chosen)
            return QuestionsPage(tuple(Found(self._with_text(one)) for one in questions), total, offset)
        found = self._ranked(self._shelf.search(query, _MOST_HITS), narrowed)
        page = [replace(one, question=self._with_text(one.question)) for one in found[offset : offset + limit]]
        return QuestionsPage(tuple(page), len(found), offset)

    def similar(self, words: str, limit: int) -> list[Found]:
        """Earlier questions that are like what somebody is about to ask; those with an answer that helped first."""
        hits = self._shelf.search(words, _MOST_HITS)
        alike = [hit for hit in hits if hit.score >= _ALIKE * hits[0].score]
        found = self._ranked(alike, Narrowed())[: 2 * limit]
        found.sort(key=lambda one: one.question.helped == 0)
        return [replace(one, question=self._with_text(one.question)) for one in found[:limit]]

    def _ranked(self, hits: Sequence[Hit], narrowed: Narrowed) -> list[Found]:
        belonging = self._records.belonging([hit.digest for hit in hits])
        because: dict[QuestionId, dict[str, None]] = {}
        for hit in hits:
            if hit.digest in belonging:
                because.setdefault(belonging[hit.digest], {}).update(dict.fromkeys(hit.symptoms))
        questions = self._records.questions(because)
        if narrowed.by_answers:
            chosen = (narrowed.asker, narrowed.practitioner, narrowed.formula)
            wanted = {one.id for one in self._records.page(narrowed.state, _MOST_HITS, 0, *chosen)[0]}
            questions = {id: one for id, one in questions.items() if id in wanted}
        return [
            Found(questions[id], tuple(why))
            for id, why in because.items()
            if id in questions and narrowed.takes(questions[id])
        ]

    def _with_text(self, question: Question) -> Question:
        text = None if question.erased else self._text(question.content)
        return replace(question, text=text) if isinstance(text, QuestionText) else question

    def _answered(self, answer: Answer) -> Answer:
        text = self._text(answer.content)
        return replace(answer, text=text) if isinstance(text, AnswerText) else answer

    def _text(self, digest: Hash32) -> QuestionText | AnswerText | None:
        document = self.texts.find(digest)
        if document is None:
            return None
        try:
            return read_document(document)
        except TextUnfit:
            return None
