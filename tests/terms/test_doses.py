"""A dose stands with edition, form and basis, and a dose that is not known is not made up."""

import csv
import os
from decimal import Decimal
from pathlib import Path

import pytest

from tcmchain.terms.doses import dose_in_force, doses, doses_of, handlings_of, unknown_doses
from tcmchain.terms.lookup import find
from tcmchain.terms.safety import toxicities

_CHECKLIST = Path(os.environ.get("TCM_REFERENCE_DATA", "/nonexistent")) / "chp2010_facts.csv"


@pytest.mark.parametrize(
    ("name", "form", "basis", "low", "high"),
    [
        ("黄芪", "decoction", "per-day", "9", "30"),
        ("细辛", "decoction", "per-day", "1", "3"),
        ("细辛", "powder", "per-dose", "0.5", "1"),
        ("附子", "decoction", "per-day", "3", "15"),
        ("制川乌", "decoction", "per-day", "1.5", "3"),
        ("马钱子", "pill", "per-day", "0.3", "0.6"),
        ("朱砂", "pill", "per-day", "0.1", "0.5"),
        ("雄黄", "pill", "per-day", "0.05", "0.1"),
        ("斑蝥", "pill", "per-day", "0.03", "0.06"),
        ("蟾酥", "pill", "per-day", "0.015", "0.03"),
        ("轻粉", "pill", "per-dose", "0.1", "0.2"),
        ("柴胡", "decoction", "per-day", "3", "10"),
        ("炒白术", "decoction", "per-day", "6", "12"),
    ],
)
def test_dose_in_force__known_herb__is_as_printed(name: str, form: str, basis: str, low: str, high: str) -> None:
    found = [d for d in doses_of(find(name).id) if (d.form, d.basis) == (form, basis)]
    assert found
    assert (found[0].low, found[0].high) == (Decimal(low), Decimal(high))


def test_dose_in_force__several_editions__newest_counts_and_all_are_shown() -> None:
    id = find("附子").id
    assert [d.source.year for d in doses_of(id)] == [2025, 2010]
    counting = dose_in_force(id, "decoction")
    assert counting is not None
    assert counting.source.year == 2025


@pytest.mark.parametrize("name", ["川乌", "龙骨", "生半夏", "天南星", "砒霜", "藜芦"])
def test_doses_of__herb_without_a_dose_known__is_empty(name: str) -> None:
    assert doses_of(find(name).id) == ()


def test_dose_in_force__cinnabar_in_a_decoction__is_unknown() -> None:
    assert dose_in_force(find("朱砂").id, "decoction") is None
    assert "not-decocted" in {h.preparation for h in handlings_of(find("朱砂").id)}


def test_unknown_doses__poisonous_herbs__are_listed_or_dosed_or_external() -> None:
    outside = {id for t in toxicities() for id in [t.herb] if "externally" in {h.preparation for h in handlings_of(id)}}
    assert {t.herb for t in toxicities()} <= doses().keys() | unknown_doses() | outside


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("附子", {"decoct-first", "decoct-long"}),
        ("薄荷", {"add-later"}),
        ("旋覆花", {"wrap"}),
        ("阿胶", {"melt"}),
        ("人参", {"separately"}),
        ("黄芪", set()),
    ],
)
def test_handlings_of__herb_with_a_way_of_its_own__tells_it(name: str, ways: set[str]) -> None:
    assert {h.preparation for h in handlings_of(find(name).id)} == ways


@pytest.mark.skipif(not _CHECKLIST.exists(), reason="TCM_REFERENCE_DATA names no folder with the checklist of doses")
def test_doses__beside_an_independent_checklist__differ_only_where_its_numbers_are_lost() -> None:
    with _CHECKLIST.open(encoding="utf-8") as file:
        known = [row for row in csv.DictReader(file) if row["dose_max_g"] and not row["flag"]]
    misread = {"瓜萎", "薏苡仁", "五倍子"}
    compared = 0
    for row in (row for row in known if row["name"] not in misread):
        printed = (Decimal(row["dose_min_g"]), Decimal(row["dose_max_g"]))
        ours = [(d.low, d.high) for d in doses_of(find(_given(row["name"])).id) if d.source.year == 2010]
        if printed not in ours:
            assert row["name"] in {"地黄", "雷丸"}, (row["name"], printed, ours)
        compared += 1
    assert compared > 480


def _given(name: str) -> str:
    return {"木通": "五叶木通", "防己": "粉防己", "五加皮": "南五加皮"}.get(name, name)
