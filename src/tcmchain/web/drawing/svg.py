"""How the drawings of this room become markup."""

from collections.abc import Iterable

from markupsafe import Markup


def svg(parts: Iterable[str]) -> Markup:
    """Join parts of a drawing, in which every text that came from outside is escaped already."""
    return Markup("".join(parts))  # noqa: S704
