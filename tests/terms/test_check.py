"""Each kind of fault that a table can have is put into one, and is found."""

from collections.abc import Callable

import pytest

from tcmchain.terms.check import check
from tcmchain.terms.check_facts import HERBS_IN, TABLES, faults
from tcmchain.terms.tables import Row, rows

Fault = tuple[str, Callable[[list[Row]], None], str]


def _set(column: str, value: str, at: int = 0) -> Callable[[list[Row]], None]:
    def change(table: list[Row]) -> None:
        table[at][column] = value

    return change


def _add(**row: str) -> Callable[[list[Row]], None]:
    def change(table: list[Row]) -> None:
        table.append(dict.fromkeys(table[0], "") | row)

    return change


def _again(table: list[Row]) -> None:
    table.append(dict(table[0]))


_POISON = {"herb": "renshen", "grade": "toxic", "source": "trade"}
_PAIR = {"rule": "eighteen", "name": "甘草反炙甘草", "left": "gancao", "right": "zhigancao", "source": "eighteen"}
_MIRROR = {"rule": "nineteen", "name": "海藻畏甘草", "left": "haizao", "right": "gancao", "source": "nineteen"}

FAULTS: tuple[Fault, ...] = (
    ("doses", _set("low", "99"), "has the range"),
    ("doses", _set("low", "0"), "has the range"),
    ("doses", _set("form", "soup"), "has form 'soup'"),
    ("doses", _set("basis", "weekly"), "has basis 'weekly'"),
    ("doses", _set("source", "hearsay"), "stands in doses and is no source"),
    (
        "doses",
        _add(herb="langdu", form="pill", basis="per-day", low="1", high="2", source="trade"),
        "external use only",
    ),
    (
        "doses",
        _add(herb="lilu", form="pill", basis="per-day", low="1", high="2", source="trade"),
        "listed as having none",
    ),
    ("doses", _again, "stands 2 times in doses"),
    ("herbs", _set("part", "elbow"), "has no known part"),
    ("herbs", _set("base", "renshen"), "is a state of itself"),
    ("herbs", _set("base", "hongshen", at=1), "itself a state of renshen"),
    ("herbs", _again, "stands 2 times in herbs"),
    ("herbs", _set("aliases", "西洋参"), "names renshen, xiyangshen"),
    ("herbs", _set("aliases", "贝母"), "is shared by several herbs and an alias of renshen"),
    ("ambiguous_names", _set("herbs", "chuanbeimu"), "is called shared and means one herb"),
    ("variants", _set("variant", "人参"), "is a variant and a name"),
    ("variants", _set("name", "贝母"), "names no one herb"),
    ("toxicities", _add(**{**_POISON, "herb": "longgu"}), "neither given nor listed as unknown"),
    ("toxicities", _add(**{**_POISON, "herb": "longgu"}), "its entry is not listed as read"),
    ("toxicities", _again, "stands 2 times in toxicities"),
    ("toxicities", _set("grade", "deadly"), "has grade 'deadly'"),
    ("pregnancies", _again, "stands 2 times in pregnancies"),
    ("pregnancies", _set("wording", "maybe"), "has wording 'maybe'"),
    ("cautions", _set("whom", "dentists"), "has whom 'dentists'"),
    ("handlings", _set("preparation", "fry"), "is handled in no known way"),
    ("incompatibilities", _add(**_PAIR), "which is the same herb"),
    ("incompatibilities", _add(**_MIRROR), "as 甘草反海藻 does"),
    ("incompatibilities", _set("rule", "twenty"), "has rule 'twenty'"),
    ("restrictions", _set("days", ""), "is limited to days and banned, or neither"),
    ("restrictions", _set("days", "3", at=-1), "is limited to days and banned, or neither"),
    ("restrictions", _set("kind", "frowned-on"), "has kind 'frowned-on'"),
    ("diseases", _again, "stands 2 times in diseases"),
    ("syndromes", _set("others", "阳证"), "in syndromes"),
    ("symptoms", _set("words", "头痛"), "is a symptom and a word for 失眠"),
)


@pytest.mark.parametrize(("table", "change", "told"), FAULTS)
def test_faults__one_put_in__is_found(table: str, change: Callable[[list[Row]], None], told: str) -> None:
    tables = {name: [dict(row) for row in rows(name)] for name in TABLES}
    assert list(faults(tables)) == []
    change(tables[table])
    assert any(told in found.fault for found in faults(tables))


@pytest.mark.parametrize("table", sorted(HERBS_IN))
def test_faults__herb_that_is_none__is_found(table: str) -> None:
    tables = {name: [dict(row) for row in rows(name)] for name in TABLES}
    for column in HERBS_IN[table]:
        tables[table][0][column] = "nowhere"
    assert any((found.subject, "is no herb" in found.fault) == ("nowhere", True) for found in faults(tables))


def test_check__tables_as_shipped__finds_no_contradiction() -> None:
    assert check() == ()
