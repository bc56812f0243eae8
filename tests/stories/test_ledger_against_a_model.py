"""Whatever members do in whatever order, contract, index and a plain model of the ledger agree to the milligram."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Coroutine
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tcmchain.example import cast
from tcmchain.provenance.client import NewLot, Quantity
from tcmchain.provenance.model.errors import Insufficient, QuotaExceeded, YieldExceeded
from tcmchain.sdk import TcmChain
from tcmchain.values import LotId, QuotaId, ShipmentId

pytestmark = pytest.mark.engine

HANDS = ("grower", "merchant", "factory", "hospital")
QUOTA = 5_000_000
NOW = "2026-11-01T09:00"
YIELD_PPM = 350_000
_numbers = itertools.count(1)

hands = st.sampled_from(HANDS)
places = st.integers(0, 1_000)
shares = st.floats(0.01, 1)


class Ledger(RuleBasedStateMachine):
    """What the members of the example may do with one quota's ginseng, beside a model of it."""

    node: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._acting = {hand: TcmChain(self.node, cast.officer(hand)) for hand in (*HANDS, "certifier")}
        self.held: dict[tuple[str, str], int] = defaultdict(int)
        self.made: dict[str, int] = {}
        self.forms: dict[str, str] = {}
        self.gone: dict[str, int] = defaultdict(int)
        self.underway: list[tuple[ShipmentId, str, str, str, int]] = []
        self.left = QUOTA

    def _do(self, step: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(step)

    @initialize()
    def certify(self) -> None:
        self.number = f"M-{next(_numbers)}"
        certifier = self._acting["certifier"].provenance
        grower = cast.member("grower")
        self._do(certifier.certify_quota(self.number, grower, "renshen.fresh", f"{QUOTA} mg", "2027-10-01", {}))
        quotas = self._do(certifier.quotas(grower))
        self.quota = QuotaId(next(quota["id"] for quota in quotas if quota["reference"] == self.number))

    def _next(self) -> str:
        return f"{self.number}-{next(_numbers)}"

    def _born(self, maker: str, reference: str, form: str, amount: int) -> None:
        lot = self._do(self._acting[maker].provenance.find(reference, cast.member(maker)))
        assert lot is not None
        self.made[lot], self.forms[lot] = amount, form
        self.held[lot, maker] += amount

    def _some(self, place: int, hand: str, share: float) -> tuple[LotId, int] | None:
        having = [lot for lot in self.made if self.held[lot, hand]]
        if not having:
            return None
        lot = having[place % len(having)]
        return LotId(lot), max(1, int(self.held[lot, hand] * share))

    @rule(share=shares)
    def harvest(self, share: float) -> None:
        amount = int(self.left * share)
        if amount:
            reference = self._next()
            grower = self._acting["grower"].provenance
            self._do(grower.commission(self.quota, reference, f"{amount} mg", NOW, {}))
            self.left -= amount
            self._born("grower", reference, "renshen.fresh", amount)

    @rule()
    def harvest_too_much(self) -> None:
        grower = self._acting["grower"].provenance
        with pytest.raises(QuotaExceeded):
            self._do(grower.commission(self.quota, self._next(), f"{self.left + 1} mg", NOW, {}))

    @rule(place=places, sender=hands, to=hands, share=shares)
    def ship(self, place: int, sender: str, to: str, share: float) -> None:
        some = self._some(place, sender, share)
        if some is None or sender == to:
            return
        lot, amount = some
        reference = self._next()
        line = Quantity(lot, f"{amount} mg")
        self._do(self._acting[sender].provenance.ship(reference, cast.member(to), [line], NOW, {}))
        coming = self._do(self._acting[to].provenance.shipments(True, "underway"))
        shipment = next(ShipmentId(found["id"]) for found in coming if found["reference"] == reference)
        self.held[lot, sender] -= amount
        self.underway.append((shipment, lot, sender, to, amount))

    @rule(place=places, way=st.sampled_from(("receive", "refuse", "cancel")), share=shares)
    def end(self, place: int, way: str, share: float) -> None:
        if not self.underway:
            return
        shipment, lot, sender, to, amount = self.underway.pop(place % len(self.underway))
        acting = self._acting[sender if way == "cancel" else to].provenance
        if way == "receive":
            arrived = max(1, int(amount * share))
            self._do(acting.receive(shipment, NOW, {}, [Quantity(LotId(lot), f"{arrived} mg")]))
            self.held[lot, to] += arrived
            self.gone[lot] += amount - arrived
        else:
            self._do(getattr(acting, way)(shipment, NOW, {}))
            self.held[lot, sender] += amount

    @rule(place=places, share=shares, thrift=shares)
    def steam(self, place: int, share: float, thrift: float) -> None:
        some = self._some(place, "factory", share)
        if some is None or self.forms[some[0]] != "renshen.fresh":
            return
        lot, amount = some
        most = amount * YIELD_PPM // 1_000_000
        made, reference = int(most * thrift), self._next()
        factory = self._acting["factory"].provenance
        inputs = [Quantity(lot, f"{amount} mg")]
        with pytest.raises(YieldExceeded):
            self._do(factory.process("steaming", inputs, [NewLot(reference, f"{most + 1} mg", "renshen.red")], NOW, {}))
        if made:
            self._do(factory.process("steaming", inputs, [NewLot(reference, f"{made} mg", "renshen.red")], NOW, {}))
            self.held[lot, "factory"] -= amount
            self.gone[lot] += amount
            self._born("factory", reference, "renshen.red", made)

    @rule(place=places, hand=hands, share=shares)
    def split(self, place: int, hand: str, share: float) -> None:
        some = self._some(place, hand, share)
        if some is not None:
            lot, amount = some
            reference = self._next()
            self._do(self._acting[hand].provenance.split(lot, [NewLot(reference, f"{amount} mg")], NOW, {}))
            self.held[lot, hand] -= amount
            self.gone[lot] += amount
            self._born(hand, reference, self.forms[lot], amount)

    @rule(place=places, share=shares)
    def dispense(self, place: int, share: float) -> None:
        some = self._some(place, "hospital", share)
        if some is not None:
            lot, amount = some
            self._do(self._acting["hospital"].provenance.dispense([Quantity(lot, f"{amount} mg")], lot, NOW, {}))
            self.held[lot, "hospital"] -= amount
            self.gone[lot] += amount

    @rule(place=places, hand=hands)
    def retire_too_much(self, place: int, hand: str) -> None:
        some = self._some(place, hand, 1)
        if some is not None:
            with pytest.raises(Insufficient):
                self._do(self._acting[hand].provenance.retire(some[0], f"{some[1] + 1} mg", "loss", NOW, {}))

    @invariant()
    def every_milligram_of_the_model_is_accounted_for(self) -> None:
        for lot, made in self.made.items():
            at_hand = sum(self.held[lot, hand] for hand in HANDS)
            assert made == at_hand + self.gone[lot] + sum(row[4] for row in self.underway if row[1] == lot)

    def teardown(self) -> None:
        try:
            for lot, made in self.made.items():
                found = self._do(self._acting["grower"].provenance.certificate(LotId(lot)))
                told = {held["holder"]: held["milligrams"] for held in found["holdings"]}
                mine = {cast.member(hand): self.held[lot, hand] for hand in HANDS if self.held[lot, hand]}
                assert told == mine
                assert found["balance"]["made"] == made
                assert found["balance"]["closes"]
        finally:
            for chain in self._acting.values():
                self._do(chain.http.close())
            self._runner.close()


@pytest.mark.timeout(240)
def test_act__in_any_order__agrees_with_a_model_to_the_milligram(node: str) -> None:
    Ledger.node = node
    checks = settings(
        max_examples=6,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    run_state_machine_as_test(Ledger, settings=checks)
