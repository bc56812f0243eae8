from itertools import pairwise

import pytest
from tests.provenance.ledger_of_events import DAY, FACTORY, GROWER, HOSPITAL, LAB, MERCHANT, NOON, QUOTA, Replay, word

from tcmchain.provenance.model.errors import UnknownLot
from tcmchain.provenance.model.lots import LotOrigin, ShipmentState
from tcmchain.provenance.model.steps import Flow, StepKind
from tcmchain.values import FormId, LotId, Milligrams, ShipmentId, UnixTime, short_text

FIELD, NEIGHBOUR, RED, PACKED = (LotId("0x" + f"{n:02x}" * 32) for n in (1, 2, 3, 4))
TRIP, ONWARD = word(0x51), word(0x52)


@pytest.fixture
def replay() -> Replay:
    found = Replay()
    found.certify()
    found.commission(FIELD, 6_000_000, "F-1")
    found.commission(NEIGHBOUR, 2_000_000, "F-2")
    return found


def _through_the_factory(replay: Replay) -> None:
    replay.ship(TRIP, GROWER, FACTORY, (FIELD, 5_000_000), (NEIGHBOUR, 1_000_000))
    replay.receive(TRIP, GROWER, FACTORY, (FIELD, 4_990_000, 10_000), (NEIGHBOUR, 1_000_000, 0))
    replay.apply(
        "Processed", run=word(0x61), holder=FACTORY, method=short_text("steaming"),
        inputs=((FIELD, 3_000_000), (NEIGHBOUR, 1_000_000)),
        outputs=((RED, short_text("R-1"), short_text("renshen.red"), 1_300_000, NOON + 300 * DAY),),
    )  # fmt: skip
    replay.apply(
        "Packed", lot=PACKED, holder=FACTORY, **{"from": RED}, units=100, gtin=9520000000011, unitsRoot=word(0),
        packed=(PACKED, short_text("P-1"), short_text("renshen.red"), 1_000_000, NOON + 300 * DAY),
    )  # fmt: skip


def test_commission__within_quota__draws_it_and_is_held(replay: Replay) -> None:
    assert replay.ledger.quota(QUOTA).left == 2_000_000
    assert [(h.lot.id, h.milligrams) for h in replay.ledger.holdings(GROWER)] == [(FIELD, 6e6), (NEIGHBOUR, 2e6)]


def test_ship__underway__is_with_nobody(replay: Replay) -> None:
    replay.ship(TRIP, GROWER, MERCHANT, (FIELD, 5_000_000))

    balance = replay.ledger.certificate(FIELD).balance

    assert (balance.held, balance.in_transit, balance.closes) == (1_000_000, 5_000_000, True)
    assert replay.ledger.shipment(ShipmentId(TRIP)).state is ShipmentState.UNDERWAY


def test_receive__with_shortfall__shows_the_loss(replay: Replay) -> None:
    replay.ship(TRIP, GROWER, MERCHANT, (FIELD, 5_000_000))
    replay.receive(TRIP, GROWER, MERCHANT, (FIELD, 4_900_000, 100_000))

    balance = replay.ledger.certificate(FIELD).balance

    assert (balance.held, balance.lost, balance.in_transit, balance.closes) == (5_900_000, 100_000, 0, True)
    line = replay.ledger.shipment(ShipmentId(TRIP)).lines[0]
    assert (line.shipped, line.received) == (5_000_000, 4_900_000)


def test_refuse__shipment__gives_all_back(replay: Replay) -> None:
    replay.ship(TRIP, GROWER, MERCHANT, (FIELD, 5_000_000))
    replay.apply("Refused", shipment=TRIP, **{"from": GROWER}, to=MERCHANT, portions=((FIELD, 5_000_000),))

    assert replay.ledger.certificate(FIELD).balance.held == 6_000_000
    step = replay.ledger.steps(kind=StepKind.REFUSED)[0]
    assert (step.member, step.other) == (MERCHANT, GROWER)


def test_account__every_lot__closes(replay: Replay) -> None:
    _through_the_factory(replay)
    replay.apply("Dispensed", lot=PACKED, holder=FACTORY, commitment=word(7), milligrams=60_000)
    replay.apply("Retired", lot=PACKED, holder=FACTORY, reason=0, milligrams=5_000)

    for lot in (FIELD, NEIGHBOUR, RED, PACKED):
        assert replay.ledger.certificate(lot).balance.closes

    balance = replay.ledger.certificate(PACKED).balance
    assert (balance.dispensed, balance.retired, balance.held) == (60_000, 5_000, 935_000)


def test_certify__packed_lot__goes_back_to_both_fields(replay: Replay) -> None:
    replay.apply("Observed", subject=QUOTA, observer=GROWER, observation=0, conforms=True, facts='{"work":"weeding"}')
    replay.apply("Observed", subject=FIELD, observer=LAB, observation=1, conforms=True)
    _through_the_factory(replay)

    found = replay.ledger.certificate(PACKED)

    assert set(found.lots) == {FIELD, NEIGHBOUR, RED, PACKED}
    kinds = [step.kind for step in found.steps]
    assert kinds == [
        StepKind.COMMISSIONED, StepKind.COMMISSIONED, StepKind.OBSERVED, StepKind.OBSERVED,
        StepKind.SHIPPED, StepKind.RECEIVED, StepKind.PROCESSED, StepKind.PACKED,
    ]  # fmt: skip
    assert found.lot.path == "/01/09520000000011/10/P-1"
    assert found.lot.origin is LotOrigin.PACKED
    assert found.complete


def test_certify__lot_that_went_two_ways__leaves_the_other_way_out(replay: Replay) -> None:
    replay.ship(word(0x53), GROWER, HOSPITAL, (FIELD, 500_000))
    replay.receive(word(0x53), GROWER, HOSPITAL, (FIELD, 500_000, 0))
    _through_the_factory(replay)

    members = {step.member for step in replay.ledger.certificate(PACKED).steps}

    assert HOSPITAL not in members
    assert HOSPITAL in {step.member for step in replay.ledger.certificate(FIELD).steps}


def test_stock__for_a_past_day__is_what_the_ledger_said_then(replay: Replay) -> None:
    _through_the_factory(replay)
    received = NOON + 5 * DAY

    then = {line.form: line.account for line in replay.ledger.stock(FACTORY, end=UnixTime(received))}
    now = {line.form: line.account for line in replay.ledger.stock(FACTORY)}

    assert then["renshen.fresh"].left == 5_990_000
    assert "renshen.red" not in then
    assert (now["renshen.fresh"].came_in, now["renshen.fresh"].went_out) == (5_990_000, 4_000_000)
    assert now["renshen.red"].left == 1_300_000
    assert now["renshen.red"].stored - now["renshen.red"].went_out == now["renshen.red"].left


def test_stock__of_a_period__opens_where_the_one_before_closed(replay: Replay) -> None:
    _through_the_factory(replay)
    days = [UnixTime(NOON + day * DAY) for day in range(0, 9)]
    for first, second in pairwise(days):
        closing = {line.form: line.account.left for line in replay.ledger.stock(FACTORY, end=UnixTime(second - 1))}
        opening = {line.form: line.account.opening for line in replay.ledger.stock(FACTORY, second, days[-1])}
        assert all(opening[form] == left for form, left in closing.items())
        assert first < second


def test_stock__little_left_for_the_pace__is_low(replay: Replay) -> None:
    replay.now = float(NOON + 10 * DAY)
    replay.apply("Dispensed", lot=FIELD, holder=GROWER, commitment=word(7), milligrams=5_999_000)
    replay.apply("Dispensed", lot=NEIGHBOUR, holder=GROWER, commitment=word(7), milligrams=1_990_000)

    assert [line.low for line in replay.ledger.stock(GROWER)] == [True]


def test_propose__several_lots__takes_the_first_expired_first(replay: Replay) -> None:
    replay.commission(word(11), 100, "L", expires=NOON + 500 * DAY)
    replay.commission(word(12), 100, "E", expires=NOON + 450 * DAY)
    replay.commission(word(13), 100, "X", expires=NOON + 20 * DAY)

    picks = replay.ledger.propose(GROWER, FormId("renshen.fresh"), Milligrams(150))

    assert [(pick.lot, pick.milligrams) for pick in picks] == [(word(12), 100), (word(11), 50)]
    assert [held.lot.id for held in replay.ledger.expiring(GROWER, 60)] == [word(13), word(12)]


def test_search__by_name_number_code_and_gtin__finds_the_lot(replay: Replay) -> None:
    _through_the_factory(replay)
    code = replay.ledger.lot(PACKED).code

    for text in ("P-1", code, code.lower(), PACKED, "9520000000011"):
        assert [lot.id for lot in replay.ledger.search(text)] == [PACKED], text
    assert {lot.id for lot in replay.ledger.search("人参")} == {FIELD, NEIGHBOUR}
    assert replay.ledger.count("grower") == 2
    assert replay.ledger.by_gtin("09520000000011", "P-1").id == PACKED
    assert replay.ledger.search("nothing") == []
    with pytest.raises(UnknownLot):
        replay.ledger.by_code("ZZZZ-0000-0000")


def test_version__event_on_the_way__changes_only_what_stands_on_it(replay: Replay) -> None:
    _through_the_factory(replay)
    replay.commission(word(77), 1_000, "other")
    replay.ledger.certificate(PACKED)
    replay.ledger.certificate(LotId(word(77)))
    before = replay.ledger.version(PACKED), replay.ledger.version(LotId(word(77)))

    replay.apply("Observed", subject=FIELD, observer=LAB, observation=1, conforms=False)

    after = replay.ledger.version(PACKED), replay.ledger.version(LotId(word(77)))
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_split_and_merge__same_form__are_neither_bought_nor_gone(replay: Replay) -> None:
    part = word(0x21)
    replay.apply(
        "Split", lot=FIELD, holder=GROWER,
        parts=((part, short_text("F-1a"), short_text("renshen.fresh"), 2_000_000, 0),),
    )  # fmt: skip
    replay.apply(
        "Merged", lot=word(0x22), holder=GROWER, portions=((part, 1_000_000), (NEIGHBOUR, 500_000)),
        merged=(word(0x22), short_text("M"), short_text("renshen.fresh"), 1_500_000, 0),
    )  # fmt: skip

    account = replay.ledger.stock(GROWER)[0].account

    assert (account.came_in, account.went_out, account.left) == (8_000_000, 0, 8_000_000)
    for lot in (FIELD, NEIGHBOUR, LotId(part), LotId(word(0x22))):
        assert replay.ledger.certificate(lot).balance.closes


def test_clear__and_replay__gives_the_same_rows(replay: Replay) -> None:
    _through_the_factory(replay)
    before = replay.ledger.certificate(PACKED)
    fresh = Replay()
    fresh.certify()
    fresh.commission(FIELD, 6_000_000, "F-1")
    with fresh.engine.begin() as connection:
        fresh.projection.clear(connection, "care")
    assert fresh.records.newest_step() == 0
    again = Replay()
    again.certify()
    again.commission(FIELD, 6_000_000, "F-1")
    again.commission(NEIGHBOUR, 2_000_000, "F-2")
    _through_the_factory(again)
    assert again.ledger.certificate(PACKED) == before


def test_apply__numbers_and_texts_from_a_hostile_writer__are_taken_in(replay: Replay) -> None:
    replay.apply(
        "Commissioned", lot=word(0x31), holder=GROWER, quota=QUOTA, form=short_text("renshen.fresh"),
        ref="0x" + "ff" * 32, milligrams=1, expires=2**64 - 1, facts="\0 not json",
    )  # fmt: skip
    found = replay.ledger.certificate(LotId(word(0x31)))
    assert found.lot.reference == "0x" + "ff" * 32
    assert found.steps[0].facts == {}
    assert found.steps[0].movements[0].flow is Flow.COMMISSIONED
