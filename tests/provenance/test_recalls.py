from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event

import pytest
from tests.provenance.ledger_of_events import FACTORY, GROWER, HOSPITAL, NOON, Replay, word

from tcmchain.chain.contracts import Contracts
from tcmchain.index.engine import open_engine
from tcmchain.provenance.contract import Deed, ProvenanceCalls
from tcmchain.provenance.model.errors import Nothing, ReachBusy, TooManyPortions, UnknownLot, UnknownRecall
from tcmchain.provenance.model.recalls import recall_id
from tcmchain.provenance.readmodel.reach import ReachRecords
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import Address, BlockNumber, LotId, RecallId, UnixTime, short_text

FIELD, NEIGHBOUR, RED, PACKED, OTHER = (LotId("0x" + f"{n:02x}" * 32) for n in (1, 2, 3, 4, 5))
RECALL = RecallId(word(0xEE))
DEED = Deed(UnixTime(NOON), {"cause": "test"})
CALLS = ProvenanceCalls(Contracts({("care", "Provenance"): Address("0x" + "11" * 20)}))


@pytest.fixture
def replay() -> Replay:
    return _told(Replay())


def _told(found: Replay) -> Replay:
    found.certify()
    found.commission(FIELD, 6_000_000, "F-1")
    found.commission(NEIGHBOUR, 2_000_000, "F-2")
    found.ship(word(0x51), GROWER, FACTORY, (FIELD, 5_000_000), (NEIGHBOUR, 1_000_000))
    found.receive(word(0x51), GROWER, FACTORY, (FIELD, 4_990_000, 10_000), (NEIGHBOUR, 1_000_000, 0))
    found.apply(
        "Processed", run=word(0x61), holder=FACTORY, method=short_text("steaming"),
        inputs=((NEIGHBOUR, 1_000_000), (FIELD, 2_000_000), (FIELD, 1_000_000)),
        outputs=((RED, short_text("R-1"), short_text("renshen.red"), 1_300_000, 0),),
    )  # fmt: skip
    found.apply(
        "Packed", lot=PACKED, holder=FACTORY, **{"from": RED}, units=100, gtin=9520000000011, unitsRoot=word(9),
        packed=(PACKED, short_text("P-1"), short_text("renshen.red"), 1_000_000, 0),
    )  # fmt: skip
    found.ship(word(0x52), FACTORY, HOSPITAL, (PACKED, 400_000))
    return found


def _recalls(replay: Replay) -> Recalls:
    return Recalls(CALLS, replay.records, ReachRecords(replay.engine), lambda: BlockNumber(replay.block))


def _open(replay: Replay, *seeds: LotId, drill: bool = False) -> None:
    replay.apply("RecallOpened", recall=RECALL, by=GROWER, ref=short_text("C-1"), drill=drill, seeds=seeds)


def test_reach__one_of_two_harvests__finds_offspring_and_what_came_from_elsewhere(replay: Replay) -> None:
    found = _recalls(replay).reach([FIELD])

    assert [reached.lot.id for reached in found.lots] == [FIELD, RED, PACKED]
    assert found.sources == ()
    assert [(units.lot, units.units, units.root) for units in found.units] == [(PACKED, 100, word(9))]
    sums = found.reconciliation
    assert (sums.entered, sums.lost, sums.processing_loss) == (7_000_000, 10_000, 2_700_000)
    assert (sums.in_transit, sums.unexplained) == (400_000, 0)
    assert {holder.holder: holder.coming for holder in found.holders}[HOSPITAL] == 400_000
    assert all(reached.balance.closes for reached in found.lots)


@pytest.mark.postgres
def test_reach__in_postgresql__finds_the_same(replay: Replay, postgres_url: str) -> None:
    there = _told(Replay(open_engine(postgres_url)))
    try:
        assert _recalls(there).reach([FIELD]) == _recalls(replay).reach([FIELD])
        _open(there, FIELD)
        assert set(_recalls(there).holding_up([FIELD, RED])) == {FIELD}
    finally:
        there.projection.metadata.drop_all(there.engine)
        there.engine.dispose()


def test_reach__from_the_pack__leads_back_to_both_harvests(replay: Replay) -> None:
    found = _recalls(replay).reach([PACKED])

    assert [reached.lot.id for reached in found.lots] == [PACKED]
    assert {lot.id for lot in found.sources} == {FIELD, NEIGHBOUR, RED}
    assert found.reconciliation.entered == 1_000_000


def test_reach__a_quantity_missing_from_the_books__is_unexplained(replay: Replay) -> None:
    with replay.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE provenance_holding SET milligrams = milligrams - 7 WHERE lot = ?", (RED,))
    assert _recalls(replay).reach([FIELD]).reconciliation.unexplained == 7


def test_reach__asked_by_very_many_at_once__refuses_some_and_then_answers_again(replay: Replay) -> None:
    hold = Event()

    def indexed() -> BlockNumber:
        hold.wait(10)
        return BlockNumber(replay.block)

    recalls = Recalls(CALLS, replay.records, ReachRecords(replay.engine), indexed)
    with ThreadPoolExecutor(40) as crowd:
        asked = [crowd.submit(recalls.reach, [FIELD]) for _ in range(40)]
        refused = next(as_completed(asked, 10)).exception()
        hold.set()
    assert isinstance(refused, ReachBusy)
    assert sum(each.exception() is None for each in asked) >= 10
    assert recalls.reach([FIELD]).complete


def test_reach__unknown_or_no_lot__is_refused(replay: Replay) -> None:
    recalls = _recalls(replay)
    with pytest.raises(UnknownLot):
        recalls.reach([OTHER])
    with pytest.raises(Nothing):
        recalls.reach([])
    with pytest.raises(TooManyPortions):
        recalls.reach([LotId(word(n)) for n in range(33)])
    with pytest.raises(UnknownRecall):
        recalls.report(RECALL)


def test_open__with_offspring__freezes_each_after_what_it_was_made_of(replay: Replay) -> None:
    opening, batch = _recalls(replay).open(GROWER, "C-1", [FIELD], False, DEED)

    assert (opening.function, batch.function) == ("openRecall", "freeze")
    recall, descents = batch.arguments
    assert recall == recall_id(GROWER, "C-1")
    assert descents == [(RED, [NEIGHBOUR, FIELD, FIELD]), (PACKED, [RED])]


def test_freeze__at_the_fixpoint__has_nothing_to_do(replay: Replay) -> None:
    _open(replay, FIELD)
    assert [call.function for call in _recalls(replay).freeze(RECALL)] == ["freeze"]
    replay.apply("Frozen", recall=RECALL, by=FACTORY, lots=(RED, PACKED))
    assert _recalls(replay).freeze(RECALL) == []
    assert set(_recalls(replay).holding_up([FIELD, RED, NEIGHBOUR])) == {FIELD, RED}


def test_freeze__past_a_released_lot__stops_there(replay: Replay) -> None:
    _open(replay, FIELD)
    replay.apply("Frozen", recall=RECALL, by=FACTORY, lots=(RED,))
    replay.apply("Released", recall=RECALL, by=GROWER, lots=(RED,))
    assert _recalls(replay).freeze(RECALL) == []
    assert set(_recalls(replay).holding_up([FIELD, RED])) == {FIELD}


def test_drill__over_all__holds_nothing_up(replay: Replay) -> None:
    _open(replay, FIELD, drill=True)
    assert _recalls(replay).holding_up([FIELD]) == {}
    assert [notice.recall.drill for notice in _recalls(replay).notices(GROWER)] == [True]


def test_score__one_of_two_answered__says_how_far_it_is(replay: Replay) -> None:
    _open(replay, FIELD)
    replay.apply("Frozen", recall=RECALL, by=FACTORY, lots=(RED, PACKED))
    replay.apply("Secured", recall=RECALL, holder=GROWER, secured=((FIELD, 1_000_000),))

    recall, reach, score = _recalls(replay).report(RECALL)

    assert (score.lots, score.lots_frozen, score.holders, score.holders_answered) == (3, 3, 2, 1)
    assert score.frozen_after == 86_400
    assert score.answered_after is None
    held = sum(holder.held for holder in reach.holders)
    assert score.secured_share == pytest.approx(1_000_000 / held)
    assert score.completeness == score.secured_share
    assert not recall.closed


def test_close__a_recall__is_no_longer_noticed(replay: Replay) -> None:
    _open(replay, FIELD)
    assert [notice.answered for notice in _recalls(replay).notices(GROWER)] == [False]
    replay.apply("RecallClosed", recall=RECALL, by=GROWER)
    assert _recalls(replay).notices(GROWER) == []
    assert [found.id for _, found in _recalls(replay).recalls(running=True)] == []
    assert set(_recalls(replay).holding_up([FIELD])) == {FIELD}
