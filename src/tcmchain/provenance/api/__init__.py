"""HTTP doors of the ledger of lots."""

from tcmchain.provenance.api.routes import router

__all__ = ["router"]
