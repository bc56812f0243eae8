"""HTTP doors of records."""

from tcmchain.records.api.routes import router

__all__ = ["router"]
