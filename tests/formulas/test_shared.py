"""Formulas on a real engine: shared, compared, signed, read and taken back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.formulas.village import (
    AUTHORING_PHYSICIAN,
    CLASSIC,
    FOLK,
    LICENSED,
    PASSER_BY,
    REVIEWING_PHYSICIAN,
    VILLAGER,
    Village,
    draft,
    village_at,
)

from tcmchain.example import cast
from tcmchain.formulas.contract import FormulasCalls
from tcmchain.formulas.model import refusals
from tcmchain.formulas.model.document import digest, write_document
from tcmchain.formulas.model.drafts import document_of
from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.formulas.model.shared import COPY
from tcmchain.formulas.service import seeding as seeding_module
from tcmchain.formulas.service.shelf import Listing
from tcmchain.values import FormulaId

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with village_at(tmp_path_factory.mktemp("village")) as found:
        yield found


@pytest.fixture(scope="module")
def folk(village: Village) -> FormulaId:
    return village.share(FOLK, VILLAGER)


def test_share__a_folk_formula_of_anyone__shows_the_card_and_no_dose(village: Village, folk: FormulaId) -> None:
    entry = village.formulas.shelf.entry(folk)
    assert entry.formula.kind is FormulaClass.FOLK
    assert entry.formula.author == VILLAGER.address
    assert "10g" not in entry.version.document
    assert entry.document is not None
    assert [one.name for one in entry.document.ingredients] == ["生姜", "紫苏叶", "甘草"]
    assert not entry.formula.dispensable(entry.version)


def test_read_doses__a_licensed_physician__opens_them_at_the_desk(village: Village, folk: FormulaId) -> None:
    shelf = village.formulas.shelf
    whole = village.running.run(shelf.whole(folk, 1, REVIEWING_PHYSICIAN.address))
    assert [one.words for one in whole.ingredients] == ["10g", "6g", "3g"]
    assert str(whole.grams(whole.ingredients[0])) == "10"


@pytest.mark.parametrize("reader", [VILLAGER, PASSER_BY, cast.officer("hospital")])
def test_read_doses__an_account_without_licence__is_refused(village: Village, folk: FormulaId, reader: object) -> None:
    with pytest.raises(refusals.DosesClosed):
        village.running.run(village.formulas.shelf.whole(folk, 1, reader.address))  # type: ignore[attr-defined]


def test_prescribe__a_folk_formula_that_nobody_signed__is_refused(village: Village) -> None:
    formula = village.share(replace(FOLK, name="未审方", note="一"), VILLAGER)
    shelf, physician = village.formulas.shelf, REVIEWING_PHYSICIAN.address
    with pytest.raises(refusals.NotDispensable):
        village.running.run(shelf.prescribable(formula, 1, physician))
    village.take(REVIEWING_PHYSICIAN, village.formulas.sharing.approve(formula, 1, "药性平和，可用。", physician))
    whole = village.running.run(shelf.prescribable(formula, 1, physician))
    assert len(whole.ingredients) == 3
    calls = FormulasCalls(village.running.node.contracts, village.running.node.clients["pharmacy"])
    assert village.running.run(calls.may_dispense(formula, 1))


def test_approve__own_formula__is_refused_by_node_and_contract(village: Village) -> None:
    formula = village.share(LICENSED, AUTHORING_PHYSICIAN)
    sharing = village.formulas.sharing
    with pytest.raises(refusals.OwnFormula):
        sharing.approve(formula, 1, "好", AUTHORING_PHYSICIAN.address)
    calls = FormulasCalls(village.running.node.contracts, village.running.node.clients["pharmacy"])
    with pytest.raises(refusals.OwnFormula):
        village.take(AUTHORING_PHYSICIAN, [calls.approve(formula, 1, "好")])
    with pytest.raises(refusals.NotLicensed):
        sharing.approve(formula, 1, "好", VILLAGER.address)


def test_assess__a_copy_with_other_doses__is_found_and_earns_nothing(village: Village) -> None:
    classic = village.share(CLASSIC, cast.operator("hospital"))
    copied = draft(
        FormulaClass.LICENSED, "张氏秘方", ("石斛", "10g"), ("板蓝根", "6g"), ("鸡血藤", "9g"), ("甘草", "5g")
    )
    copy = village.share(copied, AUTHORING_PHYSICIAN)
    shelf = village.formulas.shelf
    village.until(lambda: shelf.version(copy).assessed_by is not None)
    version = shelf.version(copy)
    assert version.likeness >= COPY
    assert version.nearest == classic
    calls = FormulasCalls(village.running.node.contracts, village.running.node.clients["pharmacy"])
    standing = village.running.run(calls.formula(copy))
    assert standing is not None
    assert not standing.rewarded


def test_assess__a_new_licensed_formula__is_compared_within_seconds_and_earns(village: Village) -> None:
    made = draft(FormulaClass.LICENSED, "新方", ("黄连", "3g"), ("吴茱萸", "1g"), ("海螵蛸", "12g"), ("浙贝母", "9g"))
    formula = village.share(made, AUTHORING_PHYSICIAN)
    shelf = village.formulas.shelf
    village.until(lambda: shelf.version(formula).assessed_by is not None)
    assert shelf.version(formula).likeness < COPY
    calls = FormulasCalls(village.running.node.contracts, village.running.node.clients["pharmacy"])
    standing = village.running.run(calls.formula(formula))
    assert standing is not None
    assert standing.rewarded


def test_assess__what_the_contract_refuses__keeps_no_other_waiting(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = FormulasCalls.assess

    def beyond(calls: FormulasCalls, formula: FormulaId, version: int, nearest: object, likeness: int) -> object:
        named = village.formulas.shelf.formula(formula).name
        return plain(calls, formula, version, None, 2_000_000 if named == "不可比方" else likeness)

    monkeypatch.setattr(FormulasCalls, "assess", beyond)
    lines = LICENSED.lines[1:]
    refused = village.share(replace(LICENSED, name="不可比方", lines=lines), AUTHORING_PHYSICIAN)
    other = village.share(replace(LICENSED, name="其后方", note="其后", lines=lines), AUTHORING_PHYSICIAN)
    village.until(lambda: village.formulas.shelf.version(other).assessed_by is not None)
    assert village.formulas.shelf.version(refused).assessed_by is None


def test_share__the_same_document_again__is_refused_by_node_and_contract(village: Village) -> None:
    raw = write_document(document_of(replace(CLASSIC, name="重复方")))
    calls = village.formulas.sharing.share(raw, None, cast.operator("hospital").address)
    village.take(cast.operator("hospital"), calls)
    with pytest.raises(refusals.FormulaKnownAlready):
        village.formulas.sharing.share(raw, None, AUTHORING_PHYSICIAN.address)
    with pytest.raises(refusals.FormulaKnownAlready):
        village.take(AUTHORING_PHYSICIAN, calls)


def test_share__a_licensed_formula_without_licence__is_refused(village: Village) -> None:
    raw = write_document(document_of(replace(LICENSED, name="无照方")))
    with pytest.raises(refusals.NotLicensed):
        village.formulas.sharing.share(raw, None, VILLAGER.address)


def test_revise__as_the_author__adds_a_version_and_nobody_else_may(village: Village) -> None:
    formula = village.share(replace(LICENSED, name="更正方"), AUTHORING_PHYSICIAN)
    raw, doses = village.written(replace(LICENSED, name="更正方", note="加生姜"), AUTHORING_PHYSICIAN)
    sharing = village.formulas.sharing
    with pytest.raises(refusals.NotAuthor):
        sharing.revise(formula, raw, doses, REVIEWING_PHYSICIAN.address)
    village.take(AUTHORING_PHYSICIAN, sharing.revise(formula, raw, doses, AUTHORING_PHYSICIAN.address))
    assert [one.number for one in village.formulas.shelf.versions(formula)] == [1, 2]


def test_withdraw__as_the_author__stays_readable_and_is_prescribed_no_more(village: Village) -> None:
    formula = village.share(replace(LICENSED, name="撤回方"), AUTHORING_PHYSICIAN)
    sharing, shelf = village.formulas.sharing, village.formulas.shelf
    village.take(AUTHORING_PHYSICIAN, sharing.withdraw(formula, AUTHORING_PHYSICIAN.address))
    assert shelf.entry(formula).document is not None
    with pytest.raises(refusals.NotDispensable):
        village.running.run(shelf.prescribable(formula, 1, REVIEWING_PHYSICIAN.address))
    with pytest.raises(refusals.FormulaClosed):
        sharing.approve(formula, 1, "好", REVIEWING_PHYSICIAN.address)


def test_start__a_node_that_founded__has_shared_the_classics_of_the_package(village: Village) -> None:
    seeding = village.formulas.seeding
    village.until(lambda: not seeding.missing())
    found = village.formulas.records.called("麻黄汤")
    assert found
    assert {one.kind for one in found} == {FormulaClass.CLASSIC}
    assert village.running.run(seeding.go_on()) == 0


def test_list__by_class_and_author__finds_those_alone(village: Village, folk: FormulaId) -> None:
    found = village.formulas.shelf.entries(Listing(kind=FormulaClass.FOLK, author=VILLAGER.address))
    assert folk in [one.formula.id for one in found]
    assert {one.formula.kind for one in found} == {FormulaClass.FOLK}


def test_replay__the_index_thrown_away__tells_the_same(village: Village, folk: FormulaId) -> None:
    shelf = village.formulas.shelf
    before = shelf.entries(Listing(limit=200))
    village.running.run(village.running.node.index.rebuild(lambda *_: None))
    assert shelf.entries(Listing(limit=200)) == before


def test_start__a_classic_that_reads_differently_now__becomes_the_next_version(village: Village) -> None:
    seeding, records = village.formulas.seeding, village.formulas.records
    village.until(lambda: not seeding.missing())
    (content, raw, document), *rest = seeding_module._seeds()
    standing = records.by_content(content)
    assert standing is not None
    changed = replace(document, note="另有说明")
    written = write_document(changed)
    seeding_module._seeds = lambda: ((digest(written), written, changed), *rest)  # type: ignore[assignment]
    try:
        seeding._done = False
        # The node's own round may be first.
        assert village.running.run(seeding.go_on()) in (0, 1)
        village.until(lambda: not seeding.missing())
    finally:
        seeding_module._seeds = lambda: ((content, raw, document), *rest)  # type: ignore[assignment]
    assert [one.number for one in records.versions(standing.formula)] == [1, 2]
