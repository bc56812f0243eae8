"""The door of stocktakes: tags and codes that were read, set against the ledger."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from tcmchain.provenance.api.reading import member_of
from tcmchain.provenance.api.views import LotView
from tcmchain.provenance.model.stocktake import Line, Stocktake
from tcmchain.provenance.service.stocktakes import MOST_CODES, Stocktakes, facts_of
from tcmchain.web.bodies import Body
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]


class CodesBody(Body):
    """What was read: tags in hexadecimal digits, tag URIs, EPCs, element strings or Digital Links."""

    codes: Annotated[list[Annotated[str, Field(min_length=1, max_length=400)]], Field(max_length=MOST_CODES)]


class LineView(BaseModel):
    """Units of a lot, or of several that their tags do not tell apart; ``facts`` are for an observation of storage."""

    lots: list[LotView]
    booked: int
    counted: int
    missing: int
    surplus: int
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, line: Line) -> "LineView":
        return cls(
            lots=[LotView.of(lot) for lot in line.lots],
            booked=line.booked,
            counted=line.counted,
            missing=line.missing,
            surplus=line.surplus,
            facts=facts_of(line),
        )


class StrayView(BaseModel):
    """A code that belongs to nothing held: unreadable, no-unit, unknown-item, not-held or unknown-unit."""

    code: str
    kind: str


class StocktakeView(BaseModel):
    """What came of a count; nothing on the ledger is changed by it."""

    agrees: bool
    reads: int
    repeats: int
    booked: int
    counted: int
    missing: int
    uncounted: int
    lines: list[LineView]
    strays: list[StrayView]

    @classmethod
    def of(cls, found: Stocktake) -> "StocktakeView":
        return cls(
            agrees=found.agrees,
            reads=found.reads,
            repeats=found.repeats,
            booked=found.booked,
            counted=found.counted,
            missing=found.missing,
            uncounted=found.uncounted,
            lines=[LineView.of(line) for line in found.lines],
            strays=[StrayView(code=stray.code, kind=stray.kind.value) for stray in found.strays],
        )


def router(stocktakes: Stocktakes) -> APIRouter:
    """``/api/provenance/stocktakes``, for members with stock."""
    found = APIRouter(prefix="/api/provenance", tags=["provenance"])

    @found.post("/stocktakes")
    def take(body: CodesBody, caller: SignedIn) -> StocktakeView:
        """Count the caller's units by the tags read; nothing is changed or kept."""
        return StocktakeView.of(stocktakes.take(member_of(caller), body.codes))

    return found
