"""The tables of facts that come with the kit."""

import csv
from functools import cache
from importlib import resources

Row = dict[str, str]


@cache
def rows(table: str) -> tuple[Row, ...]:
    """Every row of ``data/<table>.csv``, in its order, by column name."""
    text = (resources.files(__package__) / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
