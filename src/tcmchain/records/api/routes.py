"""``/api/records``."""

from fastapi import APIRouter

from tcmchain.chain.handover import HandOver
from tcmchain.records.api import authoring, handing_in, reading
from tcmchain.records.service.building import Records


def router(records: Records, hand_over: HandOver) -> APIRouter:
    """Desks and sealing for members, uploads and envelopes from devices, folders for those who may look."""
    found = APIRouter(prefix="/api/records", tags=["records"])
    authoring.install(found, records)
    handing_in.install(found, records, hand_over)
    reading.install(found, records)
    return found
