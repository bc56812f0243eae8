"""``/formulas/compare``: two formulas side by side; ``/formulas/herbs``: the doses of a herb in all sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathPart
from fastapi.responses import Response

from tcmchain.formulas.model.formula import FormulaDocument, Ingredient
from tcmchain.formulas.model.learning import doses_given, span
from tcmchain.formulas.model.query import LONGEST, Asked, Hit
from tcmchain.formulas.pages.search import Row, row_of
from tcmchain.formulas.service.finding import Finding
from tcmchain.formulas.service.shelf import Entry, Shelf
from tcmchain.terms.doses import doses_of
from tcmchain.terms.herbs import Herb, herb, states_of
from tcmchain.terms.measures import GramRange, conventions
from tcmchain.values import FormulaId
from tcmchain.web.i18n import Language, language_of
from tcmchain.web.pages import Pages

_CHOICES: Final = 8
_MOST_DOSES: Final = 200
FormulaQuery = Annotated[str, Query(pattern="^(0x[0-9a-f]{64})?$")]


@dataclass(frozen=True, slots=True)
class Side:
    """One line of a formula as a table tells it."""

    words: str
    grams: GramRange | None
    role: str
    ways: str


@dataclass(frozen=True, slots=True)
class HerbRow:
    """A herb in both formulas; ``left`` or ``right`` is none where it is not in one of them."""

    herb: Herb
    name: str
    left: Side | None
    right: Side | None


def router(finding: Finding, shelf: Shelf, pages: Pages) -> APIRouter:
    """The two pages."""
    found = APIRouter(prefix="/formulas", include_in_schema=False)

    @found.get("/compare")
    def compare(
        request: Request, a: FormulaQuery = "", b: FormulaQuery = "", q: Annotated[str, Query(max_length=LONGEST)] = ""
    ) -> Response:
        """Two formulas; with one alone, what it may be compared with."""
        language = language_of(request)
        entries = [shelf.entry(FormulaId(id)) for id in (a, b) if id]
        documents = [entry.document for entry in entries if entry.document is not None]
        return pages.render(
            request,
            "formulas/compare.html",
            a=a,
            b=b,
            q=q,
            entries=entries,
            documents=documents,
            rows=herb_rows(documents[0], documents[1], language) if len(documents) == 2 else [],
            choices=_choices(finding, entries, q, language) if len(entries) < 2 else [],
        )

    @found.get("/herbs/{id}")
    def show_herb(request: Request, id: Annotated[str, PathPart(max_length=40)]) -> Response:
        """How much of a herb every source takes, side by side, and what editions allow. Raises ``TermUnknown``."""
        one = herb(id)
        hits = finding.ask(Asked(having=(one.id,), limit=_MOST_DOSES)).hits
        entries = shelf.named([hit.formula.formula for hit in hits])
        told = [(entry.formula.id, entry.document) for entry in entries if entry.document is not None]
        doses = doses_given(one.id, told)
        return pages.render(
            request,
            "formulas/herb_doses.html",
            herb=one,
            name=one.name(language_of(request)),
            states=[state for state in states_of(one.base or one.id) if state.id != one.id],
            allowed=doses_of(one.id),
            doses=doses,
            span=span(doses),
            conventions=conventions(),
            uncounted=sum(dose.a_day is None for dose in doses),
        )

    return found


def herb_rows(left: FormulaDocument, right: FormulaDocument, language: Language) -> list[HerbRow]:
    """The herbs of both, those that both have first."""
    lines = [{one.herb: (document, one) for one in document.ingredients} for document in (left, right)]
    order = dict.fromkeys([*(id for id in lines[0] if id in lines[1]), *lines[0], *lines[1]])
    rows = []
    for id in order:
        sides = (_side(*line[id], language) if id in line else None for line in lines)
        rows.append(HerbRow(herb(id), herb(id).name(language), *sides))
    return rows


def _side(document: FormulaDocument, one: Ingredient, language: Language) -> Side:
    role, way = one.role_term, one.preparation_term
    ways = [*one.processing, *([way.name(language)] if way is not None else [])]
    return Side(one.words or "", document.grams_a_day(one), role.name(language) if role else "", "、".join(ways))


def _choices(finding: Finding, entries: Sequence[Entry], q: str, language: Language) -> list[Row]:
    """What was searched for, else the nearest formulas."""
    if q:
        hits = finding.ask(Asked(q, limit=_CHOICES)).hits
    else:
        known = finding.named(entries[0].formula.id) if entries else None
        hits = [] if known is None else [Hit(one.formula, ()) for one in finding.relatives(known)]
    return [row_of(hit, language) for hit in hits if not entries or hit.formula.formula != entries[0].formula.id]
