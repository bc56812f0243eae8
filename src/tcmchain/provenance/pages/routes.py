"""The pages, put together."""

from collections.abc import Sequence

from fastapi import APIRouter

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.pages import (
    certificate,
    desk,
    labels,
    overview,
    printing,
    recalls,
    resolver,
    search,
    shipment,
    stepping,
)
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.pages.panels import Panel
from tcmchain.provenance.pages.resolver import Lead
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.web.pages import Pages
from tcmchain.web.printing.press import Press


def router(
    ledger: Ledger,
    recalling: Recalls,
    roll: Roll,
    pages: Pages,
    behind: Behind,
    panels: Sequence[Panel] = (),
    leads: Sequence[Lead] = (),
) -> APIRouter:
    """Certificates under ``/01``, with what ``panels`` show above them, pages under ``/provenance`` and ``/labels``.

    ``leads`` are links from a lot to what other slices know of it.
    """
    found = APIRouter()
    resolving = resolver.Resolver(ledger, recalling, roll, behind, leads)
    certificates = certificate.Certificates(ledger, recalling, roll, pages, behind, panels)
    found.include_router(certificate.router(ledger, certificates, resolving))
    found.include_router(resolver.router(resolving, behind))
    found.include_router(shipment.router(ledger, roll, pages))
    found.include_router(search.router(ledger, roll, pages))
    found.include_router(overview.router(ledger, roll, pages))
    found.include_router(desk.router(ledger, recalling, roll, pages))
    found.include_router(stepping.router(ledger, roll, pages))
    found.include_router(recalls.router(ledger, recalling, roll, pages))
    press = Press()
    found.include_router(labels.router(ledger, roll, pages, behind, press))
    found.include_router(printing.router(ledger, recalling, roll, behind, press))
    return found
