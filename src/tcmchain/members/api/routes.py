"""The doors, put together."""

from fastapi import APIRouter

from tcmchain.chain.handover import HandOver
from tcmchain.members.api import reading, signing, voting
from tcmchain.members.service.motions import Motions
from tcmchain.members.service.roll import Roll
from tcmchain.members.service.signing import Signing


def router(roll: Roll, motions: Motions, signatures: Signing, hand_over: HandOver) -> APIRouter:
    """``/api/members``, ``/api/agreements``, ``/api/operators``, ``/api/motions`` and ``/api/directory``."""
    found = APIRouter(prefix="/api", tags=["members"])
    found.include_router(reading.router(roll))
    found.include_router(voting.router(motions, hand_over))
    found.include_router(signing.router(signatures, hand_over))
    return found
