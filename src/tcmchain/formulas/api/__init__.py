"""HTTP doors of formulas."""

from tcmchain.formulas.api.routes import router

__all__ = ["router"]
