"""What speaks against a herb is stated by exact ids, and what was not read is never called harmless."""

import csv
import os
from itertools import product
from pathlib import Path

import pytest

from tcmchain.terms.herbs import HerbId, herbs
from tcmchain.terms.lookup import find
from tcmchain.terms.safety import (
    cautions_of,
    incompatibilities,
    interactions,
    pregnancies,
    pregnancy_of,
    read,
    reading_of,
    restriction_of,
    restrictions,
    toxicities,
    toxicity_of,
)

_PAIRS = Path(os.environ.get("TCM_REFERENCE_DATA", "/nonexistent")) / "chp2010_not_with_pairs.csv"

ACONITES = ("川乌", "制川乌", "草乌", "制草乌", "附子", "生附子")
AGAINST_ACONITE = [
    "半夏",
    "法半夏",
    "姜半夏",
    "清半夏",
    "生半夏",
    "瓜蒌",
    "瓜蒌皮",
    "瓜蒌子",
    "炒瓜蒌子",
    "天花粉",
    "川贝母",
    "浙贝母",
    "平贝母",
    "伊贝母",
    "湖北贝母",
    "白蔹",
    "白及",
]
AGAINST_LICORICE = ("海藻", "京大戟", "红大戟", "甘遂", "芫花", "醋甘遂", "醋京大戟", "醋芫花")
AGAINST_LILU = [
    "人参",
    "红参",
    "党参",
    "西洋参",
    "丹参",
    "玄参",
    "南沙参",
    "北沙参",
    "苦参",
    "细辛",
    "白芍",
    "炒白芍",
    "赤芍",
]


def _pair(left: str, right: str) -> frozenset[HerbId]:
    return frozenset((find(left).id, find(right).id))


@pytest.mark.parametrize(
    ("lefts", "rights", "name"),
    [
        (ACONITES, AGAINST_ACONITE, "乌头反"),
        (("甘草", "炙甘草", "甘草梢"), AGAINST_LICORICE, "甘草反"),
        (("藜芦",), AGAINST_LILU, "藜芦反"),
    ],
)
def test_incompatibilities__eighteen__stand_as_exact_pairs_of_all_states(
    lefts: tuple[str, ...], rights: tuple[str, ...], name: str
) -> None:
    for left, right in product(lefts, rights):
        found = incompatibilities()[_pair(left, right)]
        assert (found.rule, found.name.startswith(name)) == ("eighteen", True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("硫黄", "芒硝"),
        ("硫黄", "玄明粉"),
        ("水银", "砒霜"),
        ("狼毒", "密陀僧"),
        ("巴豆", "牵牛子"),
        ("巴豆霜", "牵牛子"),
        ("丁香", "郁金"),
        ("川乌", "犀角"),
        ("制草乌", "犀角"),
        ("芒硝", "三棱"),
        ("肉桂", "赤石脂"),
        ("人参", "五灵脂"),
        ("红参", "醋五灵脂"),
    ],
)
def test_incompatibilities__nineteen__stand_as_exact_pairs(left: str, right: str) -> None:
    assert incompatibilities()[_pair(left, right)].rule == "nineteen"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("川乌", "草乌"),
        ("白附子", "半夏"),
        ("土贝母", "附子"),
        ("桂枝", "赤石脂"),
        ("太子参", "藜芦"),
        ("甘草", "昆布"),
    ],
)
def test_incompatibilities__look_alikes__are_no_pairs(left: str, right: str) -> None:
    assert _pair(left, right) not in incompatibilities()


@pytest.mark.skipif(not _PAIRS.exists(), reason="TCM_REFERENCE_DATA names no folder with the checklist of pairs")
def test_incompatibilities__beside_an_independent_checklist__miss_none() -> None:
    with _PAIRS.open(encoding="utf-8") as file:
        known = [_pair(row["a"], row["b"]) for row in csv.DictReader(file)]
    assert len(known) == 111
    assert set(known) <= incompatibilities().keys()


@pytest.mark.parametrize(
    ("name", "grade"), [("川乌", "great"), ("附子", "toxic"), ("制草乌", "toxic"), ("苦杏仁", "slight"), ("人参", None)]
)
def test_toxicity_of__herb_of_each_grade__is_as_printed(name: str, grade: str | None) -> None:
    found = toxicity_of(find(name).id)
    assert (found.grade if found else None) == grade
    assert read(find(name).id)


@pytest.mark.parametrize(
    ("name", "wording"),
    [("莪术", "forbidden"), ("洋金花", "forbidden"), ("大皂角", "avoid"), ("薏苡仁", "caution"), ("黄芪", None)],
)
def test_pregnancy_of__herb_of_each_wording__is_as_printed(name: str, wording: str | None) -> None:
    found = pregnancy_of(find(name).id)
    assert (found.wording if found else None) == wording


def test_pregnancy_of__processed_and_raw__are_each_read_for_themselves() -> None:
    assert pregnancy_of(find("川乌").id) != pregnancy_of(find("制川乌").id)
    raw, prepared = pregnancy_of(find("川乌").id), pregnancy_of(find("制川乌").id)
    assert raw is not None
    assert prepared is not None
    assert (raw.wording, prepared.wording) == ("forbidden", "caution")


@pytest.mark.parametrize("name", ["龙骨", "五灵脂", "藜芦", "败酱草", "颠茄草"])
def test_read__herb_without_an_entry_read__is_unknown_and_not_harmless(name: str) -> None:
    id = find(name).id
    assert (read(id), reading_of(id), pregnancy_of(id)) == (False, None, None)


def test_warnings__every_one__rests_on_an_entry_read() -> None:
    assert all(read(herb) for herb in [t.herb for t in toxicities()] + [p.herb for p in pregnancies()])
    assert sum(read(h.id) for h in herbs()) >= 700


def test_cautions_of__rhubarb__warns_nursing_women() -> None:
    assert {(c.whom, c.wording) for c in cautions_of(find("大黄").id)} >= {("lactation", "caution")}
    assert {(c.whom, c.wording) for c in cautions_of(find("朱砂").id)} == {
        ("liver", "forbidden"),
        ("kidney", "forbidden"),
    }


def test_restriction_of__order_23_poppy_and_banned__are_each_limited() -> None:
    limits = [(r.kind, r.days, r.keep_years) for r in restrictions()]
    assert limits.count(("order23", 2, 2)) == 27
    poppy = restriction_of(find("罂粟壳").id)
    assert poppy is not None
    assert (poppy.kind, poppy.days, poppy.keep_years) == ("opium", 3, 3)
    for name in ("关木通", "广防己", "青木香", "马兜铃", "天仙藤", "犀角"):
        banned = restriction_of(find(name).id)
        assert banned is not None
        assert banned.kind == "banned"


@pytest.mark.parametrize("name", ["川木通", "五叶木通", "粉防己", "木香", "附子", "半夏", "制天南星"])
def test_restriction_of__look_alike_of_a_restricted_herb__is_free(name: str) -> None:
    assert restriction_of(find(name).id) is None


def test_interactions__minor_bupleurum__does_not_go_with_interferon() -> None:
    found = {i.formula: i for i in interactions()}["小柴胡汤"]
    assert found.drug == "干扰素"
    assert "interferon" in found.drugs
