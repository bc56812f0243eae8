"""``/api/formulas/search`` and its neighbours: searching, and finding by a description."""

import csv
import io
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from tcmchain.formulas.api.bodies import CLASSES, ClassWord
from tcmchain.formulas.model.query import DEEPEST, LONGEST, Asked, Found, Hit, Reason
from tcmchain.formulas.service.finding import LONGEST_DESCRIPTION, Finding, Suggestion
from tcmchain.terms.herbs import herb
from tcmchain.terms.lookup import find
from tcmchain.terms.vocabulary import Code, diseases, syndromes

MOST: Final = 100
_HEAD: Final = ("formula", "version", "class", "name", "herbs", "diseases", "syndromes", "symptoms", "book", "found_by")
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Text = Annotated[str, Query(max_length=LONGEST, description="words in Chinese, pinyin, initials or English")]
Herbs = Annotated[
    list[Annotated[str, Field(max_length=40)]] | None, Field(max_length=20, description="ids or exact names of herbs")
]


class ReasonView(BaseModel):
    """The word of the question and the term of the formula that answers it; ``written`` is empty for a filter."""

    written: str
    field: str = Field(description="name, herb, disease, syndrome, symptom or words")
    term: str

    @classmethod
    def of(cls, found: Reason) -> "ReasonView":
        return cls(written=found.written, field=found.field.value, term=found.term)


class NamedView(BaseModel):
    id: str
    zh: str


class HitView(BaseModel):
    """A formula that was found, and why."""

    formula: str
    version: int
    kind: str = Field(serialization_alias="class")
    name: str
    aliases: list[str]
    herbs: list[NamedView]
    diseases: list[NamedView]
    syndromes: list[NamedView]
    symptoms: list[str]
    book: str
    reasons: list[ReasonView]

    @classmethod
    def of(cls, found: Hit) -> "HitView":
        one = found.formula
        return cls(
            formula=one.formula,
            version=one.version,
            kind=one.kind.word,
            name=one.name,
            aliases=list(one.aliases),
            herbs=[NamedView(id=id, zh=herb(id).zh) for id in one.herbs],
            diseases=[_named(code, diseases().get(code)) for code in one.diseases],
            syndromes=[_named(code, syndromes().get(code)) for code in one.syndromes],
            symptoms=list(one.symptoms),
            book=one.book,
            reasons=[ReasonView.of(reason) for reason in found.reasons],
        )


class FoundView(BaseModel):
    """An answer: ``total`` counts to 1000 and no further; ``loosely`` tells that no formula answers all words."""

    total: int
    more: bool
    loosely: bool
    unread: list[str] = Field(description="pieces of the text that nothing was understood of")
    hits: list[HitView]
    near: list[HitView] = Field(description="formulas that answer some of the words, where few answer all")

    @classmethod
    def of(cls, found: Found) -> "FoundView":
        return cls(
            total=found.total,
            more=found.more,
            loosely=found.loosely,
            unread=list(found.unread),
            hits=[HitView.of(hit) for hit in found.hits],
            near=[HitView.of(hit) for hit in found.near],
        )


class DescriptionBody(BaseModel):
    """A description of disease, syndrome and symptoms. It is answered and kept nowhere; name no person in it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=LONGEST_DESCRIPTION)
    limit: int = Field(10, ge=1, le=50)


class MeantView(BaseModel):
    wording: str
    terms: list[str]


class GroundsView(BaseModel):
    herb: str
    words: list[str]


class SuggestionView(BaseModel):
    """A formula that a description may ask for: words that both have, wordings as terms, herbs whose effects answer."""

    formula: str
    version: int
    name: str
    also: list[str] = Field(description="the same formula in other sources")
    same: list[str]
    meant: list[MeantView]
    herbs: list[GroundsView]

    @classmethod
    def of(cls, found: Suggestion) -> "SuggestionView":
        one, grounds = found.formula, found.evidence
        return cls(
            formula=one.formula,
            version=one.version,
            name=one.name,
            also=[other.formula for other in found.also],
            same=list(grounds.same),
            meant=[MeantView(wording=wording, terms=list(terms)) for wording, terms in grounds.meant],
            herbs=[GroundsView(herb=name, words=list(words)) for name, words in grounds.herbs],
        )


def _named(code: str, known: Code | None) -> NamedView:
    return NamedView(id=code, zh=known.zh if known is not None else code)


def finding_router(finding: Finding) -> APIRouter:
    """The doors; they must stand before those that read a formula by its id."""
    found = APIRouter(prefix="/api/formulas", tags=["formulas"])

    @found.get("/search")
    def search(
        q: Text = "",
        having: Annotated[Herbs, Query(alias="with")] = None,
        lacking: Annotated[Herbs, Query(alias="without")] = None,
        kinds: Annotated[list[ClassWord] | None, Query(alias="class", max_length=3)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
        offset: Annotated[int, Query(ge=0, le=DEEPEST)] = 0,
    ) -> FoundView:
        """Formulas by name, herb, disease, syndrome or symptom, in anybody's words, each with why it was found."""
        return FoundView.of(finding.ask(_asked(q, having, lacking, kinds, limit, offset)))

    @found.get(
        "/search/export",
        response_class=Response,
        responses={200: {"content": {"text/csv": {}, "application/json": {}}}},
    )
    def export_found(
        format: Annotated[Literal["csv", "json"], Query()] = "json",
        q: Text = "",
        having: Annotated[Herbs, Query(alias="with")] = None,
        lacking: Annotated[Herbs, Query(alias="without")] = None,
        kinds: Annotated[list[ClassWord] | None, Query(alias="class", max_length=3)] = None,
    ) -> Response:
        """Everything that a question finds, up to 1000 formulas, as CSV or JSON."""
        answer = FoundView.of(finding.ask(_asked(q, having, lacking, kinds, DEEPEST, 0)))
        content = _table(answer) if format == "csv" else answer.model_dump_json(by_alias=True)
        media = "text/csv" if format == "csv" else "application/json"
        headers = {"Content-Disposition": f'attachment; filename="formulas-found.{format}"'}
        return Response(content, media_type=f"{media}; charset=utf-8", headers=headers)

    @found.post("/suggestions")
    def suggest(body: DescriptionBody) -> list[SuggestionView]:
        """Formulas that a description may ask for, the likeliest first, with the grounds. A physician judges."""
        return [SuggestionView.of(one) for one in finding.suggest(body.text, body.limit)]

    return found


def _asked(
    text: str,
    having: list[str] | None,
    lacking: list[str] | None,
    kinds: list[ClassWord] | None,
    limit: int,
    offset: int,
) -> Asked:
    """The question; raises ``TermUnknown`` and ``TermAmbiguous`` for a herb that is named wrongly."""
    return Asked(
        text=text,
        having=tuple(find(name).id for name in having or ()),
        lacking=tuple(find(name).id for name in lacking or ()),
        kinds=tuple(CLASSES[kind] for kind in kinds or ()),
        limit=limit,
        offset=offset,
    )


def _table(answer: FoundView) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    for hit in answer.hits:
        named = (" ".join(one.zh for one in several) for several in (hit.herbs, hit.diseases, hit.syndromes))
        why = "; ".join(f"{one.written or '+'} = {one.term} ({one.field})" for one in hit.reasons)
        row = (hit.formula, hit.version, hit.kind, hit.name, *named, " ".join(hit.symptoms), hit.book, why)
        writer.writerow([f"'{cell}" if str(cell).startswith(_FORMULA_SIGNS) else cell for cell in row])
    return "\ufeff" + out.getvalue()
