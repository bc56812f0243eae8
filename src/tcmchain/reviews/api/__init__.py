"""HTTP doors of reviews."""

from tcmchain.reviews.api.routes import router

__all__ = ["router"]
