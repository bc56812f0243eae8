"""A bad harvest: a lab accuses, a regulator confirms, and its bond goes to whoever was harmed."""

import time
from pathlib import Path

import pytest
from tests.running import RunningNode, running_node

from tcmchain.chain.calls import Call
from tcmchain.example import cast
from tcmchain.guarantees.model.errors import (
    AccusedAlready,
    NothingToDo,
    NotLocked,
    RelatedParty,
    TooEarly,
    WrongKind,
    WrongRecall,
)
from tcmchain.guarantees.model.pledges import BondState, CaseState, Tariff
from tcmchain.provenance.contract import Deed, Portion
from tcmchain.provenance.model.recalls import recall_id
from tcmchain.provenance.service.steps import Part
from tcmchain.rewards.model import FUND, HolderId, Place, TooFewPoints, format_points
from tcmchain.values import CaseId, FormId, Hash32, LotId, Milligrams, Points, QuotaId, RecallId, ShipmentId, UnixTime

pytestmark = pytest.mark.engine

FRESH, RED = FormId("renshen.fresh"), FormId("renshen.red")
KILO = 1_000_000
WINDOW = 12
TARIFF = Tariff(
    fee=Points(1_000),
    bond=Points(10_000),
    bond_rate=Points(2_000),
    compensation=Points(5_000),
    cover=3,
    term=3600,
    window=WINDOW,
)
REPORT = Hash32("0x" + "7e" * 32)
ROLES = ("regulator", "certifier", "lab", "grower", "neighbour", "merchant", "factory", "hospital")


class Village:
    """Two growers, who sells and makes of their ginseng, and who watches over it."""

    def __init__(self, running: RunningNode) -> None:
        self.running, self.node = running, running.node

    def do(self, key: str, calls: list[Call]) -> None:
        self.running.take(key, calls)

    def send(self, key: str, calls: list[Call]) -> None:
        """Send what a rehearsal on the newest block would find too early."""
        self.running.run(self._send(key, calls))

    async def _send(self, key: str, calls: list[Call]) -> None:
        for tx in await self.node.sender.send(calls, cast.officer(key)):
            receipt = await self.node.sender.wait("care", tx)
            await self.node.index.wait("care", receipt.block)

    def deed(self) -> Deed:
        return Deed(UnixTime(int(time.time())), {})

    def points(self, key: str) -> int:
        """What the index says that an actor has, in thousandths."""
        return self.node.rewards.purse(HolderId(cast.member(key))).amount

    def on_chain(self, holder: str) -> int:
        """What the contract says."""
        asked = self.node.contracts.ask(self.node.clients["care"], "RewardToken", "heldBy", holder)
        return int(self.running.run(asked)[0])

    def harvest(self, key: str, number: str, milligrams: int) -> LotId:
        quota = QuotaId(self.node.ledger.quotas(cast.member(key))[0].id)
        self.do(key, self.node.steps.commission(quota, number, Milligrams(milligrams), None, self.deed()))
        return next(lot.id for lot in self.node.ledger.search(number) if lot.reference == number)

    def deliver(self, sender: str, to: str, number: str, lot: LotId, milligrams: int) -> None:
        lines = [Portion(lot, Milligrams(milligrams))]
        self.do(sender, self.node.steps.ship(number, cast.member(to), lines, self.deed()))
        coming = self.node.ledger.shipments(cast.member(to), incoming=True)
        shipment = next(ShipmentId(found.id) for found in coming if found.reference == number)
        self.do(to, self.node.steps.receive(shipment, [], self.deed()))


def _founded(village: Village) -> None:
    for key in ROLES:
        village.running.sign_agreement(key)
    steps = village.node.steps
    village.do("regulator", steps.declare_terms())
    for key in ("grower", "neighbour"):
        until = UnixTime(4_000_000_000)
        quota = steps.certify_quota(f"Q-{key}", cast.member(key), FRESH, Milligrams(20_000 * KILO), until, {})
        village.do("certifier", quota)
    free = village.harvest("grower", "FREE-1", KILO)
    assert village.node.guarantees.bonds() == []
    assert village.node.ledger.lot(free).made == KILO
    village.do("regulator", village.node.guarantees.set_tariff(TARIFF, {"cause": "试行"}))


def test_bad_harvest__confirmed_by_a_regulator__pays_whoever_was_harmed(tmp_path: Path) -> None:
    with running_node(tmp_path) as running:
        village = Village(running)
        _founded(village)
        bad, red = _goods(village)
        case, recall = _judged(village, bad)
        _claimed(village, case, bad, red)
        _settled(village, case, bad)
        _recorded(village, case, recall, bad)


def _goods(village: Village) -> tuple[LotId, LotId]:
    """100 kg of which 40 go to the merchant, 30 to the factory, which makes 7 kg of 20, and 10 to the neighbour."""
    grower, before = cast.member("grower"), village.points("grower")
    bad = village.harvest("grower", "BAD-1", 100 * KILO)
    assert village.points("grower") == before - 1_000 - 210_000
    village.harvest("neighbour", "GOOD-1", 50 * KILO)
    assert village.node.guarantees.bond(bad).amount == 210_000
    with pytest.raises(TooFewPoints):
        village.harvest("grower", "DEAR-1", 12_000 * KILO)
    for key, amount in (("merchant", 40), ("factory", 30), ("neighbour", 10)):
        village.deliver("grower", key, f"S-{key}", bad, amount * KILO)
    made = [Part("RED-1", Milligrams(7 * KILO), RED)]
    taken = [Portion(bad, Milligrams(20 * KILO))]
    village.do("factory", village.node.steps.process("steaming", taken, made, village.deed()))
    red = next(lot.id for lot in village.node.ledger.search("RED-1") if lot.reference == "RED-1")
    village.deliver("factory", "hospital", "S-hospital", red, 5 * KILO)
    dispensed = village.node.steps.dispense([Portion(red, Milligrams(KILO))], Hash32("0x" + "5a" * 32), village.deed())
    village.do("hospital", dispensed)
    assert village.node.guarantees.bonds(grower=grower)[0].lot == bad
    return bad, red


def _judged(village: Village, bad: LotId) -> tuple[CaseId, RecallId]:
    guarantees, recalls = village.node.guarantees, village.node.recalls
    with pytest.raises(WrongKind):
        village.do("merchant", guarantees.accuse(bad, REPORT, {}))
    village.do("lab", guarantees.accuse(bad, REPORT, {"cause": "镉超标"}))
    with pytest.raises((AccusedAlready, NotLocked)):
        village.do("lab", guarantees.accuse(bad, REPORT, {}))
    (case,) = guarantees.cases()
    assert (case.state, case.grower) == (CaseState.OPEN, cast.member("grower"))
    own = recall_id(cast.member("grower"), "OWN-1")
    village.do("grower", recalls.open(cast.member("grower"), "OWN-1", [bad], False, village.deed()))
    with pytest.raises(WrongRecall):
        village.do("regulator", guarantees.confirm(case.id, own, {}))
    recall = recall_id(cast.member("regulator"), "ZH-1")
    village.do("regulator", recalls.open(cast.member("regulator"), "ZH-1", [bad], False, village.deed()))
    cousin = guarantees.relate(cast.member("grower"), cast.member("neighbour"), True, {"cause": "同一经营人"})
    village.do("regulator", cousin)
    village.do("regulator", guarantees.confirm(case.id, recall, {"cause": "复检不合格"}))
    assert guarantees.case(case.id).pot == 210_000
    assert guarantees.bond(bad).state is BondState.TAKEN
    return case.id, recall


def _claimed(village: Village, case: CaseId, bad: LotId, red: LotId) -> None:
    """40 kg fresh at the merchant; 10 kg fresh and 2 kg red at the factory; 4 kg red and 1 kg dispensed."""
    guarantees = village.node.guarantees
    with pytest.raises(RelatedParty):
        village.do("neighbour", guarantees.claim(case, cast.member("neighbour"), [bad]))
    assert guarantees.claimable(cast.member("neighbour")) == []
    wanted = {found.lot: found.milligrams for found in guarantees.claimable(cast.member("factory"))}
    assert wanted == {bad: 10 * KILO, red: 2 * KILO}
    assert [c.milligrams for c in guarantees.claimable(cast.member("hospital"))] == [5 * KILO]
    for key in ("merchant", "factory", "hospital"):
        village.do(key, guarantees.claim(case, cast.member(key)))
    assert guarantees.case(case).weight == 57 * KILO
    assert guarantees.claimable(cast.member("factory")) == []
    with pytest.raises(NothingToDo):
        village.do("hospital", guarantees.claim(case, cast.member("hospital"), [red]))
    with pytest.raises(TooEarly):
        village.do("hospital", guarantees.settle(case))


def _settled(village: Village, case: CaseId, bad: LotId) -> None:
    """57 kg are due 285 points: 210 out of the pot, 75 out of the fund."""
    guarantees, rewards = village.node.guarantees, village.node.rewards
    fund = rewards.purse(FUND).amount
    time.sleep(max(0.0, guarantees.case(case).until + 1.5 - time.time()))
    village.send("merchant", guarantees.settle(case))
    settled = guarantees.case(case)
    assert (settled.due, settled.pot, settled.from_fund, settled.to_fund) == (285_000, 285_000, 75_000, 0)
    assert rewards.purse(FUND).amount == fund - 75_000
    before = {key: village.points(key) for key in ("merchant", "factory", "hospital")}
    for key in before:
        village.do(key, guarantees.collect(case))
    gained = {key: village.points(key) - before[key] for key in before}
    assert gained == {"merchant": 200_000, "factory": 60_000, "hospital": 25_000}
    with pytest.raises(NothingToDo):
        village.do("factory", guarantees.collect(case))
    with pytest.raises(NotLocked):
        village.do("grower", guarantees.release(bad))


def _recorded(village: Village, case: CaseId, recall: RecallId, bad: LotId) -> None:
    node = village.node
    supply = node.rewards.supply()
    assert supply.closes
    assert supply.locked == node.guarantees.totals().locked == 110_000
    assert village.on_chain(cast.member("grower")) == village.points("grower")
    assert sum(flow.amount for flow in node.rewards.flows() if flow.sink is Place.FUND and flow.why == "fee") == 2_000
    record = node.growers.record(cast.member("grower"))
    assert (record.history.verdicts, record.history.clean, record.discount) == (1, 0, 0)
    assert record.history.taken == 210_000
    assert recall in {found.id for _, found in record.recalls}
    assert [found.id for found in record.cases] == [case]
    (guarantee,) = node.guarantee_panel.behind(bad)
    assert guarantee.case is not None
    assert guarantee.case.state is CaseState.SETTLED
    assert format_points(guarantee.bond.amount) == "210"
    blocks = node.index.head("care")
    village.running.run(node.index.rebuild())
    assert node.index.head("care") == blocks
    assert node.rewards.supply() == supply
    assert node.growers.record(cast.member("grower")) == record
