"""Pages of captured events, jobs and proofs."""

from tcmchain.epcis.pages.routes import router

__all__ = ["router"]
