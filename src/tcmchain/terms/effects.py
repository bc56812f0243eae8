"""What herbs are given for: effects and complaints in single terms, no sentences."""

from collections.abc import Mapping
from functools import cache

from tcmchain.terms.tables import rows


@cache
def effects() -> Mapping[str, tuple[str, ...]]:
    """The terms of every herb that a source describes, by the herb's Chinese name."""
    found: dict[str, dict[str, None]] = {}
    for row in rows("effects"):
        found.setdefault(row["herb"], {}).update(dict.fromkeys(row["effects"].split("|")))
    return {herb: tuple(terms) for herb, terms in found.items()}
