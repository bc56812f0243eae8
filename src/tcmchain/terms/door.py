"""The door ``/api/terms``: herbs with all that the tables say of them, codes of the standards, and symptoms."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from tcmchain.terms.cards import Card, card_of
from tcmchain.terms.door_measures import measuring
from tcmchain.terms.herbs import Herb
from tcmchain.terms.lookup import called, find, search
from tcmchain.terms.tables import Source
from tcmchain.terms.vocabulary import CodeKind, find_code, find_symptoms

_MOST = 20

Text = Annotated[str, Query(min_length=1, max_length=40)]


class SourceView(BaseModel):
    """Where a fact was taken from."""

    id: str
    zh: str
    en: str
    year: int = Field(description="of the edition; 0 where there is none")


class HerbView(BaseModel):
    """A herb by its names."""

    id: str
    zh: str
    traditional: str
    pinyin: str
    latin: str
    en: str
    name: str = Field(description="a name that means this herb alone")
    base: str | None = Field(description="the herb of which this one is a state")
    aliases: list[str]


class DoseView(BaseModel):
    """A range in grams, as decimal text."""

    form: str
    basis: str
    low: str
    high: str
    note: str
    source: SourceView


class WarningView(BaseModel):
    """A warning in the source's own wording."""

    whom: str
    wording: str
    source: SourceView


class PairView(BaseModel):
    """A herb that does not go with this one."""

    herb: str
    zh: str
    rule: str
    name: str
    source: SourceView


class RestrictionView(BaseModel):
    """What the law says."""

    kind: str
    days: int | None
    keep_years: int | None
    source: SourceView


class CardView(BaseModel):
    """All that is known of a herb; where ``read`` is null, no warning does not mean harmless."""

    herb: HerbView
    states: list[HerbView]
    doses: list[DoseView] = Field(description="the newest edition first; empty means unknown")
    preparations: list[str]
    read: SourceView | None
    toxicity: str | None
    warnings: list[WarningView]
    restriction: RestrictionView | None
    incompatible: list[PairView]


class CodeView(BaseModel):
    """A term of a national standard."""

    code: str
    zh: str
    others: list[str]
    former: str
    source: SourceView


class SymptomView(BaseModel):
    """A symptom and the words that people use for it."""

    id: str
    zh: str
    pinyin: str
    words: list[str]


def router() -> APIRouter:
    """The lookups; nothing that is asked here is kept."""
    door = APIRouter(prefix="/api/terms", tags=["terms"])

    @door.get("/herbs")
    def search_herbs(q: Text) -> list[HerbView]:
        """Herbs that fit a text, the best first, for a person to choose from."""
        return [_herb(term) for term in search(q, 4 * _MOST) if isinstance(term, Herb)][:_MOST]

    @door.get("/herbs/named")
    def find_herb(name: Text) -> CardView:
        """The one herb that a name means exactly; 404 with suggestions, or 422 with the choices where it is shared."""
        return _card(card_of(find(name).id))

    @door.get("/herbs/{id}")
    def read_herb(id: str) -> CardView:
        """The card of a herb."""
        return _card(card_of(id))

    @door.get("/codes/{kind}")
    def search_codes(kind: CodeKind, q: Text) -> list[CodeView]:
        """Terms by code or name: the exact one alone, else those whose names hold the text."""
        return [
            CodeView(code=c.code, zh=c.zh, others=list(c.others), former=c.former, source=_source(c.source))
            for c in find_code(kind, q)[:_MOST]
        ]

    @door.get("/symptoms")
    def search_symptoms(q: Text) -> list[SymptomView]:
        """The symptoms that stand in a text, by name or in everyday words."""
        return [SymptomView(id=s.id, zh=s.zh, pinyin=s.pinyin, words=list(s.words)) for s in find_symptoms(q)[:_MOST]]

    measuring(door)
    return door


def _source(given: Source) -> SourceView:
    return SourceView(id=given.id, zh=given.zh, en=given.en, year=given.year)


def _herb(one: Herb) -> HerbView:
    return HerbView(
        id=one.id,
        zh=one.zh,
        traditional=one.traditional,
        pinyin=one.pinyin,
        latin=one.latin,
        en=one.en,
        name=called(one),
        base=one.base,
        aliases=list(one.aliases),
    )


def _card(card: Card) -> CardView:
    return CardView(
        herb=_herb(card.herb),
        states=[_herb(one) for one in card.states],
        doses=[
            DoseView(
                form=d.form, basis=d.basis, low=_text(d.low), high=_text(d.high), note=d.note, source=_source(d.source)
            )
            for d in card.doses
        ],
        preparations=[one.preparation for one in card.handlings],
        read=None if card.read is None else _source(card.read),
        toxicity=None if card.toxicity is None else card.toxicity.grade,
        warnings=_warnings(card),
        restriction=_limit(card),
        incompatible=[
            PairView(herb=other.id, zh=other.zh, rule=pair.rule, name=pair.name, source=_source(pair.source))
            for other, pair in card.incompatible
        ],
    )


def _warnings(card: Card) -> list[WarningView]:
    found = [WarningView(whom=c.whom, wording=c.wording, source=_source(c.source)) for c in card.cautions]
    if (woman := card.pregnancy) is not None:
        found.insert(0, WarningView(whom="pregnancy", wording=woman.wording, source=_source(woman.source)))
    return found


def _limit(card: Card) -> RestrictionView | None:
    if (limit := card.restriction) is None:
        return None
    return RestrictionView(kind=limit.kind, days=limit.days, keep_years=limit.keep_years, source=_source(limit.source))


def _text(grams: Decimal) -> str:
    return format(grams, "f")
