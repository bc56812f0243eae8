"""A contract put in force later begins anew, and never adds to what the earlier one had."""

from dataclasses import replace
from typing import Any

import pytest
from tests.provenance.ledger_of_events import FACTORY, GROWER, QUOTA, Replay, word

from tcmchain.chain.events import Event
from tcmchain.provenance.readmodel.records import ProvenanceRecords
from tcmchain.values import Address, LotId, short_text

NEWER = Address("0x00000000000000000000000000000000000000B2")
OLD_LOT, NEW_LOT = LotId(word(0x11)), LotId(word(0x22))
FRESH = short_text("renshen.fresh")


class Two(Replay):
    """The earlier contract's lot, and a way to hear events of the later one."""

    def __init__(self) -> None:
        super().__init__()
        self.apply("FormDeclared", form=FRESH, rank=1)
        self.certify()
        self.commission(OLD_LOT, 1_000)
        self.ship(word(0x51), GROWER, FACTORY, (OLD_LOT, 400))

    def later(self, *events: Event) -> None:
        with self.engine.begin() as connection:
            self.projection.apply(connection, [replace(event, address=NEWER) for event in events])

    def harvest(self, lot: str, reference: str, milligrams: int = 500) -> Event:
        more: dict[str, Any] = {"lot": lot, "holder": GROWER, "quota": QUOTA, "form": FRESH}
        return self.event("Commissioned", **more, ref=short_text(reference), milligrams=milligrams, expires=0)


def test_apply__lot_of_the_later_contract__stands_beside_those_of_the_earlier() -> None:
    replay = Two()
    before = replay.ledger.certificate(OLD_LOT)
    replay.later(replay.harvest(NEW_LOT, "F-NEW"))
    assert replay.ledger.certificate(NEW_LOT).balance.held == 500
    after = replay.ledger.certificate(OLD_LOT)
    assert (after.balance, after.holdings, after.steps) == (before.balance, before.holdings, before.steps)


def test_apply__old_number_used_again__leaves_the_old_lot_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    replay = Two()
    before = replay.ledger.certificate(OLD_LOT)
    moved = replay.event(
        "Shipped", shipment=word(0x52), **{"from": GROWER}, to=FACTORY, ref=short_text("S-2"),
        portions=((OLD_LOT, 100),), terms=word(0),
    )  # fmt: skip
    returned = replay.event(
        "Received", shipment=word(0x51), **{"from": GROWER}, to=FACTORY, portions=((OLD_LOT, 400),), lost=(0,)
    )
    replay.later(replay.harvest(OLD_LOT, "F-1"), replay.harvest(NEW_LOT, "F-NEW"), moved, returned)
    after = replay.ledger.certificate(OLD_LOT)
    assert (after.balance, after.holdings, after.steps) == (before.balance, before.holdings, before.steps)
    assert replay.ledger.certificate(NEW_LOT).balance.held == 500
    assert caplog.text.count("of a later contract names what an earlier has") == 3


def test_apply__rules_laid_down_again__count_from_the_later_contract() -> None:
    replay = Two()
    in_force = [Address("0x00000000000000000000000000000000000000A1")]
    records = ProvenanceRecords(replay.engine, lambda: in_force[-1])
    assert [form.rank for form in records.forms()] == [1]
    in_force.append(NEWER)
    assert records.forms() == []
    quota = replay.event(
        "QuotaCertified", quota=QUOTA, grower=GROWER, form=FRESH, certifier=word(0xC0),
        ref=short_text("Q-1"), milligrams=700, notAfter=4_000_000_000,
    )  # fmt: skip
    replay.later(replay.event("FormDeclared", form=FRESH, rank=3), quota)
    assert [form.rank for form in records.forms()] == [3]
    (found,) = records.quotas(GROWER)
    assert (found.total, found.drawn) == (700, 0)
