"""The physician's pages."""

from tcmchain.encounters.pages.routes import router

__all__ = ["router"]
