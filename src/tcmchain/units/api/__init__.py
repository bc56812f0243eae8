"""HTTP doors of units."""

from tcmchain.units.api.routes import router

__all__ = ["router"]
