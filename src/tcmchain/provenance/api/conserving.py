"""The door at which anybody asks whether the sums close."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tcmchain.provenance.service.conserving import Conserving


class OpenLotView(BaseModel):
    """A lot that does not close, in milligrams."""

    lot: str
    made: int
    found: int


class ConservationView(BaseModel):
    """The sums over all lots, as read at ``block``."""

    block: int
    lots: int
    open: list[OpenLotView] = Field(description="lots whose parts do not add up to what was made, a hundred at most")


def router(conserving: Conserving) -> APIRouter:
    """``GET /conservation``."""
    found = APIRouter()

    @found.get("/conservation")
    def read_conservation() -> ConservationView:
        """Whether of every lot what was made is held, under way, used, dispensed, retired or lost."""
        told = conserving.conservation()
        lots = [OpenLotView(lot=lot.lot, made=lot.made, found=lot.found) for lot in told.open_lots]
        return ConservationView(block=told.block, lots=told.lots, open=lots)

    return found
