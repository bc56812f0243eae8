"""The pages, put together."""

from fastapi import APIRouter

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.pages import certificate, desk, overview, search, stepping
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.web.pages import Pages


def router(ledger: Ledger, roll: Roll, pages: Pages, behind: Behind) -> APIRouter:
    """Certificates under ``/01`` and all pages under ``/provenance``."""
    found = APIRouter()
    certificates = certificate.Certificates(ledger, roll, pages, behind)
    found.include_router(certificate.router(ledger, certificates))
    found.include_router(search.router(ledger, roll, pages))
    found.include_router(overview.router(ledger, roll, pages))
    found.include_router(desk.router(ledger, roll, pages))
    found.include_router(stepping.router(ledger, roll, pages))
    return found
