"""Sources of one formula side by side: what differs is shown, what only looks different is not."""

from dataclasses import replace

import pytest

from tcmchain.formulas.model.differing import conflicts_of
from tcmchain.formulas.model.document import card
from tcmchain.formulas.model.formula import Dosing, FormulaClass, FormulaDocument, Ingredient
from tcmchain.formulas.model.seeds import document_of
from tcmchain.terms.formulas import seeds_of
from tcmchain.terms.herbs import HerbId


def _document(words: str, convention: str, *more: str) -> FormulaDocument:
    herbs = (("guizhi", words), *((id, "9g") for id in more))
    return FormulaDocument(
        kind=FormulaClass.FOLK,
        name="方",
        dosing=Dosing("per-day"),
        ingredients=tuple(
            Ingredient(herb=HerbId(id), name=id, words=said, convention=convention) for id, said in herbs
        ),
    )


@pytest.mark.parametrize(
    ("formula", "herb", "words"),
    [
        ("wuzhuyutang", "renshen", {"三兩", "二兩", "9g"}),
        ("zhuyeshigaotang", "banxia", {"半斤", "半升", "9g"}),
        ("zhigancaotang", "maidong", {"半斤", "半升", "9g", "10g"}),
        ("gegentang", "dazao", {"十二枚", "十二兩", "12枚"}),
    ],
)
def test_conflicts_of__known_conflicts_of_editions__stand_side_by_side(
    formula: str, herb: str, words: set[str]
) -> None:
    found = {one.herb: set(one.words) for one in conflicts_of([document_of(seed) for seed in seeds_of(formula)])}
    assert found[HerbId(herb)] == words


def test_conflicts_of__old_and_new_words_for_the_same_grams__agree() -> None:
    assert conflicts_of([_document("三兩", "clinic-3"), _document("9g", "metric")]) == []


def test_conflicts_of__same_pieces_in_other_numerals__agree() -> None:
    assert conflicts_of([_document("二枚", "clinic-3"), _document("2枚", "metric")]) == []


def test_conflicts_of__same_words_by_other_conventions__differ() -> None:
    assert len(conflicts_of([_document("三兩", "clinic-3"), _document("三兩", "han-13.92")])) == 1


def test_conflicts_of__herb_that_one_lacks__is_none_there() -> None:
    (found,) = conflicts_of([_document("9g", "metric", "mahuang"), _document("9g", "metric")])
    assert (found.herb, found.words) == ("mahuang", ("9g", None))


def test_conflicts_of__raw_and_processed_form__are_one_herb() -> None:
    assert conflicts_of([_document("9g", "metric", "gancao"), _document("9g", "metric", "zhigancao")]) == []


def test_conflicts_of__card_without_doses__is_left_out() -> None:
    shown = card(replace(_document("9g", "metric")))
    assert conflicts_of([shown, _document("9g", "metric")]) == []


def test_conflicts_of__doses_nobody_can_weigh__differ_by_their_words() -> None:
    assert len(conflicts_of([_document("半升", "clinic-3"), _document("一升", "clinic-3")])) == 1
