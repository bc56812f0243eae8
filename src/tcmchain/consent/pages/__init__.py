"""Pages of grants: shells, in which the patient's, guardian's or practitioner's own browser does the work."""

from tcmchain.consent.pages.routes import router

__all__ = ["router"]
