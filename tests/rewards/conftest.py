from tests.reviews.conftest import scene

__all__ = ["scene"]
