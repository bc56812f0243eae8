"""Any order of steps: the contract, the read model and a plain count of milligrams always agree."""

import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.running import ACTING, RunningNode, running_node

from tcmchain.errors import TcmChainError
from tcmchain.example import cast
from tcmchain.provenance.contract import Deed, Portion
from tcmchain.provenance.model.errors import (
    Insufficient,
    NotParty,
    NotQuotaGrower,
    QuotaClosed,
    QuotaExceeded,
    ReceivedTooMuch,
    ShipmentNotUnderway,
    WrongKind,
    YieldExceeded,
)
from tcmchain.provenance.model.lots import ShipmentState
from tcmchain.provenance.model.steps import Reason
from tcmchain.provenance.service.steps import Part
from tcmchain.values import FormId, Hash32, LotId, Milligrams, QuotaId, ShipmentId, UnixTime

pytestmark = pytest.mark.engine

FRESH, RED = FormId("renshen.fresh"), FormId("renshen.red")
PATIENT = Hash32("0x" + "5a" * 32)
HANDS = ("grower", "factory", "hospital", "pharmacy")
TOTAL = 1_000_000
_numbers = count(1)
_few = settings(
    max_examples=16,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def consortium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with running_node(tmp_path_factory.mktemp("machine")) as running:
        for key in ACTING:
            running.sign_agreement(key)
        running.take("regulator", running.node.steps.declare_terms())
        yield running


def _number(prefix: str) -> str:
    return f"{prefix}-{next(_numbers)}"


def _deed() -> Deed:
    return Deed(UnixTime(int(time.time())), {})


def test_take_steps__in_any_order__contract_read_model_and_count_agree(consortium: RunningNode) -> None:
    run_state_machine_as_test(lambda: Counting(consortium), settings=_few)


class Counting(RuleBasedStateMachine):
    """Counts milligrams beside the ledger, one quota and its lots an example."""

    def __init__(self, consortium: RunningNode) -> None:
        super().__init__()
        self.node = consortium
        self.steps, self.ledger = consortium.node.steps, consortium.node.ledger
        self.held: dict[tuple[LotId, str], int] = defaultdict(int)
        self.forms: dict[LotId, FormId] = {}
        self.made: dict[LotId, int] = {}
        self.underway: dict[ShipmentId, tuple[str, str, list[tuple[LotId, int]]]] = {}
        self.closed: list[tuple[ShipmentId, str]] = []
        self.left, self.open = TOTAL, True
        self.touched: set[LotId] = set()

    @initialize()
    def certify(self) -> None:
        number = _number("Q")
        until = UnixTime(int(time.time()) + 86_400 * 300)
        grower = cast.member("grower")
        self.node.take("certifier", self.steps.certify_quota(number, grower, FRESH, Milligrams(TOTAL), until, {}))
        found = self.ledger.quotas(grower)
        self.quota = next(QuotaId(quota.id) for quota in found if quota.reference == number)

    # Steps of one holder

    @rule(share=st.integers(1, 130), who=st.sampled_from(["grower"] * 4 + ["factory"]))
    def commission(self, share: int, who: str) -> None:
        number, asked = _number("L"), max(1, TOTAL * share // 300)
        calls = self.steps.commission(self.quota, number, Milligrams(asked), None, _deed())
        if who != "grower":
            return self._refused(who, calls, NotQuotaGrower)
        if not self.open:
            return self._refused(who, calls, QuotaClosed)
        if asked > self.left:
            return self._refused(who, calls, QuotaExceeded)
        self.node.take(who, calls)
        self.left -= asked
        self._born(who, number, FRESH, asked)
        return None

    @precondition(lambda self: self.open and self.left < TOTAL // 2)
    @rule()
    def withdraw(self) -> None:
        self.node.take("certifier", self.steps.withdraw_quota(self.quota, {}))
        self.open = False

    @precondition(lambda self: self._stocks())
    @rule(data=st.data())
    def retire(self, data: st.DataObject) -> None:
        lot, who, asked = self._some(data)
        calls = self.steps.retire(Portion(lot, Milligrams(asked)), data.draw(st.sampled_from(Reason)), _deed())
        if self._taken(who, calls, lot, asked):
            self.held[lot, who] -= asked

    @precondition(lambda self: self._stocks())
    @rule(data=st.data())
    def dispense(self, data: st.DataObject) -> None:
        lot, who, asked = self._some(data)
        calls = self.steps.dispense([Portion(lot, Milligrams(asked))], PATIENT, _deed())
        if who in ("grower", "factory"):
            self._refused(who, calls, WrongKind)
        elif self._taken(who, calls, lot, asked):
            self.held[lot, who] -= asked

    @precondition(lambda self: self._stocks())
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        lot, who, asked = self._some(data)
        first = data.draw(st.integers(1, asked))
        amounts = [part for part in (first, asked - first) if part]
        parts = [Part(_number("T"), Milligrams(amount)) for amount in amounts]
        if self._taken(who, self.steps.split(lot, parts, _deed()), lot, asked):
            self.held[lot, who] -= asked
            for part in parts:
                self._born(who, part.reference, self.forms[lot], part.milligrams)

    @precondition(lambda self: self._stocks())
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        lot, who, _ = self._some(data)
        mine = [other for other, holder in self._stocks() if holder == who and self.forms[other] == self.forms[lot]]
        whole = {other: self.held[other, who] for other in mine[:4]}
        number = _number("M")
        portions = [Portion(other, Milligrams(amount)) for other, amount in whole.items()]
        self.node.take(who, self.steps.merge(portions, number, _deed()))
        for other in whole:
            self.held[other, who] = 0
        self.touched.update(whole)
        self._born(who, number, self.forms[lot], sum(whole.values()))

    @precondition(lambda self: any(self.forms[lot] == FRESH for lot, _ in self._stocks()))
    @rule(data=st.data())
    def steam(self, data: st.DataObject) -> None:
        fresh = [(lot, who) for lot, who in self._stocks() if self.forms[lot] == FRESH]
        lot, who = data.draw(st.sampled_from(fresh))
        taken = data.draw(st.integers(1, self.held[lot, who]))
        ppm = next(rule.ppm for rule in self.ledger.yields() if (rule.source, rule.target) == (FRESH, RED))
        most = taken * ppm // 1_000_000
        made = data.draw(st.integers(1, most + max(1, most // 4)))
        number = _number("P")
        inputs = [Portion(lot, Milligrams(taken))]
        calls = self.steps.process("steaming", inputs, [Part(number, Milligrams(made), RED)], _deed())
        if made > most:
            return self._refused(who, calls, YieldExceeded)
        self.node.take(who, calls)
        self.held[lot, who] -= taken
        self.touched.add(lot)
        self._born(who, number, RED, made)
        return None

    # Steps between two

    @precondition(lambda self: self._stocks())
    @rule(data=st.data())
    def ship(self, data: st.DataObject) -> None:
        lot, who, asked = self._some(data)
        to = data.draw(st.sampled_from([hand for hand in HANDS if hand != who]))
        number = _number("S")
        calls = self.steps.ship(number, cast.member(to), [Portion(lot, Milligrams(asked))], _deed())
        if self._taken(who, calls, lot, asked):
            self.held[lot, who] -= asked
            found = self.ledger.shipments(cast.member(to), True, ShipmentState.UNDERWAY)
            shipment = next(ShipmentId(one.id) for one in found if one.reference == number)
            self.underway[shipment] = (who, to, [(lot, asked)])

    @precondition(lambda self: self.underway)
    @rule(data=st.data(), percent=st.sampled_from([0, 50, 100, 100, 130]), by_other=st.booleans())
    def receive(self, data: st.DataObject, percent: int, by_other: bool) -> None:
        shipment = data.draw(st.sampled_from(list(self.underway)))
        sender, to, lines = self.underway[shipment]
        arrived = [(lot, amount * percent // 100) for lot, amount in lines]
        calls = self.steps.receive(shipment, [Portion(lot, Milligrams(amount)) for lot, amount in arrived], _deed())
        if by_other:
            return self._refused(sender, calls, NotParty)
        if any(come > sent for (_, come), (_, sent) in zip(arrived, lines, strict=True)):
            return self._refused(to, calls, ReceivedTooMuch)
        self.node.take(to, calls)
        for lot, amount in arrived:
            self.held[lot, to] += amount
        self._close(shipment, to)
        return None

    @precondition(lambda self: self.underway)
    @rule(data=st.data(), refused=st.booleans())
    def give_back(self, data: st.DataObject, refused: bool) -> None:
        shipment = data.draw(st.sampled_from(list(self.underway)))
        sender, to, lines = self.underway[shipment]
        if refused:
            self.node.take(to, self.steps.refuse(shipment, _deed()))
        else:
            self.node.take(sender, self.steps.cancel(shipment, _deed()))
        for lot, amount in lines:
            self.held[lot, sender] += amount
        self._close(shipment, to)

    @precondition(lambda self: self.closed)
    @rule(data=st.data())
    def receive_again(self, data: st.DataObject) -> None:
        shipment, to = data.draw(st.sampled_from(self.closed))
        self._refused(to, self.steps.receive(shipment, [], _deed()), ShipmentNotUnderway)

    # What always holds

    @invariant()
    def agree(self) -> None:
        for lot in self.touched:
            for hand in HANDS:
                assert self.node.held(lot, hand) == self.held[lot, hand]
            certificate = self.ledger.certificate(lot)
            known = {holding.holder: holding.milligrams for holding in certificate.holdings if holding.milligrams}
            assert known == {cast.member(hand): n for hand in HANDS if (n := self.held[lot, hand])}
            balance = certificate.balance
            assert balance.closes
            assert balance.made == self.made[lot]
            moving = sum(n for *_, lines in self.underway.values() for other, n in lines if other == lot)
            assert balance.in_transit == moving
        if self.touched:
            assert self.ledger.quota(self.quota).left == self.left
        self.touched.clear()

    def teardown(self) -> None:
        self.touched.update(self.made)
        self.agree()

    # Helpers

    def _stocks(self) -> list[tuple[LotId, str]]:
        return [key for key, amount in self.held.items() if amount]

    def _some(self, data: st.DataObject) -> tuple[LotId, str, int]:
        """A lot, who holds it, and a quantity that may be more than there is."""
        lot, who = data.draw(st.sampled_from(self._stocks()))
        held = self.held[lot, who]
        return lot, who, data.draw(st.one_of(st.integers(1, held), st.just(held), st.just(held + 1)))

    def _taken(self, who: str, calls: list, lot: LotId, asked: int) -> bool:
        self.touched.add(lot)
        if asked > self.held[lot, who]:
            self._refused(who, calls, Insufficient)
            return False
        self.node.take(who, calls)
        return True

    def _refused(self, who: str, calls: list, error: type[TcmChainError]) -> None:
        with pytest.raises(error):
            self.node.take(who, calls)

    def _born(self, who: str, number: str, form: FormId, amount: int) -> None:
        found = self.node.node.bulk._records.lots_by_reference(cast.member(who), [number])
        lot = found[number].id
        self.held[lot, who], self.forms[lot], self.made[lot] = amount, form, amount
        self.touched.add(lot)

    def _close(self, shipment: ShipmentId, to: str) -> None:
        *_, lines = self.underway.pop(shipment)
        self.touched.update(lot for lot, _ in lines)
        self.closed.append((shipment, to))
