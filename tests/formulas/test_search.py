"""People find formulas by whatever they type, and are told why each was found."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formulas.searching import ALL, FOLK, GUIZHI, MAHUANG, SUANZAOREN, searchable

from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.formulas.model.query import Asked, Field, Reason
from tcmchain.formulas.readmodel.search import SearchIndex
from tcmchain.terms.herbs import HerbId
from tcmchain.terms.vocabulary import find_code


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = SearchIndex(tmp_path_factory.mktemp("search") / "search.db")
    made.put(ALL)
    yield made
    made.close()


def names(index: SearchIndex, text: str, **asked: object) -> list[str]:
    return [hit.formula.name for hit in index.ask(Asked(text, **asked)).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    ["桂枝汤", "桂枝湯", "桂枝", "guizhitang", "gui zhi tang", "Guì zhī tāng", "guizhit", "gzt", "阳旦", "ｇｚｔ"],
)
def test_ask__name_in_any_spelling__comes_first(index: SearchIndex, typed: str) -> None:
    assert names(index, typed)[0] == "桂枝汤"


def test_ask__words_of_a_patient__are_understood_and_told(index: SearchIndex) -> None:
    found = index.ask(Asked("我最近睡不着，心里烦"))
    assert found.hits[0].formula == SUANZAOREN
    assert Reason("睡不着", Field.SYMPTOM, "失眠") in found.hits[0].reasons


def test_ask__nothing_answers_all_words__shows_what_answers_most(index: SearchIndex) -> None:
    found = index.ask(Asked("失眠 心烦 无汗"))
    assert found.loosely
    assert found.hits[0].formula == SUANZAOREN


def test_ask__few_answer_all_words__shows_beside_them_what_answers_some(index: SearchIndex) -> None:
    found = index.ask(Asked("失眠 心烦"))
    assert [hit.formula for hit in found.hits] == [SUANZAOREN]
    assert [hit.formula for hit in found.near] == [FOLK]


def test_ask__unknown_words_beside_known_ones__are_named(index: SearchIndex) -> None:
    found = index.ask(Asked("失眠 罄竹难书"))
    assert found.unread == ("罄竹难书",)


def test_ask__no_sweating__does_not_find_sweating(index: SearchIndex) -> None:
    assert names(index, "无汗") == ["麻黄汤"]


def test_ask__raw_herb__finds_its_processed_form(index: SearchIndex) -> None:
    found = index.ask(Asked("甘草"))
    assert {hit.formula.name for hit in found.hits} == {"桂枝汤", "麻黄汤", "酸枣仁汤"}
    assert Reason("甘草", Field.HERB, "炙甘草") in next(h for h in found.hits if h.formula == GUIZHI).reasons


def test_ask__these_herbs_and_not_those__finds_exactly_that(index: SearchIndex) -> None:
    assert names(index, "", having=(HerbId("guizhi"),), lacking=(HerbId("mahuang"),)) == ["桂枝汤"]
    assert names(index, "", lacking=(HerbId("guizhi"),)) == ["酸枣仁汤", "祖传安神方"]


def test_ask__class__leaves_others_out(index: SearchIndex) -> None:
    assert names(index, "失眠", kinds=(FormulaClass.FOLK,)) == [FOLK.name]


def test_ask__page_by_page__gives_each_once(index: SearchIndex) -> None:
    pages = [names(index, "", limit=1, offset=at) for at in range(5)]
    assert pages == [["桂枝汤"], ["麻黄汤"], ["酸枣仁汤"], ["祖传安神方"], []]


def test_ask__code_above__finds_what_lies_below(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "search.db")
    cold = find_code("disease", "伤风")[0]
    index.put([searchable(9, "葱豉汤", "淡豆豉", diseases=(cold.code,))])
    found = index.ask(Asked("感冒"))
    assert [reason.term for hit in found.hits for reason in hit.reasons] == ["感冒"]
    index.close()


def test_put__new_version__is_found_instead_of_the_old(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "search.db")
    index.put(ALL)
    index.put([replace(GUIZHI, name="桂枝加葛根汤", version=2)])
    assert index.count() == len(ALL)
    assert names(index, "阳旦") == ["桂枝加葛根汤"]
    index.put([], gone=[MAHUANG.formula])
    assert names(index, "麻黄") == []
    index.close()


@pytest.mark.parametrize("file", [b"", b"no database at all" * 100])
def test_open__torn_file__begins_anew(tmp_path: Path, file: bytes) -> None:
    (tmp_path / "search.db").write_bytes(file)
    index = SearchIndex(tmp_path / "search.db")
    index.put(ALL)
    assert names(index, "麻黄汤")[0] == "麻黄汤"
    index.close()


@given(st.text(max_size=300) | st.text(alphabet="\"*:()^-+{}ANDORNEAR甘草失眠 _.\0'", max_size=60))
def test_ask__anything_at_all__is_answered(index: SearchIndex, typed: str) -> None:
    found = index.ask(Asked(typed, limit=3))
    assert found.total >= len(found.hits)
