"""A formula as a person writes it down: herbs by their names, doses in words, indications by name or code."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pypinyin import lazy_pinyin

from tcmchain.errors import TcmChainError
from tcmchain.formulas.model.formula import (
    DosageForm,
    Dosing,
    FormulaClass,
    FormulaDocument,
    FormulaSource,
    Indication,
    Ingredient,
    Parent,
)
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.lookup import find
from tcmchain.terms.measures import Measure, check_measure
from tcmchain.terms.preparations import preparation, role
from tcmchain.terms.vocabulary import CodeKind, find_code

_LONGEST_PINYIN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One herb as typed; ``words`` and ``convention`` are empty on the card of a folk formula."""

    name: str
    words: str = ""
    convention: str = ""
    role: str = ""
    processing: tuple[str, ...] = ()
    preparation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftIndication:
    """What it is for, as typed: names or codes of disease and syndrome, symptoms, and free words."""

    disease: str = ""
    syndrome: str = ""
    symptoms: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The whole of it; ``dosing`` is none for the card of a folk formula."""

    kind: FormulaClass
    name: str
    lines: tuple[DraftLine, ...]
    dosing: Dosing | None
    aliases: tuple[str, ...] = ()
    form: DosageForm = DosageForm.DECOCTION
    indications: tuple[DraftIndication, ...] = ()
    source: FormulaSource = field(default_factory=FormulaSource)
    method: str = ""
    note: str = ""
    parent: Parent | None = None


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line, counted from 0."""

    line: int
    error: TcmChainError


def faults_of(draft: Draft) -> Sequence[LineFault]:
    """Every line that cannot be read, so that a person mends them all at once."""
    found = []
    for at, line in enumerate(draft.lines):
        try:
            _ingredient(line, draft.dosing)
        except TcmChainError as error:
            found.append(LineFault(at, error))
    return found


def document_of(draft: Draft) -> FormulaDocument:
    """The document that a draft becomes.

    Herbs are found by exact name. Raises ``TermUnknown`` (with suggestions), ``TermAmbiguous`` (with the choices) and
    ``AmountUnreadable``; what else documents forbid shows when it is written.
    """
    return FormulaDocument(
        kind=draft.kind,
        name=_plain(draft.name),
        pinyin=" ".join(lazy_pinyin(_plain(draft.name)))[:_LONGEST_PINYIN].strip(),
        aliases=tuple(dict.fromkeys(_plain(alias) for alias in draft.aliases if alias.strip())),
        form=draft.form,
        dosing=draft.dosing,
        ingredients=tuple(_ingredient(line, draft.dosing) for line in draft.lines),
        indications=tuple(_indication(one) for one in draft.indications),
        source=FormulaSource(
            book=_plain(draft.source.book),
            clause=_plain(draft.source.clause),
            edition=_plain(draft.source.edition),
            contributor=_plain(draft.source.contributor),
            sha256=draft.source.sha256,
        ),
        method=_plain(draft.method),
        note=_plain(draft.note),
        parent=draft.parent,
    )


def _ingredient(line: DraftLine, dosing: Dosing | None) -> Ingredient:
    name, words, convention = _plain(line.name), _plain(line.words), _plain(line.convention)
    found = find(name)
    if dosing is not None:
        check_measure(Measure(words, convention, dosing.basis))
    return Ingredient(
        herb=found.id,
        name=name,
        words=words or None,
        convention=convention or None,
        role=role(_plain(line.role)).id if line.role.strip() else None,
        processing=tuple(dict.fromkeys(_plain(one) for one in line.processing if one.strip())),
        preparation=preparation(_plain(line.preparation)).id if line.preparation.strip() else None,
    )


def _indication(draft: DraftIndication) -> Indication:
    disease, syndrome = _code("disease", draft.disease), _code("syndrome", draft.syndrome)
    # A name that no standard has is kept in the words, and never guessed into a code.
    kept = [text.strip() for text, code in ((draft.disease, disease), (draft.syndrome, syndrome)) if not code]
    return Indication(
        disease=disease,
        syndrome=syndrome,
        symptoms=tuple(dict.fromkeys(_plain(one) for one in draft.symptoms if one.strip())),
        words=_plain(" ".join([*(text for text in kept if text), draft.words.strip()])),
    )


def _code(kind: CodeKind, text: str) -> str | None:
    wanted = _plain(text)
    found = find_code(kind, wanted)
    exact = [one for one in found if wanted in (one.code, one.zh, *one.others)]
    return exact[0].code if len(exact) == 1 else None


def _plain(text: str) -> str:
    """Composed, without blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def line_of(text: str, convention: str) -> DraftLine:
    """A line in words with blanks between them: the herb, its dose, then role, preparation and processing in any order.

    Raises ``TermUnknown`` for an empty line.
    """
    name, *rest = text.split() or [""]
    words, *marks = rest or [""]
    told: dict[str, str] = {}
    processing = []
    for mark in marks:
        kind = "role" if _is(role, mark) else "preparation" if _is(preparation, mark) else ""
        if kind and kind not in told:
            told[kind] = mark
        else:
            processing.append(mark)
    return DraftLine(name=name, words=words, convention=convention, processing=tuple(processing), **told)


def _is(find_term: Callable[[str], object], text: str) -> bool:
    try:
        find_term(text)
    except TermUnknown:
        return False
    return True
