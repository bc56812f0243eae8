"""A description leads to the formula, with its grounds; the search stays level with the chain."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.formulas.searching import Chain, shared

from tcmchain.formulas.model.query import Asked
from tcmchain.formulas.model.seeds import seed_documents
from tcmchain.formulas.model.shared import SharedFormula
from tcmchain.formulas.readmodel.search import SearchIndex
from tcmchain.formulas.service.finding import Finding
from tcmchain.values import UnixTime


@pytest.fixture(scope="module")
def all_found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finding]:
    """All classics of the package, to be read only."""
    index = SearchIndex(tmp_path_factory.mktemp("search") / "search.db")
    made = Finding(index, shared(seed_documents()))
    made.refresh()
    yield made
    index.close()


@pytest.fixture
def chain() -> Chain:
    return shared(seed_documents()[:20])


@pytest.fixture
def finding(chain: Chain, tmp_path: Path) -> Iterator[Finding]:
    index = SearchIndex(tmp_path / "search.db")
    made = Finding(index, chain)
    made.refresh()
    yield made
    index.close()


def test_refresh__classics_of_the_package__are_all_found(all_found: Finding) -> None:
    assert all_found.count() == len(seed_documents())
    for document in seed_documents()[::25]:
        name = document.name
        assert name in [hit.formula.name for hit in all_found.ask(Asked(name)).hits]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("太阳病，头痛发热，汗出恶风，脉浮缓", "桂枝汤"),
        ("恶寒发热，头身疼痛，无汗而喘，脉浮紧", "麻黄汤"),
        ("往来寒热，胸胁苦满，默默不欲饮食，心烦喜呕，口苦", "小柴胡汤"),
        ("少陰病，心中煩，不得臥", "黄连阿胶汤"),
    ],
)
def test_suggest__known_picture__has_its_formula_among_the_first_three(
    all_found: Finding, told: str, name: str
) -> None:
    assert name in [one.formula.name for one in all_found.suggest(told, 3)]


def test_suggest__every_formula__has_grounds_that_stand_in_the_description(all_found: Finding) -> None:
    told = "头痛发热，汗出恶风，不得眠"
    for one in all_found.suggest(told):
        assert one.evidence.any
        assert all(word in told for word in one.evidence.same)
        assert all(wording in told for wording, _ in one.evidence.meant)


def test_suggest__same_name_in_several_sources__stands_once(all_found: Finding) -> None:
    names = [one.formula.name for one in all_found.suggest("头痛发热，汗出恶风")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("told", ["", "   ", "qwerty", "，。；", "0" * 900])
def test_suggest__nothing_of_an_illness__suggests_nothing(all_found: Finding, told: str) -> None:
    assert not all_found.suggest(told)


def test_refresh__withdrawn__is_found_no_more(chain: Chain, finding: Finding) -> None:
    gone = finding.ask(Asked("桂枝汤")).hits[0].formula.formula
    chain.change(gone, withdrawn=UnixTime(5))
    assert finding.refresh() == 1
    assert gone not in [hit.formula.formula for hit in finding.ask(Asked("桂枝汤")).hits]


@pytest.mark.parametrize("raw", [b"no formula", b"{}", b"\xff", json.dumps({"name": "x"}).encode()])
def test_refresh__document_of_a_stranger_that_is_none__is_passed_over(
    chain: Chain, finding: Finding, raw: bytes
) -> None:
    before = finding.count()
    chain.share(raw)
    assert finding.refresh() == 1
    assert finding.count() == before


def test_refresh__chain_that_left_what_was_known__begins_anew(chain: Chain, finding: Finding) -> None:
    del chain.formulas[15:]
    finding.refresh()
    assert finding.count() == 15


def test_refresh__a_formula_revised_for_ever__leaves_no_file_that_only_grows(
    chain: Chain, finding: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tcmchain.formulas.readmodel.search._WORN", 30)
    first, index = finding.ask(Asked("桂枝汤")).hits[0].formula, finding._index
    for number in range(31):
        index.put([replace(first, version=number + 2)])
    assert index.worn()
    finding.refresh()
    assert not index.worn()
    assert finding.count() == len(chain.formulas)
    assert finding.ask(Asked("桂枝汤")).hits[0].formula == first


def test_relatives__formula__are_near_and_named_once(all_found: Finding) -> None:
    known = all_found.ask(Asked("桂枝汤")).hits[0].formula
    near = all_found.relatives(known)
    assert known.name not in [one.formula.name for one in near]
    assert near[0].share >= near[-1].share
    assert len({one.formula.name for one in near}) == len(near)


async def test_start__shared_meanwhile__is_found_soon_and_stop_waits_for_it(chain: Chain, tmp_path: Path) -> None:
    made = Finding(SearchIndex(tmp_path / "search.db"), chain)
    await made.start()
    for _ in range(100):
        await asyncio.sleep(0.05)
        if made.count() == len(chain.formulas):
            break
    assert made.count() == len(chain.formulas)
    await made.stop()


async def test_follow__database_locked__goes_on_afterwards(chain: Chain, tmp_path: Path) -> None:
    class Locked(Chain):
        asked = 0

        def changed(self, after: int, limit: int = 500) -> Sequence[SharedFormula]:
            self.asked += 1
            if self.asked == 1:
                raise sqlite3.OperationalError("database is locked")
            return super().changed(after, limit)

    locked = Locked(chain.formulas, chain.documents)
    made = Finding(SearchIndex(tmp_path / "search.db"), locked)
    await made.start()
    for _ in range(100):
        await asyncio.sleep(0.05)
        if made.count():
            break
    assert made.count() == len(chain.formulas)
    await made.stop()
