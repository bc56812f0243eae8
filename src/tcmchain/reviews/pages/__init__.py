"""Pages of reviews and of reports of harm."""

from tcmchain.reviews.pages.routes import ReviewPages, router

__all__ = ["ReviewPages", "router"]
