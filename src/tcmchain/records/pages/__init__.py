"""Pages of the patient's own records: shells without a secret, filled on the patient's device."""

from tcmchain.records.pages.routes import router

__all__ = ["router"]
