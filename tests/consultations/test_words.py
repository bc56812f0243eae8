"""Words of questions: symptoms in everybody's words, by pinyin, and not behind a "no"."""

import pytest

from tcmchain.consultations.model.words import symptoms_in, terms_of, wanted_in
from tcmchain.terms.vocabulary import symptoms


def _named(text: str) -> set[str]:
    return {symptom.zh for symptom in symptoms_in(text)}


def test_symptoms_in__a_name__found_whole() -> None:
    assert "盗汗" in _named("夜里盗汗，天亮就好")


def test_symptoms_in__everybodys_word__means_the_symptom() -> None:
    symptom, word = next((one, word) for one in symptoms() for word in one.words if len(word) > 2)
    assert symptom.id in {found.id for found in symptoms_in(f"最近{word}，请问")}


@pytest.mark.parametrize("text", ["不盗汗", "无盗汗", "从未盗汗"])
def test_symptoms_in__behind_a_no__none(text: str) -> None:
    assert "盗汗" not in _named(text)


def test_wanted_in__pinyin__finds_the_symptom() -> None:
    assert "盗汗" in wanted_in("daohan").symptoms.values()
    assert "盗汗" in wanted_in("dao han").symptoms.values()
    assert "盗汗" in wanted_in("dào hàn").symptoms.values()


def test_wanted_in__traditional__same_terms() -> None:
    assert wanted_in("盜汗頭痛").weights == wanted_in("盗汗头痛").weights


def test_terms_of__text__letters_pairs_words_and_symptoms() -> None:
    found = terms_of("盗汗 fever")
    assert {"盗", "汗", "盗汗", "fever"} < set(found)
    assert any(term.startswith("@") for term in found)
