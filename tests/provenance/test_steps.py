"""Steps that members take: the calls to sign, and refusals that come before any signature."""

import pytest
from tests.provenance.ledger_of_events import GROWER, HOSPITAL, MERCHANT, QUOTA, Replay, word
from tests.provenance.test_bulk import calls

from tcmchain.errors import TcmChainError
from tcmchain.provenance.contract import Deed, Portion
from tcmchain.provenance.model.errors import (
    LinesDiffer,
    Nothing,
    ReferenceUnreadable,
    UnknownForm,
    UnknownLot,
    UnknownQuota,
    UnknownShipment,
)
from tcmchain.provenance.service.steps import Part, Steps
from tcmchain.terms.forms import forms, yields
from tcmchain.values import FormId, Hash32, LotId, Milligrams, QuotaId, ShipmentId, UnixTime, short_text

LOT, OTHER, SHIPMENT = LotId(word(0x11)), LotId(word(0x12)), ShipmentId(word(0x51))
BOUND = Hash32("0x" + "5a" * 32)
DONE = Deed(UnixTime(1_758_000_000), {"note": "阴凉"})
FRESH = FormId("renshen.fresh")


@pytest.fixture
def steps() -> Steps:
    """A lot that expires, another that does not, and a shipment of both on its way."""
    replay = Replay()
    replay.certify()
    replay.commission(LOT, 1_000, "F-1", expires=1_900_000_000)
    replay.commission(OTHER, 1_000, "F-2")
    replay.ship(SHIPMENT, GROWER, MERCHANT, (LOT, 400), (OTHER, 100))
    return Steps(calls(), replay.ledger)


def portion(lot: LotId, milligrams: int) -> Portion:
    return Portion(lot, Milligrams(milligrams))


def test_receive__without_lines__is_all_that_was_sent(steps: Steps) -> None:
    (call,) = steps.receive(SHIPMENT, [], DONE)
    assert call.arguments[:2] == (SHIPMENT, [400, 100])


def test_receive__lines_of_another_order__is_refused(steps: Steps) -> None:
    with pytest.raises(LinesDiffer):
        steps.receive(SHIPMENT, [portion(OTHER, 100), portion(LOT, 400)], DONE)


def test_split__without_a_date__takes_over_that_of_the_lot(steps: Steps) -> None:
    (call,) = steps.split(LOT, [Part("T-1", Milligrams(10)), Part("T-2", Milligrams(5), expires=UnixTime(7))], DONE)
    assert call.arguments[1] == [
        (short_text("T-1"), short_text(FRESH), 10, 1_900_000_000),
        (short_text("T-2"), short_text(FRESH), 5, 7),
    ]


def test_dispense__several_lines__is_one_transaction(steps: Steps) -> None:
    assert [call.function for call in steps.dispense([portion(LOT, 1)], BOUND, DONE)] == ["dispense"]
    several = steps.dispense([portion(LOT, 1), portion(OTHER, 2)], BOUND, DONE)
    assert [(call.function, len(call.arguments[0])) for call in several] == [("multicall", 2)]


def test_declare_terms__on_an_empty_ledger__is_all_of_them_in_few_transactions(steps: Steps) -> None:
    declared = steps.declare_terms()
    assert sum(len(call.arguments[0]) for call in declared) == len(forms()) + len(yields())
    assert all(len(call.arguments[0]) <= 100 for call in declared)


NOBODYS = word(0x99)


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (lambda s: s.withdraw_quota(QuotaId(NOBODYS), {}), UnknownQuota),
        (lambda s: s.commission(QuotaId(QUOTA), "人" * 11, Milligrams(1), None, DONE), ReferenceUnreadable),
        (lambda s: s.receive(ShipmentId(NOBODYS), [], DONE), UnknownShipment),
        (lambda s: s.refuse(ShipmentId(NOBODYS), DONE), UnknownShipment),
        (lambda s: s.cancel(ShipmentId(NOBODYS), DONE), UnknownShipment),
        (lambda s: s.split(LotId(NOBODYS), [], DONE), UnknownLot),
        (lambda s: s.split(LOT, [], DONE), Nothing),
        (lambda s: s.ship("S-2", HOSPITAL, [], DONE), Nothing),
        (lambda s: s.merge([], "M-1", DONE), Nothing),
        (lambda s: s.dispense([], BOUND, DONE), Nothing),
        (lambda s: s.dispense([portion(LotId(""), 1)], BOUND, DONE), UnknownLot),
        (lambda s: s.process("steaming", [portion(LOT, 1)], [Part("P-1", Milligrams(1))], DONE), UnknownForm),
        (lambda s: s.set_yield(FRESH, FormId("renshen.red"), 1, 0), UnknownForm),
        (lambda s: s.certify_quota("Q-2", GROWER, FRESH, Milligrams(1), UnixTime(1), {}), UnknownForm),
    ],
)
def test_take_step__of_nothing_or_something_unknown__is_refused_before_signing(
    steps: Steps, step: object, error: type[TcmChainError]
) -> None:
    assert callable(step)
    with pytest.raises(error):
        step(steps)
