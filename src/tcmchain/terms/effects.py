"""What herbs are given for: effects and complaints in single terms, no sentences."""

from collections.abc import Mapping
from functools import cache

from tcmchain.terms.herbs import Herb, herb
from tcmchain.terms.tables import rows


@cache
def effects() -> Mapping[str, tuple[str, ...]]:
    """The terms of every herb that a source describes, by the herb's Chinese name."""
    found: dict[str, dict[str, None]] = {}
    for row in rows("effects"):
        found.setdefault(row["herb"], {}).update(dict.fromkeys(row["effects"].split("|")))
    return {herb: tuple(terms) for herb, terms in found.items()}


def described_as(one: Herb) -> str:
    """The name under which :func:`effects` has a herb: another of its names, or one of the raw herb; else its own."""
    bases = (herb(one.base),) if one.base else ()
    names = (name for each in (one, *bases) for name in (each.zh, *each.aliases))
    return next((name for name in names if name in effects()), one.zh)
