"""What the doors of questions and answers take and tell."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from tcmchain.consultations.model.questions import Answer, Found, Question
from tcmchain.consultations.model.texts import (
    LONGEST_ANSWER,
    LONGEST_CONDITION,
    LONGEST_SOURCE,
    LONGEST_TRIED,
    AnswerText,
    QuestionText,
)
from tcmchain.terms.vocabulary import Code
from tcmchain.web.bodies import Body

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
Salt = Annotated[str | None, Field(pattern="^0x[0-9a-f]{64}$", description="32 random bytes; drawn here if missing")]
Language = Literal["zh", "en"]
StateName = Literal["open", "answered", "helped", "closed", "erased"]
CodeText = Annotated[str, Field(max_length=40, description="a code of GB/T 16751, empty for none")]


class SimilarBody(Body):
    condition: Annotated[str, Field(max_length=LONGEST_CONDITION)]
    tried: Annotated[str, Field(max_length=LONGEST_TRIED)] = ""


class QuestionBody(Body):
    """A condition in the asker's own words; no names."""

    condition: Annotated[str, Field(max_length=LONGEST_CONDITION)]
    tried: Annotated[str, Field(max_length=LONGEST_TRIED)] = ""
    disease: CodeText = ""
    syndrome: CodeText = ""
    language: Language = "zh"
    salt: Salt = None

    def text(self) -> QuestionText:
        return QuestionText(**self.model_dump(exclude={"salt"}))


class AnswerBody(Body):
    """An answer; it may name a version of a formula."""

    words: Annotated[str, Field(max_length=LONGEST_ANSWER)]
    source: Annotated[str, Field(max_length=LONGEST_SOURCE)] = ""
    formula: Identifier | None = None
    version: Annotated[int, Field(ge=0, lt=1 << 32)] = 0
    language: Language = "zh"
    salt: Salt = None

    def text(self) -> AnswerText:
        return AnswerText(words=self.words, source=self.source, language=self.language)


class CodeView(BaseModel):
    code: str
    zh: str
    standard: str

    @classmethod
    def of(cls, code: Code) -> "CodeView":
        return cls(code=code.code, zh=code.zh, standard=code.standard)


class QuestionView(BaseModel):
    """A question; its text is ``null`` where it was deleted or this node does not have it (yet)."""

    id: str
    asker: str
    content: str
    asked: int
    tx: str
    state: StateName
    answers: int
    helped: int
    closed: bool
    erased: bool
    condition: str | None
    tried: str | None
    disease: str | None
    syndrome: str | None
    language: Language | None
    because: list[str] = Field(default=[], description="symptoms for which a search found it")

    @classmethod
    def of(cls, found: Question, because: Sequence[str] = ()) -> "QuestionView":
        text = found.text
        told = {name: None if text is None else getattr(text, name) for name in _TOLD}
        facts = {name: getattr(found, name) for name in _FACTS}
        return cls(**facts, **told, state=found.state.value, because=list(because))  # type: ignore[arg-type]


_TOLD = ("condition", "tried", "disease", "syndrome", "language")
_FACTS = ("id", "asker", "content", "asked", "tx", "answers", "helped", "closed", "erased")


class AnswerView(BaseModel):
    """An answer; its text is ``null`` where this node does not have it (yet)."""

    question: str
    number: int
    practitioner: str
    content: str
    formula: str | None
    version: int
    answered: int
    tx: str
    helped: bool
    words: str | None
    source: str | None

    @classmethod
    def of(cls, found: Answer) -> "AnswerView":
        text = found.text
        facts = {name: getattr(found, name) for name in cls.model_fields if name not in ("words", "source")}
        told = (None, None) if text is None else (text.words, text.source)
        return cls(**facts, words=told[0], source=told[1])


class WholeView(QuestionView):
    """A question with its answers, those that helped first."""

    given: list[AnswerView]


class QuestionsView(BaseModel):
    questions: list[QuestionView]
    total: int
    offset: int


class SimilarView(BaseModel):
    questions: list[QuestionView]


class AskedView(BaseModel):
    question: str

    @staticmethod
    def found(one: Found) -> QuestionView:
        return QuestionView.of(one.question, one.because)
