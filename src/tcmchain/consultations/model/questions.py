"""Questions and answers as the chain tells them, with their texts where this node has them."""

from dataclasses import dataclass
from enum import StrEnum

from tcmchain.consultations.model.texts import AnswerText, QuestionText
from tcmchain.values import Address, FormulaId, Hash32, QuestionId, UnixTime


class State(StrEnum):
    """How a question stands: waiting, answered, with an answer that helped, closed, or without its text."""

    OPEN = "open"
    ANSWERED = "answered"
    HELPED = "helped"
    CLOSED = "closed"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Question:
    """A question; ``helped`` is how many of its answers helped, ``text`` is ``None`` where this node lacks it."""

    id: QuestionId
    asker: Address
    content: Hash32
    asked: UnixTime
    tx: Hash32
    answers: int
    helped: int
    closed: bool
    erased: bool
    text: QuestionText | None = None

    @property
    def state(self) -> State:
        """How it stands, the gravest first."""
        if self.erased:
            return State.ERASED
        if self.helped:
            return State.HELPED
        if self.closed:
            return State.CLOSED
        return State.ANSWERED if self.answers else State.OPEN


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; it may name a version of a formula, and the asker may have said that it helped."""

    question: QuestionId
    number: int
    practitioner: Address
    content: Hash32
    formula: FormulaId | None
    version: int
    answered: UnixTime
    tx: Hash32
    helped: bool
    text: AnswerText | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A question that a search found, and the words or symptoms for which."""

    question: Question
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """Questions from ``offset`` on, out of ``total``."""

    found: tuple[Found, ...]
    total: int
    offset: int
