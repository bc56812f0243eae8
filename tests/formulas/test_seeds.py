"""The formulas that are there from the first start: whole, readable, with their sources and their differences."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tcmchain.formulas.model.document import digest, read_document, write_document
from tcmchain.formulas.model.seeds import document_of, seed_documents
from tcmchain.terms.amounts import read_amount
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.formulas import (
    SeedFormula,
    changes,
    changes_of,
    gaps,
    readings_of,
    seed_formulas,
    seeds_named,
    seeds_of,
)
from tcmchain.terms.herbs import herb

_CLAUSES = Path(os.environ.get("TCM_REFERENCE_DATA", "/nonexistent")) / "tao-shanghan" / "clauses.jsonl"


def _words(seed: SeedFormula, id: str) -> str:
    return next(each.words for each in seed.ingredients if each.herb == id)


def _by(id: str, source: str) -> SeedFormula:
    return next(seed for seed in seeds_of(id) if seed.source.zh.startswith(source))


def test_seed_formulas__song_edition__has_every_formula_that_can_be_given() -> None:
    counted = Counter(seed.source.id for seed in seed_formulas())
    assert counted["songben"] == 112
    assert (counted["learning"] + counted["learning-2"], counted["qihuang"]) == (100, 44)
    assert {gap.name for gap in gaps()} == {"禹余粮丸", "土瓜根导", "烧裈散", "天王补心丹"}


def test_seed_documents__all__are_documents_with_hashes_of_their_own() -> None:
    raws = [write_document(document) for document in seed_documents()]
    assert len({digest(raw) for raw in raws}) == len(seed_formulas())
    assert all(read_document(raw) == document for raw, document in zip(raws, seed_documents(), strict=True))


def test_seed_formulas__every_dose__can_be_read() -> None:
    for seed in seed_formulas():
        for each in seed.ingredients:
            assert read_amount(each.words)
            assert herb(each.herb)


@pytest.mark.parametrize(
    ("formula", "id", "doses"),
    [
        ("wuzhuyutang", "renshen", {"三兩", "二兩", "9g"}),
        ("zhuyeshigaotang", "banxia", {"半斤", "半升", "9g"}),
        ("zhigancaotang", "maidong", {"半斤", "半升", "9g", "10g"}),
        ("gegentang", "dazao", {"十二枚", "十二兩", "12枚"}),
    ],
)
def test_seeds_of__editions_that_differ__stand_side_by_side(formula: str, id: str, doses: set[str]) -> None:
    assert {_words(seed, id) for seed in seeds_of(formula)} == doses
    assert len({seed.source.id for seed in seeds_of(formula)}) == len(seeds_of(formula))


def test_seeds_of__shared_dose__stands_at_every_herb() -> None:
    seed = _by("xiaoqinglongtang", "伤寒论")
    assert {_words(seed, id) for id in ("mahuang", "baishao", "xixin", "ganjiang", "gancao", "guizhi")} == {"三兩"}


def test_seeds_of__misprints__are_set_right_with_a_note() -> None:
    assert seeds_named("桂枝甘草汤")[0].note
    assert _words(_by("mahuangshengmatang", "伤寒论"), "zhimu") == "十八銖"
    assert [seed.zh for seed in seeds_named("桂技甘草汤")] == []


def test_seeds_of__herbs_that_the_corpus_lost__are_there() -> None:
    assert _words(_by("huanglianejiaotang", "伤寒论"), "ejiao") == "三兩"
    assert _words(_by("mahuangshengmatang", "伤寒论"), "yuzhu") == "十八銖"


def test_seeds_of__raw_and_prepared_aconite__are_two_herbs() -> None:
    assert _words(_by("sinitang", "伤寒论"), "shengfuzi") == "一枚"
    assert _words(_by("guizhijiafuzitang", "伤寒论"), "fuzi") == "一枚"


def test_seeds_of__name_nobody_has__is_unknown() -> None:
    with pytest.raises(TermUnknown):
        seeds_of("wuyoutang")


def test_document_of__dose_that_the_book_allows_beside__stands_in_the_note() -> None:
    assert [(each.herb, each.words) for each in readings_of("dachaihutang")] == [("dahuang", "二兩")]
    assert "大黄又作二兩" in document_of(_by("dachaihutang", "伤寒论")).note
    assert "大黄又作" not in document_of(_by("dachaihutang", "TCM-Learning")).note


def test_changes_of__additions_and_omissions__name_herbs_and_doses() -> None:
    thirst = next(each for each in changes_of("xiaochaihutang") if each.when == ("口渴",))
    assert thirst.without == ("banxia",)
    assert dict(thirst.additions) == {"renshen": "四兩半", "tianhuafen": "四兩"}
    for change in changes():
        assert change.without or change.additions
        for id, words in change.additions:
            assert herb(id)
            assert not words or read_amount(words)


def test_document_of__pills__are_a_batch_not_a_day() -> None:
    pills = document_of(_by("wumeiwan", "伤寒论"))
    assert pills.dosing is not None
    assert (pills.dosing.basis, pills.dosing.servings) == ("per-batch", None)
    assert all(pills.grams_a_day(each) is None for each in pills.ingredients)


@pytest.mark.skipif(not _CLAUSES.exists(), reason="the open corpus is not here")
def test_seed_formulas__hash_of_a_clause__is_that_of_the_corpus() -> None:
    published = {}
    for line in _CLAUSES.read_text(encoding="utf-8").splitlines():
        clause = json.loads(line)
        if clause["canonical_clause_no"] is not None:
            published[str(clause["canonical_clause_no"])] = "0x" + clause["sha256"]
    song = [seed for seed in seed_formulas() if seed.source.id == "songben"]
    assert [seed.zh for seed in song if seed.sha256 != published[seed.clause.split("、")[0]]] == []


def test_seed_formulas__first_use__is_quick() -> None:
    code = (
        "import time; from tcmchain.terms.formulas import seed_formulas; b=time.perf_counter(); "
        "seed_formulas(); print(time.perf_counter()-b)"
    )
    spent = min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))
    assert spent < 0.2
