"""``/formulas/{id}/learn``: where a formula comes from, what is near it, and questions to train on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi import Path as PathPart
from fastapi.responses import Response

from tcmchain.formulas.model.formula import FormulaDocument
from tcmchain.formulas.model.learning import Asks, Question, Relative, changes_to, questions
from tcmchain.formulas.pages.search import CLASSES
from tcmchain.formulas.service.finding import Finding
from tcmchain.formulas.service.shelf import Shelf
from tcmchain.terms.effects import described_as, effects
from tcmchain.terms.formulas import Change
from tcmchain.terms.herbs import HerbId, herb
from tcmchain.values import BEIJING, FormulaId
from tcmchain.web.i18n import N_, Language, language_of, translator
from tcmchain.web.pages import Pages

_MOST_EFFECTS: Final = 6
SENTENCES: Final = {
    Asks.SOVEREIGN: N_("%(a)s 里，哪一味是君药？"),
    Asks.FORMULA: N_("哪一首方主治：%(a)s？"),
    Asks.DOSE: N_("%(a)s 里，%(b)s 的原文剂量是多少？"),
    Asks.STRANGER: N_("哪一味不在 %(a)s 里？"),
    Asks.ADDED: N_("%(a)s 比 %(b)s 多了哪一味？"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A herb of the formula, what it is to it, and what it is given for."""

    id: HerbId
    name: str
    words: str
    role: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kin:
    """A near formula with what it has more and less."""

    relative: Relative
    kind: str
    more: tuple[str, ...]
    less: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Altered:
    """When these symptoms are there, what is left out and put in; ``source`` says so."""

    when: tuple[str, ...]
    without: tuple[str, ...]
    additions: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a sentence."""

    text: str
    question: Question


def router(finding: Finding, shelf: Shelf, pages: Pages) -> APIRouter:
    """The page."""
    found = APIRouter(prefix="/formulas", include_in_schema=False)

    @found.get("/{formula}/learn")
    def learn(request: Request, formula: Annotated[str, PathPart(pattern="^0x[0-9a-f]{64}$")]) -> Response:
        """What there is to learn of a formula's newest version. Of a folk formula no doses are shown or asked for."""
        language = language_of(request)
        entry = shelf.entry(FormulaId(formula))
        known = finding.named(entry.formula.id)
        near = [] if known is None else finding.relatives(known)
        document = entry.document
        return pages.render(
            request,
            "formulas/learn.html",
            entry=entry,
            document=document,
            shared=datetime.fromtimestamp(entry.version.shared, BEIJING).strftime("%Y-%m-%d"),
            kind=CLASSES[entry.formula.kind.word][1],
            parts=[] if document is None else _parts(document, language),
            kin=[_kin(one, language) for one in near],
            altered=[] if document is None else [_altered(one, language) for one in changes_to(document)],
            asked=[] if document is None else _asked(document, near, language),
            siblings=[one for one in shelf.same_name(entry) if one.formula.id != entry.formula.id],
        )

    return found


def _parts(document: FormulaDocument, language: Language) -> list[Part]:
    return [
        Part(
            id=one.herb,
            name=herb(one.herb).name(language),
            words=one.words or "",
            role=one.role_term.name(language) if one.role_term is not None else "",
            effects=effects().get(described_as(herb(one.herb)), ())[:_MOST_EFFECTS],
        )
        for one in document.ingredients
    ]


def _kin(one: Relative, language: Language) -> Kin:
    more, less = (tuple(herb(id).name(language) for id in ids) for ids in (one.more, one.less))
    return Kin(one, CLASSES[one.formula.kind.word][1], more, less)


def _altered(change: Change, language: Language) -> Altered:
    put_in = tuple(f"{herb(id).name(language)} {words}".strip() for id, words in change.additions)
    left_out = tuple(herb(id).name(language) for id in change.without)
    return Altered(change.when, left_out, put_in, change.source.name(language))


def _asked(document: FormulaDocument, near: Sequence[Relative], language: Language) -> list[Asked]:
    _ = translator(language)
    asked = []
    for question in questions(document, near, document.name):
        about = ("、".join(question.about),) if question.asks is Asks.FORMULA else question.about
        asked.append(Asked(_(SENTENCES[question.asks], a=about[0], b=about[-1]), question))
    return asked
