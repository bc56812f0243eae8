"""Formulas of books and open collections, as a table of facts: what is in them, how much, for what.

A formula that several sources give stands once for each, and none takes the place of another: schools, editions and
digitisations differ, and which one is right is not for a table to say.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import cast

from tcmchain.terms.books import books
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.herbs import HerbId
from tcmchain.terms.measures import Basis
from tcmchain.terms.tables import Row, Source, rows, several
from tcmchain.values import Hash32


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedIngredient:
    """A herb of a formula: its name and dose as the source writes them; ``note`` tells what was settled in reading."""

    herb: HerbId
    name: str
    words: str
    role: str | None
    processing: tuple[str, ...]
    preparation: str | None
    note: str


@dataclass(frozen=True, slots=True)
class SeedUse:
    """What a source gives a formula for: codes of the national standards where they were found, and symptoms."""

    disease: str | None
    syndrome: str | None
    symptoms: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Another dose of one herb, in another edition or as the book itself allows."""

    formula: str
    source: Source
    herb: HerbId
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """加减: when these symptoms are there, herbs are left out and others put in, each with its dose or none told."""

    formula: str
    source: Source
    when: tuple[str, ...]
    without: tuple[HerbId, ...]
    additions: tuple[tuple[HerbId, str], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A formula of a source that is not in the table, and why."""

    source: Source
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedFormula:
    """A formula as one source gives it.

    ``id`` is the name in pinyin without tones, the same for all sources of a formula. ``convention`` is how the old
    units of its doses are counted; ``servings`` and ``takings`` are none where the source does not say; ``sha256`` is
    the hash of the clause that was read, as its corpus publishes it, none where there is none.
    """

    id: str
    source: Source
    zh: str
    pinyin: str
    aliases: tuple[str, ...]
    form: str
    basis: Basis
    servings: int | None
    takings: int | None
    convention: str
    book: str
    clause: str
    sha256: Hash32 | None
    note: str
    ingredients: tuple[SeedIngredient, ...]
    uses: tuple[SeedUse, ...]


@cache
def seed_formulas() -> tuple[SeedFormula, ...]:
    """Every formula of every source, the oldest source first."""
    herbs, uses = _grouped("formula_herbs"), _grouped("formula_uses")
    return tuple(
        SeedFormula(
            id=row["id"],
            source=books()[row["source"]],
            zh=row["zh"],
            pinyin=row["pinyin"],
            aliases=several(row["aliases"]),
            form=row["form"],
            basis=cast(Basis, row["basis"]),
            servings=int(row["servings"]) if row["servings"] else None,
            takings=int(row["takings"]) if row["takings"] else None,
            convention=row["convention"],
            book=row["book"],
            clause=row["clause"],
            sha256=Hash32(row["sha256"]) if row["sha256"] else None,
            note=row["note"],
            ingredients=tuple(_ingredient(each) for each in herbs[row["id"], row["source"]]),
            uses=tuple(_use(each) for each in uses[row["id"], row["source"]]),
        )
        for row in rows("formulas")
    )


def seeds_of(id: str) -> tuple[SeedFormula, ...]:
    """What the sources say of one formula; raises :class:`TermUnknown`."""
    if id not in _by_id():
        raise TermUnknown(f"no formula {id!r}", kind="formula", query=id[:80])
    return _by_id()[id]


def seeds_named(name: str) -> tuple[SeedFormula, ...]:
    """The formulas with exactly this Chinese name or other name; empty where there is none."""
    return _by_name().get(name, ())


@cache
def readings_of(id: str) -> tuple[Reading, ...]:
    """Other doses of single herbs of a formula."""
    return tuple(
        Reading(row["formula"], books()[row["source"]], HerbId(row["herb"]), row["words"], row["note"])
        for row in rows("formula_readings")
        if row["formula"] == id
    )


@cache
def changes() -> tuple[Change, ...]:
    """All additions and omissions that the sources give."""
    return tuple(
        Change(
            formula=row["formula"],
            source=books()[row["source"]],
            when=several(row["when"]),
            without=tuple(HerbId(id) for id in several(row["without"])),
            additions=tuple(_addition(each) for each in several(row["with"])),
        )
        for row in rows("formula_changes")
    )


def changes_of(id: str) -> tuple[Change, ...]:
    """What is added to a formula and left out of it, and when."""
    return tuple(change for change in changes() if change.formula == id)


@cache
def gaps() -> tuple[Gap, ...]:
    """What was left out of the table."""
    return tuple(Gap(books()[row["source"]], row["name"], row["reason"]) for row in rows("formula_gaps"))


@cache
def _by_id() -> dict[str, tuple[SeedFormula, ...]]:
    found: defaultdict[str, list[SeedFormula]] = defaultdict(list)
    for seed in seed_formulas():
        found[seed.id].append(seed)
    return {id: tuple(given) for id, given in found.items()}


@cache
def _by_name() -> dict[str, tuple[SeedFormula, ...]]:
    found: defaultdict[str, dict[int, SeedFormula]] = defaultdict(dict)
    for at, seed in enumerate(seed_formulas()):
        for name in (seed.zh, *seed.aliases):
            found[name][at] = seed
    return {name: tuple(given.values()) for name, given in found.items()}


def _grouped(table: str) -> dict[tuple[str, str], list[Row]]:
    found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows(table):
        found[row["formula"], row["source"]].append(row)
    return found


def _ingredient(row: Row) -> SeedIngredient:
    return SeedIngredient(
        herb=HerbId(row["herb"]),
        name=row["name"],
        words=row["words"],
        role=row["role"] or None,
        processing=several(row["processing"]),
        preparation=row["preparation"] or None,
        note=row["note"],
    )


def _use(row: Row) -> SeedUse:
    return SeedUse(row["disease"] or None, row["syndrome"] or None, several(row["symptoms"]), row["words"])


def _addition(cell: str) -> tuple[HerbId, str]:
    id, _, words = cell.partition(" ")
    return HerbId(id), words
