"""The doors for programs."""

from tcmchain.patients.api.routes import router

__all__ = ["router"]
