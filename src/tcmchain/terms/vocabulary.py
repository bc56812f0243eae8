"""Diseases, syndromes and therapies by the national codes, and symptoms in the field's and in everybody's words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.tables import Source, Term, rows, several, sources

CodeKind = Literal["disease", "syndrome", "therapy"]

_TABLES: Final[Mapping[CodeKind, str]] = MappingProxyType(
    {"disease": "diseases", "syndrome": "syndromes", "therapy": "therapies"}
)
_STANDARDS: Final[Mapping[CodeKind, str]] = MappingProxyType(
    {"disease": "gbt15657-2021", "syndrome": "gbt16751-2-2021", "therapy": "gbt16751-3-2023"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Term):
    """A term of a national standard by its code; ``others`` are the names that the standard allows beside ``zh``.

    ``former`` is the code of the earlier edition, empty where there was none. ``en`` is empty: the standard's own
    English was not read.
    """

    code: str
    others: tuple[str, ...]
    former: str
    source: Source

    def name(self, language: str) -> str:
        """The name; Chinese where no English is known."""
        return self.zh if language.lower().startswith("zh") else self.en or self.zh

    @property
    def standard(self) -> str:
        """The standard by name, with its edition."""
        return self.source.zh

    @property
    def edition(self) -> int:
        """The year of the standard's edition."""
        return self.source.year


@dataclass(frozen=True, slots=True)
class Symptom:
    """What a patient feels or a physician sees: the field's name and the words that people use for it."""

    id: str
    zh: str
    pinyin: str
    words: tuple[str, ...]
    source: Source


def diseases() -> Mapping[str, Code]:
    """Diseases by code."""
    return codes("disease")


def syndromes() -> Mapping[str, Code]:
    """Syndromes by code."""
    return codes("syndrome")


def therapies() -> Mapping[str, Code]:
    """Principles and methods of treatment by code."""
    return codes("therapy")


@cache
def codes(kind: CodeKind) -> Mapping[str, Code]:
    """The terms of one kind by code, in the standard's order."""
    source = sources()[_STANDARDS[kind]]
    return MappingProxyType(
        {
            row["code"]: Code(
                code=row["code"],
                zh=row["zh"],
                en="",
                others=several(row["others"]),
                former=row["former"],
                source=source,
            )
            for row in rows(_TABLES[kind])
        }
    )


def code(kind: CodeKind, text: str) -> Code:
    """The term with this code; raises :class:`TermUnknown`."""
    try:
        return codes(kind)[text]
    except KeyError:
        raise TermUnknown(f"no {kind} {text!r}", kind=kind, query=text) from None


@cache
def _names(kind: CodeKind) -> dict[str, list[Code]]:
    found: defaultdict[str, list[Code]] = defaultdict(list)
    for term in codes(kind).values():
        for name in dict.fromkeys((term.code, term.zh, *term.others, term.former)):
            if name:
                found[name].append(term)
    return found


def find_code(kind: CodeKind, text: str) -> list[Code]:
    """The terms that a text names exactly, by code, name or other name, else those whose names hold it, shortest first.

    An exact name decides alone; a text within names only proposes, and a person chooses.
    """
    wanted = text.strip()
    exact = _names(kind).get(wanted) or _names(kind).get(wanted.upper())
    if exact or not wanted:
        return list(exact or ())
    held = {t.code: t for name, terms in _names(kind).items() if wanted in name for t in terms}
    return sorted(held.values(), key=lambda term: (len(term.zh), term.code))


@cache
def symptoms() -> tuple[Symptom, ...]:
    """All symptoms."""
    return tuple(
        Symptom(row["id"], row["zh"], row["pinyin"], several(row["words"]), sources()[row["source"]])
        for row in rows("symptoms")
    )


@cache
def symptom_words() -> Mapping[str, tuple[Symptom, ...]]:
    """Every name and everyday word with the symptoms that it means."""
    found: defaultdict[str, list[Symptom]] = defaultdict(list)
    for symptom in symptoms():
        for word in (symptom.zh, *symptom.words):
            found[word].append(symptom)
    return MappingProxyType({word: tuple(meant) for word, meant in found.items()})


def find_symptoms(text: str) -> list[Symptom]:
    """The symptoms that stand in a text, in its order; of words within one another the longest counts."""
    found: dict[str, Symptom] = {}
    at = 0
    while at < len(text):
        word = next((text[at : at + size] for size in _sizes() if text[at : at + size] in symptom_words()), "")
        for symptom in symptom_words().get(word, ()):
            found[symptom.id] = symptom
        at += len(word) or 1
    return list(found.values())


@cache
def _sizes() -> tuple[int, ...]:
    return tuple(sorted({len(word) for word in symptom_words()}, reverse=True))
