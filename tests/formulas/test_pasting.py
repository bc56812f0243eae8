"""Running text becomes lines: names, doses, shared doses and what is done to a herb."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.formulas.model.errors import LinesUnreadable
from tcmchain.formulas.model.pasting import lines_in

_CLAUSES = Path(os.environ.get("TCM_REFERENCE_DATA", "/nonexistent")) / "tao-shanghan" / "clauses.jsonl"


def _lines(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(line.name, line.words, line.processing) for line in lines_in(text, "clinic-3")]


def test_lines_in__paragraph_of_a_book__is_parted_by_herbs() -> None:
    assert _lines("麻黄三两 去节 桂枝二两，去皮；甘草（炙）一两 杏仁七十个 去皮尖") == [
        ("麻黄", "三两", ("去节",)),
        ("桂枝", "二两", ("去皮",)),
        ("甘草", "一两", ("炙",)),
        ("杏仁", "七十个", ("去皮尖",)),
    ]


def test_lines_in__shared_dose__goes_to_all_before_it_without_one() -> None:
    assert [words for _, words, _ in _lines("附子一枚 人参 干姜 甘草（炙） 白术各三兩")] == ["一枚", *["三兩"] * 4]


def test_lines_in__names_with_numbers_in_them__stay_whole() -> None:
    assert _lines("三七9g 五味子半升 半夏半升 白芍三十克") == [
        ("三七", "9g", ()),
        ("五味子", "半升", ()),
        ("半夏", "半升", ()),
        ("白芍", "三十克", ()),
    ]


def test_lines_in__role_and_preparation__are_told_apart_from_processing() -> None:
    (line,) = lines_in("附子9g 君 炮 先煎", "metric")
    assert (line.role, line.preparation, line.processing, line.convention) == ("君", "先煎", ("炮",), "metric")


def test_lines_in__herb_nobody_knows__stays_as_written() -> None:
    assert [name for name, _, _ in _lines("土茯芩15g 乌头3g")] == ["土茯芩", "乌头"]


@pytest.mark.parametrize("text", ["", "去皮", "三两", "方" * 5000])
def test_lines_in__text_without_herbs__is_refused(text: str) -> None:
    with pytest.raises(LinesUnreadable):
        lines_in(text, "metric")


@given(st.text(max_size=200))
def test_lines_in__any_text__is_read_or_refused(text: str) -> None:
    try:
        lines = lines_in(text, "metric")
    except LinesUnreadable:
        return
    assert all(line.name for line in lines)


@pytest.mark.skipif(not _CLAUSES.exists(), reason="the open corpus is not here")
def test_lines_in__every_formula_of_the_corpus__has_each_herb_on_its_line() -> None:
    wrong = []
    for row in _CLAUSES.read_text(encoding="utf-8").splitlines():
        for block in json.loads(row)["formula_blocks"]:
            items = block["composition"]
            if not items:
                continue
            text = "　".join(f"{one['herb']}（{one['dose_processing']}）" for one in items)
            lines = lines_in(text, "clinic-3")
            if [line.name for line in lines] != [one["herb"] for one in items]:
                wrong.append(block["formula_name"])
    assert wrong == []
