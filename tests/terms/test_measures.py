"""Dose words are read as they are meant, and grams computed from them only where a source says how."""

import json
import os
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.errors import TcmChainError
from tcmchain.terms.amounts import read_amount, read_dose, units
from tcmchain.terms.errors import AmountUnreadable, TermUnknown
from tcmchain.terms.herbs import HerbId
from tcmchain.terms.measures import (
    GramRange,
    Measure,
    conventions,
    for_a_day,
    grams,
    readings,
    weighings,
    weighings_of,
)
from tcmchain.terms.numerals import read_number
from tcmchain.terms.preparations import preparation, preparations, role, roles

_CLAUSES = Path(os.environ.get("TCM_REFERENCE_DATA", "/nonexistent")) / "tao-shanghan" / "clauses.jsonl"
_DIGITS = "〇一二三四五六七八九"


def _range(low: str, high: str | None = None) -> GramRange:
    return GramRange(Decimal(low), Decimal(high or low))


def _grams(words: str, convention: str, herb: str) -> GramRange | None:
    return grams(Measure(words, convention, "per-batch"), HerbId(herb))


def _chinese(number: int) -> str:
    text = ""
    for scale, letter in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            text += ("" if scale == 10 and digit == 1 and not text else _DIGITS[digit]) + letter
    return text


@given(st.integers(1, 9999))
def test_read_number__number_in_chinese__is_that_number(number: int) -> None:
    word = _chinese(number)
    assert read_number(word) == ((Fraction(number), Fraction(number)), len(word))


@pytest.mark.parametrize("word", ["一一百", "十百", "百十百", "零零", "三二", "廿廿", "五五", "x", ""])
def test_read_number__no_number__is_none(word: str) -> None:
    read = read_number(word)
    assert read is None or read[1] < len(word)


@pytest.mark.parametrize(
    ("words", "number", "unit"),
    [
        ("三兩", 3, "liang"),
        ("二兩半", Fraction(5, 2), "liang"),
        ("一升半", Fraction(3, 2), "sheng"),
        ("半斤", Fraction(1, 2), "jin"),
        ("十四枚", 14, "mei"),
        ("廿四枚", 24, "mei"),
        ("百枚", 100, "mei"),
        ("三百枚", 300, "mei"),
        ("兩枚", 2, "mei"),
        ("各三兩", 3, "liang"),
        ("如雞子大", 1, "egg"),
        ("方寸匕", 1, "fangcunbi"),
        ("一錢匕", 1, "qianbi"),
        ("十八株", 18, "zhu"),
        ("０．３ｇ", Fraction(3, 10), "gram"),
        ("1/2升", Fraction(1, 2), "sheng"),
        ("约9克", 9, "gram"),
    ],
)
def test_read_amount__words_of_books__say_number_and_unit(words: str, number: Fraction, unit: str) -> None:
    amount = read_amount(words)
    assert (amount.number, amount.unit) == ((number, number), unit)


@pytest.mark.parametrize(
    ("words", "low", "high"), [("三至五钱", 3, 5), ("9–15g", 9, 15), ("五六枚", 5, 6), ("三两至四两", 3, 4)]
)
def test_read_amount__two_ends__is_a_range(words: str, low: int, high: int) -> None:
    assert read_amount(words).number == (Fraction(low), Fraction(high))


def test_read_amount__sum_of_units__keeps_both() -> None:
    assert [(q.number, q.unit) for q in read_amount("一兩十六銖").low] == [
        (Fraction(1), "liang"),
        (Fraction(16), "zhu"),
    ]


@pytest.mark.parametrize(("words", "size"), [("大者一枚", "large"), ("一枚大者", "large"), ("一枚", "")])
def test_read_amount__size__is_kept(words: str, size: str) -> None:
    assert read_amount(words).size == size


@pytest.mark.parametrize(
    "words",
    [
        "",
        "三",
        "兩",
        "炙",
        "零兩",
        "0g",
        "-3g",
        "五至三兩",
        "三兩二升",
        "三兩炙",
        "1e3g",
        "三兩" * 30,
        "NaNg",
        "一兩一兩一兩一兩",
    ],
)
def test_read_amount__no_amount__is_refused(words: str) -> None:
    with pytest.raises(AmountUnreadable):
        read_amount(words)


@given(st.text(max_size=60))
def test_read_amount__any_text__is_an_amount_above_nothing_or_refused(text: str) -> None:
    try:
        amount = read_amount(text)
    except AmountUnreadable:
        return
    assert all(sum(q.number for q in end) > 0 for end in (amount.low, amount.high))
    assert all(q.unit in units() for q in (*amount.low, *amount.high))


def test_read_dose__dose_with_processing__is_parted() -> None:
    read = read_dose("一枚，炮，去皮，破八片")
    assert (read.words, read.processing, read.shared) == ("一枚", ("炮", "去皮", "破八片"), False)


def test_read_dose__shared_dose__says_so() -> None:
    read = read_dose("炙，各三兩")
    assert (read.words, read.processing, read.shared) == ("三兩", ("炙",), True)


def test_read_dose__dose_that_the_book_allows_beside__stands_apart() -> None:
    assert read_dose("三兩，強人可四兩").otherwise == ("強人可四兩",)


@given(st.text(max_size=80))
def test_read_dose__any_text__is_parted_without_fail(text: str) -> None:
    read = read_dose(text)
    assert bool(read.words) == (read.amount is not None)


def test_read_dose__equal_parts__have_no_amount() -> None:
    read = read_dose("各等分")
    assert (read.alike, read.amount) == (True, None)


@pytest.mark.parametrize(
    ("words", "convention", "expected"),
    [
        ("三兩", "han-13.92", _range("41.76")),
        ("三兩", "han-15.625", _range("46.875")),
        ("三兩", "clinic-3", _range("9")),
        ("一斤", "clinic-3", _range("48")),
        ("一兩十六銖", "clinic-3", _range("5")),
        ("一分", "han-15.625", _range("3.906")),
        ("三钱", "qing-3.73", _range("11.19")),
        ("三钱", "legal-3", _range("9")),
        ("二两", "market-50", _range("100")),
        ("一斤", "market-50", _range("500")),
        ("9–15g", "metric", _range("9", "15")),
        ("9g", "han-13.92", _range("9")),
        ("三兩", "metric", None),
        ("三兩", "count", None),
        ("适量", "metric", None),
    ],
)
def test_grams__weight__counts_by_the_convention(words: str, convention: str, expected: GramRange | None) -> None:
    assert _grams(words, convention, "guizhi") == expected


def test_grams__piece_that_sources_weigh_differently__spans_all() -> None:
    assert _grams("一枚", "clinic-3", "fuzi") == _range("15", "30")
    assert _grams("大者一枚", "clinic-3", "fuzi") == _range("20", "30")
    assert _grams("七十个", "clinic-3", "kuxingren") == _range("28")


def test_grams__raw_form__weighs_as_its_herb() -> None:
    assert _grams("一枚", "clinic-3", "shengfuzi") == _range("15", "30")


def test_grams__volume__is_known_by_han_conventions_only() -> None:
    assert _grams("半升", "han-13.92", "banxia") == _range("45", "65")
    assert _grams("半升", "clinic-3", "banxia") is None


def test_grams__piece_nobody_weighed__is_not_guessed() -> None:
    assert _grams("三枚", "clinic-3", "renshen") is None
    assert weighings_of(HerbId("renshen"), "mei") == ()


def test_grams__mineral_by_the_spoon__is_heavier_than_a_plant() -> None:
    mineral, plant = _grams("一方寸匕", "han-13.92", "chishizhi"), _grams("一方寸匕", "han-13.92", "guizhi")
    assert (mineral, plant) == (_range("2", "2.74"), _range("1", "2"))


def test_readings__words_of_a_book__stand_side_by_side() -> None:
    found = readings("三兩", HerbId("guizhi"))
    assert found.keys() == conventions().keys()
    assert found["clinic-3"] == _range("9")
    assert found["metric"] is None


@pytest.mark.parametrize(
    ("basis", "servings", "takings", "expected"),
    [
        ("per-batch", 3, 3, _range("9")),
        ("per-batch", 3, 2, _range("6")),
        ("per-batch", None, 3, None),
        ("per-dose", None, 3, _range("27")),
        ("per-dose", None, None, None),
        ("per-day", None, None, _range("9")),
    ],
)
def test_for_a_day__each_basis__needs_its_numbers(
    basis: str, servings: int | None, takings: int | None, expected: GramRange | None
) -> None:
    measure = Measure("三兩", "clinic-3", basis)  # type: ignore[arg-type]
    assert for_a_day(measure, HerbId("guizhi"), servings, takings) == expected


def test_grams__unknown_convention__is_refused() -> None:
    with pytest.raises(TermUnknown):
        _grams("三兩", "roman", "guizhi")


@given(st.fractions(Fraction(1, 100), 500), st.sampled_from(sorted(conventions())))
def test_grams__grams__are_grams_by_every_convention(number: Fraction, convention: str) -> None:
    words = f"{number.numerator}/{number.denominator}g" if number.denominator < 10_000 else "1g"
    if len(str(number.numerator)) > 7:
        words = "1g"
    low = _grams(words, convention, "guizhi")
    assert low is not None
    assert low.low == low.high


def test_weighings__every_row__has_a_source() -> None:
    assert all(each.source.zh and each.source.en and 0 < each.low <= each.high for each in weighings())


def test_preparations__names_and_ids__are_found() -> None:
    assert preparation("先煎").id == preparation("decoct-first").id == "decoct-first"
    assert [role(each.zh).rank for each in roles().values()] == [0, 1, 2, 3]
    assert len({each.zh for each in preparations().values()}) == len(preparations())
    with pytest.raises(TermUnknown):
        preparation("煎")


@pytest.mark.skipif(not _CLAUSES.exists(), reason="the open corpus is not here")
def test_read_dose__all_formula_blocks_of_the_corpus__leave_no_dose_word_unread() -> None:
    own = alike = without = 0
    for line in _CLAUSES.read_text(encoding="utf-8").splitlines():
        for block in json.loads(line)["formula_blocks"]:
            for item in block["composition"]:
                read = read_dose(item["dose_processing"])
                own += read.amount is not None
                alike += read.alike
                without += read.amount is None and not read.alike
                if read.amount is None and not read.alike:
                    assert not re.search(r"[一二三四五六七八九十半百][兩斤銖升合枚個分]", item["dose_processing"])
    assert (own, alike, without) == (479, 1, 56)


def test_errors__of_amounts__are_told_to_people() -> None:
    with pytest.raises(TcmChainError) as wrong:
        read_amount("许多")
    assert wrong.value.details == {"words": "许多"}
