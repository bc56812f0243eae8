"""Diseases, syndromes and therapies are found by code and name, symptoms by what people say."""

import pytest

from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.vocabulary import (
    CodeKind,
    code,
    diseases,
    find_code,
    symptom_words,
    symptoms,
    syndromes,
    therapies,
)


@pytest.mark.parametrize(
    ("kind", "text", "zh"),
    [
        ("disease", "感冒", "感冒"),
        ("disease", "A01.01.01", "感冒"),
        ("disease", "BNW010", "感冒"),
        ("disease", "时邪感冒", "时行感冒"),
        ("syndrome", "内寒证", "里寒证"),
        ("therapy", "标本同治", "标本兼治"),
    ],
)
def test_find_code__code_or_any_name__finds_just_that_term(kind: CodeKind, text: str, zh: str) -> None:
    assert [term.zh for term in find_code(kind, text)] == [zh]


def test_find_code__part_of_names__proposes_shortest_first() -> None:
    found = find_code("syndrome", "脾虚")
    assert len(found) > 5
    assert [len(term.zh) for term in found] == sorted(len(term.zh) for term in found)


@pytest.mark.parametrize("text", ["", "  ", "不存在的病"])
def test_find_code__nothing_or_unknown__finds_nothing(text: str) -> None:
    assert find_code("disease", text) == []


def test_code__unknown__is_refused() -> None:
    with pytest.raises(TermUnknown):
        code("disease", "Z99")


def test_codes__as_shipped__hold_the_standards_with_their_editions() -> None:
    assert (len(diseases()), len(syndromes()), len(therapies())) == (1369, 2050, 1168)
    assert {term.edition for term in (*diseases().values(), *syndromes().values())} == {2021}
    assert code("therapy", "C01.01").standard.startswith("GB/T 16751.3-2023")
    assert code("disease", "A01.01.01").name("en") == "感冒"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("睡不着", "失眠"), ("拉肚子", "泄泻"), ("心慌", "心悸"), ("没胃口", "食少"), ("嗓子疼", "咽痛")],
)
def test_symptom_words__what_people_say__means_the_symptom(said: str, meant: str) -> None:
    assert meant in {s.zh for s in symptom_words()[said]}


def test_symptoms__as_shipped__have_pinyin_for_each_character() -> None:
    assert len(symptoms()) >= 400
    assert all(len(s.pinyin.split()) == len(s.zh) for s in symptoms())
    assert all(s.source.zh for s in symptoms())
