"""The doors for programs."""

from tcmchain.letters.api.routes import router

__all__ = ["router"]
