"""The doors, put together."""

from fastapi import APIRouter

from tcmchain.chain.handover import HandOver
from tcmchain.provenance.api import conserving as conserving_door
from tcmchain.provenance.api import reading, recalling, tables, writing
from tcmchain.provenance.service.bulk import Bulk
from tcmchain.provenance.service.conserving import Conserving
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.provenance.service.steps import Steps


def router(
    ledger: Ledger, conserving: Conserving, steps: Steps, bulk: Bulk, recalls: Recalls, hand_over: HandOver
) -> APIRouter:
    """All doors under ``/api/provenance``."""
    found = APIRouter(prefix="/api/provenance", tags=["provenance"])
    found.include_router(reading.router(ledger))
    found.include_router(conserving_door.router(conserving))
    found.include_router(writing.router(steps, hand_over))
    found.include_router(tables.router(ledger, bulk, hand_over))
    found.include_router(recalling.router(recalls, hand_over))
    return found
