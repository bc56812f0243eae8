"""Every question to train on has one right answer, and the tables say so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.formulas.model.document import card
from tcmchain.formulas.model.formula import FormulaClass, FormulaDocument
from tcmchain.formulas.model.learning import Asks, Question, changes_to, doses_given, questions, relatives, span
from tcmchain.formulas.model.query import Searchable
from tcmchain.formulas.model.seeds import seed_documents
from tcmchain.terms.herbs import HerbId, herb
from tcmchain.values import FormulaId

DOCUMENTS = seed_documents()
ALL = [Searchable.of(FormulaId(f"0x{at:064x}"), 1, document) for at, document in enumerate(DOCUMENTS)]


def asked(at: int, seed: str = "") -> tuple[FormulaDocument, tuple[Question, ...]]:
    return DOCUMENTS[at], questions(DOCUMENTS[at], relatives(ALL[at], ALL), seed)


@given(st.integers(0, len(DOCUMENTS) - 1), st.text(max_size=4))
def test_questions__any_formula__have_one_right_answer_that_stands_in_it(at: int, seed: str) -> None:
    document, found = asked(at, seed)
    herbs = {herb(one.herb).zh: one for one in document.ingredients}
    for question in found:
        right = question.choices[question.answer]
        assert len(set(question.choices)) == len(question.choices) >= 3
        if question.asks is Asks.SOVEREIGN:
            assert [name for name in question.choices if herbs[name].role == "sovereign"] == [right]
        elif question.asks is Asks.DOSE:
            assert herbs[question.about[1]].words == right
        elif question.asks is Asks.STRANGER:
            assert [name for name in question.choices if name not in herbs] == [right]
        elif question.asks is Asks.ADDED:
            assert right in herbs
        else:
            assert right == document.name


def test_questions__same_seed__are_the_same() -> None:
    assert asked(3, "a") == asked(3, "a")


def test_questions__all_kinds__are_asked_somewhere() -> None:
    assert {question.asks for at in range(len(DOCUMENTS)) for question in asked(at)[1]} == set(Asks)


def test_questions__card_without_doses__ask_for_none() -> None:
    shown = card(replace(DOCUMENTS[0], kind=FormulaClass.FOLK))
    found = questions(shown, relatives(ALL[0], ALL), "")
    assert all(question.asks is not Asks.DOSE for question in found)


def test_doses_given__herb__stand_side_by_side_with_their_sources() -> None:
    told = [(one.formula, document) for one, document in zip(ALL, DOCUMENTS, strict=True)]
    doses = doses_given(HerbId("fuzi"), told)
    assert len({dose.words for dose in doses}) > 3
    assert all(dose.source.book or dose.source.edition for dose in doses)
    whole = span(doses)
    assert whole is not None
    assert all(whole.low <= dose.a_day.low <= dose.a_day.high <= whole.high for dose in doses if dose.a_day)


def test_span__nothing_computed__is_none() -> None:
    assert span([]) is None


@pytest.mark.parametrize("name", ["小青龙汤", "小柴胡汤"])
def test_changes_to__formula_with_additions__are_told_with_source(name: str) -> None:
    document = next(one for one in DOCUMENTS if one.name == name)
    assert changes_to(document)
    assert all(change.when and change.source.zh for change in changes_to(document))
