"""The classics that come with the package, as documents."""

from collections.abc import Sequence


def seed_documents() -> Sequence[bytes]:
    """Every classic as the document that stands on the chain, in a fixed order."""
    return ()
