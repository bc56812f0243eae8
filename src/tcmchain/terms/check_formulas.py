"""Find contradictions within the tables of formulas, measures and books."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tcmchain.terms.check_facts import Contradiction
from tcmchain.terms.tables import Row, several

TABLES: Final = (
    "books",
    "conventions",
    "counts",
    "diseases",
    "formula_changes",
    "formula_gaps",
    "formula_herbs",
    "formula_readings",
    "formula_uses",
    "formulas",
    "herbs",
    "preparations",
    "roles",
    "syndromes",
    "units",
)

Tables = Mapping[str, Sequence[Row]]


def formula_faults(tables: Tables) -> Iterator[Contradiction]:
    """Every fault of the rows: what is named and not there, what stands twice, what is empty."""
    yield from _twice(tables)
    yield from _unknown(tables)
    yield from _unit_words(tables["units"])
    yield from _weighings(tables["counts"])
    yield from _formulas(tables)


def _ids(rows: Sequence[Row], column: str = "id") -> set[str]:
    return {row[column] for row in rows}


def _twice(tables: Tables) -> Iterator[Contradiction]:
    keys = {
        "books": ("id",),
        "conventions": ("id",),
        "units": ("id",),
        "formulas": ("id", "source"),
        "formula_herbs": ("formula", "source", "herb"),
    }
    for table, columns in keys.items():
        counted = Counter(tuple(row[column] for column in columns) for row in tables[table])
        for key, times in counted.items():
            if times > 1:
                yield Contradiction(" ".join(key), f"stands twice in {table}")


def _unknown(tables: Tables) -> Iterator[Contradiction]:
    books, herbs, formulas = (_ids(tables[name]) for name in ("books", "herbs", "formulas"))
    given = {(row["id"], row["source"]) for row in tables["formulas"]}
    known = {
        "herb": herbs,
        "formula": formulas,
        "source": books,
        "role": _ids(tables["roles"]) | {""},
        "preparation": _ids(tables["preparations"]) | {""},
        "convention": _ids(tables["conventions"]),
        "disease": _ids(tables["diseases"], "code") | {""},
        "syndrome": _ids(tables["syndromes"], "code") | {""},
        "unit": _ids(tables["units"]),
    }
    for table in ("formula_herbs", "formula_uses", "formula_readings", "formula_changes", "formula_gaps", "formulas"):
        yield from _named(tables[table], known, table)
    counted = [row for row in tables["counts"] if not row["herb"].startswith("*")]
    yield from _named(counted, known, "counts")
    for row in (*tables["formula_herbs"], *tables["formula_uses"]):
        if (row["formula"], row["source"]) not in given:
            yield Contradiction(row["formula"], f"is not given by {row['source']}")
    for row in tables["formula_changes"]:
        for id in (*several(row["without"]), *(each.partition(" ")[0] for each in several(row["with"]))):
            if id not in herbs:
                yield Contradiction(id, "is no herb of formula_changes")


def _named(rows: Sequence[Row], known: Mapping[str, set[str]], table: str) -> Iterator[Contradiction]:
    for row in rows:
        for column in row.keys() & known.keys():
            if row[column] not in known[column]:
                yield Contradiction(row[column], f"is no {column} of {table}")


def _unit_words(rows: Sequence[Row]) -> Iterator[Contradiction]:
    counted = Counter(word for row in rows for word in several(row["words"]))
    for word, times in counted.items():
        if times > 1:
            yield Contradiction(word, "means two units")


def _weighings(rows: Sequence[Row]) -> Iterator[Contradiction]:
    for row in rows:
        if not 0 < float(row["low"]) <= float(row["high"]):
            yield Contradiction(f"{row['herb']} {row['unit']}", "weighs from more to less")


def _formulas(tables: Tables) -> Iterator[Contradiction]:
    herbs = {(row["formula"], row["source"]) for row in tables["formula_herbs"]}
    names: dict[str, str] = {}
    for row in tables["formulas"]:
        if (row["id"], row["source"]) not in herbs:
            yield Contradiction(row["id"], f"has no herbs by {row['source']}")
        if names.setdefault(row["id"], row["zh"]) != row["zh"]:
            yield Contradiction(row["id"], f"names {names[row['id']]}, {row['zh']}")
        if len(row["pinyin"].split()) != len(row["zh"]):
            yield Contradiction(row["id"], "pinyin and name differ in length")
    for row in tables["formula_herbs"]:
        if not row["words"]:
            yield Contradiction(f"{row['formula']} {row['herb']}", "has no dose")
