"""The doors, put together."""

from fastapi import APIRouter
from starlette.responses import Response

from tcmchain.epcis.api import capturing, listening, naming, querying
from tcmchain.epcis.api.edge import EpcisRoute, discovery
from tcmchain.epcis.api.views import resources_answer
from tcmchain.epcis.service.building import Epcis
from tcmchain.web.session import Sessions


def router(epcis: Epcis, sessions: Sessions) -> APIRouter:
    """All doors under ``/epcis``."""
    found = APIRouter(prefix="/epcis", tags=["epcis"], route_class=EpcisRoute)

    @found.options("/", status_code=204)
    def discover() -> Response:
        """What the interface can do."""
        return discovery("OPTIONS, GET")

    @found.get("/", name="list_resources")
    def list_resources() -> Response:
        """The top-level resources; a browser that asks for a page gets it at the address without the slash."""
        return resources_answer()

    found.include_router(capturing.router(epcis.capture))
    found.include_router(querying.router(epcis.asking, epcis.anchoring))
    found.include_router(naming.router(epcis.asking, epcis.subscriptions))
    found.include_router(listening.router(epcis.subscriptions, sessions))
    return found
