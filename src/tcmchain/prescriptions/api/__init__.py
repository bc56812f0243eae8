"""Prescriptions: HTTP doors."""

from tcmchain.prescriptions.api.routes import router

__all__ = ["router"]
