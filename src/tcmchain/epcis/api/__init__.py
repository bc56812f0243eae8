"""Doors of EPCIS 2.0 for programs, as the standard's REST bindings say."""

from tcmchain.epcis.api.edge import SIZE_LIMIT
from tcmchain.epcis.api.routes import router

__all__ = ["SIZE_LIMIT", "router"]
