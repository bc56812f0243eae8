"""The tables of facts agree with themselves and hold what the ledger needs."""

import csv
import os
from pathlib import Path

import pytest

from tcmchain.terms.doses import doses
from tcmchain.terms.forms import form, forms, products_of, yields
from tcmchain.terms.herbs import herb, herbs, shared_names
from tcmchain.terms.methods import method, methods
from tcmchain.terms.places import place, places, provinces
from tcmchain.terms.safety import read
from tcmchain.terms.tables import rows, sources
from tcmchain.terms.vocabulary import symptoms
from tcmchain.values import from_short_text, short_text

_CHECKLIST = Path(os.environ.get("TCM_REFERENCE_DATA", "/nonexistent")) / "chp2010_facts.csv"


def test_herbs__tables_as_shipped__hold_six_hundred_with_source_and_edition() -> None:
    assert len(herbs()) >= 600
    assert all(h.source.zh and h.source.en for h in herbs())
    assert all(h.source.id in {"chp2020-1", "chp2010-1"} for h in herbs() if h.latin)


def test_rows__every_reference__is_found() -> None:
    assert {row["source"] for row in rows("herbs")} <= sources().keys()
    assert {row["basis"] for row in rows("yields")} <= sources().keys()
    assert {row["method"] for row in rows("yields")} <= {m.id for m in methods()}


def test_forms__every_id__goes_on_chain_and_comes_back() -> None:
    for f in forms():
        assert from_short_text(short_text(f.id)) == f.id


def test_forms__ginseng__goes_from_field_to_slices() -> None:
    steps = {(y.source, y.product) for y in yields()}
    assert ("renshen.fresh", "renshen.red") in steps
    assert ("renshen.red", "renshen.red-sliced") in steps
    assert form("renshen.fresh").rank < form("renshen.red").rank < form("renshen.red-sliced").rank
    assert (form("renshen.red").zh, form("renshen.red").part.zh) == ("红参", "根和根茎")


def test_yields__honey_fried_licorice__takes_honey_as_auxiliary() -> None:
    found = {str(rule.source): rule for rule in yields() if rule.product == "gancao.honey"}
    main, honey = found["gancao.sliced"], found["fengmi.refined"]
    assert (main.source, main.ppm, main.auxiliary_ppm) == ("gancao.sliced", 1_000_000, 0)
    assert (honey.source, honey.auxiliary_ppm, honey.method.zh) == ("fengmi.refined", 250_000, "蜜炙")


def test_yields__any_way_round__never_ends_with_more_than_it_began() -> None:
    def best(source: str) -> float:
        ways = [y for y in products_of(source) if y.auxiliary_ppm == 0]
        return max([1.0, *(y.ppm / 1_000_000 * best(y.product) for y in ways)])

    assert all(best(f.id) <= 1.0 for f in forms())


@pytest.mark.parametrize(
    "id", ["huangqi", "danggui", "gancao", "chuanxiong", "baizhu", "danshen", "sanqi", "tianma", "xiyangshen"]
)
def test_forms__rooted_herbs__go_from_fresh_by_dried_to_sliced(id: str) -> None:
    assert form(f"{id}.fresh").rank < form(f"{id}.dried").rank < form(f"{id}.sliced").rank
    assert herb(id).zh in form(f"{id}.fresh").zh


def test_methods__as_shipped__have_their_families() -> None:
    assert method("steaming").zh == "蒸制"
    assert {"clean", "cut", "fry", "liquid", "water-and-fire"} <= {m.family for m in methods()}


def test_places__as_shipped__hold_every_province_within_the_country() -> None:
    assert len(provinces()) == 34
    assert all(18 <= p.latitude <= 54 and 73 <= p.longitude <= 136 for p in places())
    assert all(place(p.province) in provinces() for p in places())


def test_place__code__is_found() -> None:
    assert place("22").zh == "吉林省"
    assert place("220621").en == "Fusong"


def test_name__reader_of_either_language__gets_own() -> None:
    assert herb("renshen").name("zh-CN") == "人参"
    assert herb("renshen").name("en") == "ginseng"


def test_shared_names__as_shipped__mean_several_herbs() -> None:
    assert all(len(meant) > 1 for meant in shared_names().values())


@pytest.mark.skipif(not _CHECKLIST.exists(), reason="TCM_REFERENCE_DATA names no folder with the checklist of names")
def test_herbs__beside_an_independent_checklist__have_the_same_names() -> None:
    with _CHECKLIST.open(encoding="utf-8") as file:
        known = {row["name"] for row in csv.DictReader(file)}
    missing_there = {"五味子", "柴胡", "薄荷", "猪苓", "锁阳", "瓜蒌"}
    assert {h.zh for h in herbs() if h.latin} - known <= missing_there


@pytest.mark.parametrize("language", ["zh", "en"])
def test_read__guide__states_how_much_the_tables_hold(language: str) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / language / "terms.md").read_text(encoding="utf-8")
    for held in (len(herbs()), len(doses()), sum(read(h.id) for h in herbs()), len(symptoms())):
        assert str(held) in guide


def test_decide__page_on_the_tables__states_what_is_not_known() -> None:
    page = Path(__file__).parents[2] / "docs" / "decisions" / "0025-a-fact-says-where-it-was-read.md"
    undosed, unread = len(herbs()) - len(doses()), sum(not read(h.id) for h in herbs())
    typed = sum(any(d.source.id == "chp2010-1-typed" for d in given) for given in doses().values())
    text = page.read_text(encoding="utf-8")
    assert f"{undosed} herbs have no known dose and {unread} no entry read" in text
    assert f": {typed} herbs" in text
