"""The tables of facts that come with the package."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Something with a Chinese and an English name."""

    zh: str
    en: str

    def name(self, language: str) -> str:
        """The name for a reader of ``language`` (``zh_Hans``, ``zh-CN``, ``en``, …)."""
        return self.zh if language.lower().startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Term):
    """Where a fact was taken from: a work with its edition, or a limit that this house sets itself.

    ``year`` is the year of the edition, 0 where there is none.
    """

    id: str
    year: int


@cache
def rows(table: str) -> tuple[Row, ...]:
    """Every row of ``data/<table>.csv``, in its order, by column name."""
    text = (resources.files(__package__) / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def sources() -> dict[str, Source]:
    """The sources of all facts by their id."""
    return {r["id"]: Source(id=r["id"], zh=r["zh"], en=r["en"], year=int(r["year"])) for r in rows("sources")}


def several(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds several, parted by ``|``."""
    return tuple(part for part in cell.split("|") if part)
