"""Pages of prescriptions."""

from tcmchain.prescriptions.pages.routes import router

__all__ = ["router"]
