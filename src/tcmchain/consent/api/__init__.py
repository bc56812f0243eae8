"""The doors for programs."""

from tcmchain.consent.api.routes import router

__all__ = ["router"]
