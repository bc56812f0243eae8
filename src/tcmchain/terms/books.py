"""The books and tables that formulas, conventions and weights of pieces are taken from."""

from functools import cache

from tcmchain.terms.tables import Source, rows


@cache
def books() -> dict[str, Source]:
    """Books, tables and open collections by id; ``year`` is that of the edition, 0 where there is none."""
    return {r["id"]: Source(id=r["id"], zh=r["zh"], en=r["en"], year=int(r["year"])) for r in rows("books")}
