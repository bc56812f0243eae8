"""What is asked of the search, what it understood, and why it found what it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tcmchain.formulas.model.formula import FormulaClass, FormulaDocument
from tcmchain.terms.herbs import HerbId
from tcmchain.values import FormulaId

LONGEST: Final = 200
"""Letters of a question that are read."""

DEEPEST: Final = 1000
"""How many results of one question can be paged through."""


class Field(StrEnum):
    """Where a word of the question was found."""

    NAME = "name"
    HERB = "herb"
    DISEASE = "disease"
    SYNDROME = "syndrome"
    SYMPTOM = "symptom"
    WORDS = "words"


@dataclass(frozen=True, slots=True, order=True)
class Meaning:
    """One thing that a word of the question may mean: the ``key`` of a herb, code or symptom, and its name."""

    field: Field
    key: str
    zh: str


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the question: as ``written``, as searched (``plain``), and what it may mean.

    Without a meaning it is looked for as it stands. ``pinyin`` tells that it is spelled in Latin letters.
    """

    written: str
    plain: str
    meanings: tuple[Meaning, ...] = ()
    pinyin: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """What stands between two spaces of the question: looked for whole in names, and by its ``words`` elsewhere."""

    plain: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: free text, herbs that must and must not be in it, classes, and which page."""

    text: str = ""
    having: tuple[HerbId, ...] = ()
    lacking: tuple[HerbId, ...] = ()
    kinds: tuple[FormulaClass, ...] = ()
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """What the search keeps of the newest version of a formula."""

    formula: FormulaId
    version: int
    kind: FormulaClass
    name: str
    aliases: tuple[str, ...]
    herbs: tuple[HerbId, ...]
    diseases: tuple[str, ...]
    syndromes: tuple[str, ...]
    symptoms: tuple[str, ...]
    words: tuple[str, ...]
    book: str

    @staticmethod
    def of(formula: FormulaId, version: int, document: FormulaDocument) -> "Searchable":
        """The same of a document."""
        told = document.indications
        return Searchable(
            formula=formula,
            version=version,
            kind=document.kind,
            name=document.name,
            aliases=document.aliases,
            herbs=tuple(one.herb for one in document.ingredients),
            diseases=_once([one.disease for one in told]),
            syndromes=_once([one.syndrome for one in told]),
            symptoms=_once([symptom for one in told for symptom in one.symptoms]),
            words=_once([one.words for one in told]),
            book=document.source.book,
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a formula was found: the word as ``written``, and the term of the formula that answers it, in a field."""

    written: str
    field: Field
    term: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A formula that was found, with the reasons."""

    formula: Searchable
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a question.

    ``total`` counts no further than :data:`DEEPEST`; ``loosely`` tells that no formula answers all words, so that
    those are shown which answer most; ``unread`` are pieces of the text that nothing was understood of. ``near`` are
    formulas that answer some of the words, where few answer all.
    """

    hits: Sequence[Hit]
    total: int
    phrases: tuple[Phrase, ...]
    unread: tuple[str, ...] = ()
    loosely: bool = False
    near: Sequence[Hit] = ()

    @property
    def more(self) -> bool:
        """Whether there may be more than ``total``."""
        return self.total >= DEEPEST


def _once(texts: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
