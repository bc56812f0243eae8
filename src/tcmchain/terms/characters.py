"""Traditional and variant characters, each with the one that is written today."""

from functools import cache

from tcmchain.terms.tables import rows


def simplify(text: str) -> str:
    """``text`` in the characters of today, letter by letter (鞕 is 硬, 濇 is 涩); its length does not change.

    Names whose variants are whole words (芒消 is 芒硝) are not settled here: :func:`tcmchain.terms.lookup.find` knows
    them.
    """
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    return {ord(row["written"]): row["simplified"] for row in rows("characters")}
