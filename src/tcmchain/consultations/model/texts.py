"""The texts of questions and answers, as they lie in the erasable store and as the chain names them.

Each is a JSON object; the SHA-256 of its canonical form stands on the chain (see ``tcmchain.web.texts``).
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tcmchain.consultations.model.errors import CodeUnknown, Identifying, NothingSaid, TextUnfit
from tcmchain.terms import vocabulary

QUESTION: Final = "tcmchain.question.1"
ANSWER: Final = "tcmchain.answer.1"
LONGEST_CONDITION: Final = 2000
LONGEST_TRIED: Final = 1000
LONGEST_ANSWER: Final = 4000
LONGEST_SOURCE: Final = 300

Language = Literal["zh", "en"]

_IDENTIFYING: Final = re.compile(
    r"(?<!\d)(?:[1-9]\d{16}[\dXx]|1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)|[\w.+-]+@[\w-]+\.[\w.]+", re.ASCII
)
_GAPS: Final = re.compile(r"(?<=\d)[ \-\u3000](?=\d)")
_SALT: Final = re.compile(r"0x[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionText:
    """What is asked: a condition in the asker's own words, and what was tried.

    ``disease`` and ``syndrome`` are codes of GB/T 16751.1 and 16751.2, empty where the asker knows none.
    """

    condition: str
    tried: str = ""
    disease: str = ""
    syndrome: str = ""
    language: Language = "zh"

    def document(self, salt: str) -> dict[str, Any]:
        """The text as it is kept and named."""
        return {
            "schema": QUESTION,
            "salt": salt,
            "condition": self.condition,
            "tried": self.tried,
            "disease": self.disease,
            "syndrome": self.syndrome,
            "language": self.language,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerText:
    """What a practitioner answers, and where it is written, if it is."""

    words: str
    source: str = ""
    language: Language = "zh"

    def document(self, salt: str) -> dict[str, Any]:
        """The text as it is kept and named."""
        return {"schema": ANSWER, "salt": salt, "words": self.words, "source": self.source, "language": self.language}


def new_salt() -> str:
    """32 random bytes, so that nobody finds a text by trying."""
    return "0x" + secrets.token_hex(32)


def read_document(document: Mapping[str, Any]) -> QuestionText | AnswerText:
    """A question or an answer out of its document; raises :class:`TextUnfit` and what the checks of either raise."""
    schema = document.get("schema")
    if schema == QUESTION:
        _keys(document, {"schema", "salt", "condition", "tried", "disease", "syndrome", "language"})
        return check_question(
            QuestionText(
                condition=_text(document, "condition"),
                tried=_text(document, "tried"),
                disease=_text(document, "disease"),
                syndrome=_text(document, "syndrome"),
                language=_language(document),
            )
        )
    if schema == ANSWER:
        _keys(document, {"schema", "salt", "words", "source", "language"})
        words, source = _text(document, "words"), _text(document, "source")
        return check_answer(AnswerText(words=words, source=source, language=_language(document)))
    raise TextUnfit(field="schema")


def check_question(text: QuestionText) -> QuestionText:
    """The same question, if it may be asked.

    Raises :class:`NothingSaid`, :class:`TextUnfit`, :class:`Identifying`, :class:`CodeUnknown`.
    """
    if not text.condition.strip():
        raise NothingSaid
    _fits("condition", text.condition, LONGEST_CONDITION)
    _fits("tried", text.tried, LONGEST_TRIED)
    for kind, code, known in (
        ("disease", text.disease, vocabulary.diseases),
        ("syndrome", text.syndrome, vocabulary.syndromes),
    ):
        if code and code not in known():
            raise CodeUnknown(kind=kind, given=code[:40])
    return text


def check_answer(text: AnswerText) -> AnswerText:
    """The same answer, if it may be given; raises :class:`NothingSaid`, :class:`TextUnfit`, :class:`Identifying`."""
    if not text.words.strip():
        raise NothingSaid
    _fits("words", text.words, LONGEST_ANSWER)
    _fits("source", text.source, LONGEST_SOURCE)
    return text


def salt_or_new(salt: str | None) -> str:
    """A salt that was given, or a new one; raises :class:`TextUnfit`."""
    if salt is None:
        return new_salt()
    if _SALT.fullmatch(salt) is None:
        raise TextUnfit(field="salt")
    return salt


def _fits(field: str, text: str, longest: int) -> None:
    if len(text) > longest or any(not letter.isprintable() and letter not in "\n\t" for letter in text):
        raise TextUnfit(field=field)
    for spelled in (text, _GAPS.sub("", text)):
        found = _IDENTIFYING.search(spelled)
        if found is not None:
            raise Identifying(found=found.group()[:4] + "…")


def _keys(document: Mapping[str, Any], wanted: set[str]) -> None:
    for name in set(document) ^ wanted:
        raise TextUnfit(field=str(name)[:40])


def _text(document: Mapping[str, Any], field: str) -> str:
    found = document[field]
    if not isinstance(found, str):
        raise TextUnfit(field=field)
    return found


def _language(document: Mapping[str, Any]) -> Language:
    if document["language"] == "zh":
        return "zh"
    if document["language"] == "en":
        return "en"
    raise TextUnfit(field="language")
