"""People find a herb by what they type, and are asked when it may be several."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.terms.errors import TermAmbiguous, TermMisspelt, TermUnknown
from tcmchain.terms.forms import form, forms
from tcmchain.terms.herbs import herb, herbs, shared_names
from tcmchain.terms.lookup import called, find, find_form, search
from tcmchain.terms.methods import method
from tcmchain.terms.places import place


@pytest.mark.parametrize(
    "query",
    ["huangqi", "黄芪", "黃芪", "北芪", "Huáng qí", "HUANG QI", "Astragali Radix", "astragalus root", "ｈｕａｎｇｑｉ"],
)
def test_find__any_of_its_names__finds_the_herb(query: str) -> None:
    assert find(query) == herb("huangqi")


def test_find__initials_of_one_herb__finds_it() -> None:
    assert find("gqz") == herb("gouqizi")


@pytest.mark.parametrize(
    "query",
    ["贝母", "沙參", "bei mu", "芍药", "乌头", "烏頭", "大戟", "木通", "防己", "五加皮", "术", "贯众", "紫苏", "daji"],
)
def test_find__name_of_several__is_refused_with_the_choices(query: str) -> None:
    with pytest.raises(TermAmbiguous) as refused:
        find(query)
    choices = refused.value.details["choices"]
    assert isinstance(choices, tuple)
    assert len(choices) >= 2
    assert all(find(choice) for choice in choices)


def test_find__initials_of_several__is_refused_with_the_choices() -> None:
    with pytest.raises(TermAmbiguous) as refused:
        find("hq")
    assert set(refused.value.details["choices"]) >= {"黄芪", "黄芩"}  # type: ignore[call-overload]


@pytest.mark.parametrize("query", ["", "  ", "西瓜", "0x00", "人参'; drop"])
def test_find__unknown__is_refused(query: str) -> None:
    with pytest.raises(TermUnknown):
        find(query)


def test_find__every_name_of_every_herb__finds_that_herb() -> None:
    for h in herbs():
        names = {h.zh, h.traditional, h.latin, h.en, *h.aliases} - {""} - shared_names().keys()
        assert called(h) in names
        for name in names:
            assert find(name) == h


def test_find__sound_of_every_herb__finds_it_or_offers_it() -> None:
    assert all(called(h) in _answers(h.pinyin) for h in herbs())


def _answers(query: str) -> tuple[str, ...]:
    try:
        return (called(find(query)),)
    except TermAmbiguous as refused:
        choices = refused.details["choices"]
        assert isinstance(choices, tuple)
        return choices


@pytest.mark.parametrize("query", ["renshen.red", "红参", "红參", "hongshen", "red ginseng"])
def test_find_form__any_of_its_names__finds_the_form(query: str) -> None:
    assert find_form(query) == form("renshen.red")


def test_find_form__every_id_and_name__finds_that_form() -> None:
    for f in forms():
        assert find_form(f.id) == find_form(f.zh) == f


def test_search__beginning_of_a_name__lists_the_herb_before_its_forms() -> None:
    found = search("人参")
    assert found[0] == herb("renshen")
    assert form("renshen.sliced") in found


def test_search__limit__is_kept() -> None:
    assert len(search("a", limit=3)) == 3
    assert search(" ") == []


@given(st.text(max_size=40))
def test_search__any_text__never_fails(query: str) -> None:
    assert len(search(query)) <= 20


def test_herb_form_method_place__unknown_id__is_refused() -> None:
    for lookup in (herb, form, method, place):
        with pytest.raises(TermUnknown):
            lookup("nowhere")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("白附子", "附子"),
        ("川木通", "关木通"),
        ("土贝母", "浙贝母"),
        ("红芪", "黄芪"),
        ("制川乌", "川乌"),
        ("炙甘草", "甘草"),
    ],
)
def test_find__name_that_holds_another__is_a_herb_of_its_own(name: str, other: str) -> None:
    assert find(name) != find(other)


@given(st.sampled_from([h.zh for h in herbs()]), st.sampled_from("大小白黑川土水野"))
def test_find__character_before_a_name__finds_nothing_that_is_not_called_so(name: str, more: str) -> None:
    with contextlib.suppress(TermUnknown, TermAmbiguous):
        found = find(more + name)
        assert more + name in {found.zh, *found.aliases}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("芒消", "芒硝"),
        ("黃耆", "黄芪"),
        ("栝樓", "瓜蒌"),
        ("栝蔞根", "天花粉"),
        ("旋復花", "旋覆花"),
        ("麥門冬", "麦冬"),
    ],
)
def test_find__old_writing_of_a_whole_name__finds_the_herb(written: str, meant: str) -> None:
    assert find(written).zh == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("浮小卖", "浮小麦"), ("桂技", "桂枝"), ("黄岑", "黄芩"), ("木桶", "五叶木通")]
)
def test_find__misspelt__only_suggests(typed: str, meant: str) -> None:
    with pytest.raises(TermMisspelt) as refused:
        find(typed)
    assert meant in refused.value.details["suggestions"]  # type: ignore[operator]
