"""SDK over HTTP."""

from tcmchain.reviews.client.reviews import ReviewsClient

__all__ = ["ReviewsClient"]
