"""Pages of bonds, cases and growers' records."""

from tcmchain.guarantees.pages.routes import router

__all__ = ["router"]
