"""HTTP doors of visits."""

from tcmchain.encounters.api.routes import Encounters, router

__all__ = ["Encounters", "router"]
