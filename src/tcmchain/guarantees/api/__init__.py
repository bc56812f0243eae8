"""HTTP doors of bonds, cases and growers' records."""

from tcmchain.guarantees.api.routes import router

__all__ = ["router"]
