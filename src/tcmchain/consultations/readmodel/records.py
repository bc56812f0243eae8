"""Questions, answers and names of texts out of the tables."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Engine, Select, func, or_, select

from tcmchain.consultations.model.questions import Answer, Question, State
from tcmchain.consultations.readmodel.projection import answers, changes, named, questions
from tcmchain.values import Address, FormulaId, Hash32, QuestionId, UnixTime
from tcmchain.web.texts import Change, Standing

_MANY: Final = 400


class ConsultationsRecords:
    """Reads; every method opens a short connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def question(self, question: QuestionId) -> Question | None:
        """A question, without its text."""
        rows = self._rows(select(questions).where(questions.c.id == question))
        return _question(rows[0]) if rows else None

    def questions(self, ids: Collection[QuestionId]) -> dict[QuestionId, Question]:
        """Those of some questions that are known."""
        wanted, found = list(ids), {}
        for at in range(0, len(wanted), _MANY):
            for row in self._rows(select(questions).where(questions.c.id.in_(wanted[at : at + _MANY]))):
                found[QuestionId(row.id)] = _question(row)
        return found

    def asked_in(self, tx: Hash32) -> QuestionId | None:
        """The last question that a transaction asked, if it asked one."""
        query = select(questions.c.id).where(questions.c.tx == tx).order_by(questions.c.step.desc()).limit(1)
        rows = self._rows(query)
        return QuestionId(rows[0].id) if rows else None

    def page(
        self,
        state: State | None,
        limit: int,
        offset: int,
        asker: Address | None = None,
        practitioner: Address | None = None,
        formula: FormulaId | None = None,
    ) -> tuple[list[Question], int]:
        """Questions, newest first, and how many there are; without a state all whose text was not erased."""
        query = select(questions).where(_in(state))
        if asker is not None:
            query = query.where(questions.c.asker == asker)
        if practitioner is not None:
            query = query.where(questions.c.id.in_(select(answers.c.question).filter_by(practitioner=practitioner)))
        if formula is not None:
            query = query.where(questions.c.id.in_(select(answers.c.question).filter_by(formula=formula)))
        total = self._rows(select(func.count().label("n")).select_from(query.subquery()))[0].n
        rows = self._rows(query.order_by(questions.c.step.desc()).limit(limit).offset(offset))
        return [_question(row) for row in rows], int(total)

    def answers(self, question: QuestionId) -> list[Answer]:
        """The answers of a question, those that helped first, then as they came."""
        order = (answers.c.helped.desc(), answers.c.number)
        rows = self._rows(select(answers).where(answers.c.question == question).order_by(*order))
        return [_answer(row) for row in rows]

    def naming(self, formula: FormulaId, limit: int) -> list[Answer]:
        """Answers that name a formula, newest first."""
        query = select(answers).where(answers.c.formula == formula).order_by(answers.c.step.desc()).limit(limit)
        return [_answer(row) for row in self._rows(query)]

    def belonging(self, digests: Collection[Hash32]) -> dict[Hash32, QuestionId]:
        """The question that a text belongs to, for those that are named."""
        wanted, found = list(digests), {}
        for at in range(0, len(wanted), _MANY):
            for row in self._rows(select(named).where(named.c.digest.in_(wanted[at : at + _MANY]))):
                found[Hash32(row.digest)] = QuestionId(row.question)
        return found

    def counts(self) -> dict[State, int]:
        """How many questions there are in each state."""
        return {state: self._count(state) for state in State}

    def standing(self, digest: Hash32) -> Standing:
        """What the chain says of a text: what named it first decides."""
        joined = select(named.c.answer, questions.c.erased).join(questions, questions.c.id == named.c.question)
        rows = self._rows(joined.where(named.c.digest == digest))
        if not rows:
            return Standing.UNKNOWN
        return Standing.ERASED if rows[0].erased and not rows[0].answer else Standing.NAMED

    def changes(self, after: int, limit: int) -> Sequence[Change]:
        """What the chain said of texts after a step."""
        query = select(changes).where(changes.c.step > after).order_by(changes.c.step).limit(limit)
        return [Change(row.step, Hash32(row.digest), self.standing(Hash32(row.digest))) for row in self._rows(query)]

    def _count(self, state: State) -> int:
        return int(self._rows(select(func.count().label("n")).select_from(questions).where(_in(state)))[0].n)

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _in(state: State | None) -> Any:
    """The condition that says the same as :attr:`Question.state`."""
    row = questions.c
    match state:
        case None:
            return ~row.erased
        case State.ERASED:
            return row.erased
        case State.HELPED:
            return ~row.erased & (row.helped > 0)
        case State.CLOSED:
            return ~row.erased & (row.helped == 0) & row.closed
        case State.ANSWERED:
            return ~or_(row.erased, row.closed) & (row.helped == 0) & (row.answers > 0)
        case State.OPEN:
            return ~or_(row.erased, row.closed) & (row.answers == 0)


def _question(row: Any) -> Question:
    return Question(
        QuestionId(row.id),
        Address(row.asker),
        Hash32(row.content),
        UnixTime(row.asked),
        Hash32(row.tx),
        row.answers,
        row.helped,
        row.closed,
        row.erased,
    )


def _answer(row: Any) -> Answer:
    return Answer(
        QuestionId(row.question),
        row.number,
        Address(row.practitioner),
        Hash32(row.content),
        None if row.formula is None else FormulaId(row.formula),
        row.version,
        UnixTime(row.answered),
        Hash32(row.tx),
        row.helped,
    )
