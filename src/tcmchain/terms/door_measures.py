"""The door ``/api/terms/grams``: what dose words come to by every convention, and by whose weighing."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from tcmchain.terms.amounts import units
from tcmchain.terms.lookup import find
from tcmchain.terms.measures import conventions, readings, weighings_in

Name = Annotated[str, Query(min_length=1, max_length=40, description="a herb's exact name, alias or pinyin")]
Words = Annotated[str, Query(min_length=1, max_length=40, description="an amount, such as 三两, 半升 or 9–15g")]


class ReadingView(BaseModel):
    """The words by one convention; ``low`` and ``high`` are grams as decimal text, null where nobody can tell."""

    convention: str
    zh: str
    en: str
    low: str | None
    high: str | None
    source: str


class WeighingView(BaseModel):
    """What a source says that pieces or measures of the herb weigh."""

    unit: str
    size: str = Field(description="large, middle or small; empty where it is not told")
    per: str = Field(description="how many of the unit")
    low: str
    high: str
    source: str


class GramsView(BaseModel):
    """The same words by all conventions; none of them takes the place of the words."""

    herb: str
    words: str
    readings: list[ReadingView]
    weighings: list[WeighingView]


def measuring(door: APIRouter) -> None:
    """Add the door."""

    @door.get("/grams")
    def read_grams(herb: Name, words: Words) -> GramsView:
        """What an amount of a herb comes to; 422 where the words are no amount."""
        found = find(herb)
        return GramsView(
            herb=found.id,
            words=words,
            readings=[
                ReadingView(
                    convention=id,
                    zh=conventions()[id].zh,
                    en=conventions()[id].en,
                    low=None if grams is None else f"{grams.low:f}",
                    high=None if grams is None else f"{grams.high:f}",
                    source=conventions()[id].source.zh,
                )
                for id, grams in readings(words, found.id).items()
            ],
            weighings=[
                WeighingView(
                    unit=units()[each.unit].zh,
                    size=each.size,
                    per=str(each.per),
                    low=f"{float(each.low):g}",
                    high=f"{float(each.high):g}",
                    source=each.source.zh,
                )
                for each in weighings_in(words, found.id)
            ],
        )
