"""HTTP doors of visits."""

from tcmchain.encounters.api.routes import router

__all__ = ["router"]
