"""HTTP doors of custodians: those of a node, and those of a custodian's own process."""

from tcmchain.custodians.api.routes import router

__all__ = ["router"]
