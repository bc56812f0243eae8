"""Pages of reviews and of reports of harm."""

from tcmchain.reviews.pages.routes import router

__all__ = ["router"]
