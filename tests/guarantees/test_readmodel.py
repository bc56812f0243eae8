"""Bonds and cases as a replay of events, for what no test can wait for on a chain."""

from pathlib import Path
from typing import Any

import pytest

from tcmchain.chain.events import Event
from tcmchain.guarantees.model.pledges import BondState, CaseState, discount_steps
from tcmchain.guarantees.readmodel.projection import GuaranteesProjection
from tcmchain.guarantees.readmodel.records import GuaranteesRecords
from tcmchain.index.engine import open_engine
from tcmchain.values import ZERO_ADDRESS, BlockNumber, CaseId, Hash32, LotId, MemberId, UnixTime


def _id(letter: str) -> str:
    return "0x" + letter * 64


LOT, CASE, GROWER, LAB, COUSIN, HOLDER = (_id(letter) for letter in "abcdef")
RECALL, REGULATOR = _id("1"), _id("2")


class Told:
    """Events told one after the other to a read model."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(f"sqlite:///{folder / 'index.db'}")
        self.projection = GuaranteesProjection()
        with self.engine.begin() as connection:
            self.projection.metadata.create_all(connection)
        self.records = GuaranteesRecords(self.engine)
        self._count = 0

    def tell(self, name: str, **args: Any) -> None:
        self._count += 1
        event = Event(
            "care", "Guarantees", name, args, ZERO_ADDRESS, BlockNumber(self._count), UnixTime(1000 + self._count),
            Hash32(_id("9")), 0,
        )  # fmt: skip
        with self.engine.begin() as connection:
            self.projection.apply(connection, [event])

    def posted(self, lot: str = LOT) -> None:
        self.tell("Posted", lot=lot, grower=GROWER, milligrams=5_000_000, fee=1_000, amount=20_000, until=2_000)

    def accused(self) -> None:
        self.tell("Accused", id=CASE, lot=LOT, lab=LAB, findings=_id("7"), until=3_000, facts='{"cause":"镉超标"}')

    def confirmed(self) -> None:
        case = {"id": CASE, "lot": LOT, "regulator": REGULATOR, "recall": RECALL, "grower": GROWER}
        self.tell("Confirmed", **case, pot=20_000, until=4_000, facts="no JSON")

    def claimed(self, member: str, milligrams: int) -> None:
        self.tell("Claimed", id=CASE, member=member, lot=LOT, milligrams=milligrams)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    found = Told(tmp_path)
    found.posted()
    found.accused()
    return found


def test_replay__a_lapsed_case__locks_the_bond_again(told: Told) -> None:
    bond = told.records.bond(LotId(LOT))
    assert bond is not None
    assert bond.state is BondState.ACCUSED
    told.tell("Lapsed", id=CASE, lot=LOT)
    case, bond = told.records.case(CaseId(CASE)), told.records.bond(LotId(LOT))
    assert case is not None
    assert bond is not None
    assert (case.state, bond.state, case.facts) == (CaseState.LAPSED, BondState.LOCKED, {"cause": "镉超标"})
    assert told.records.totals().locked == 20_000


def test_replay__struck_then_claimed_again__weighs_the_later_claim(told: Told) -> None:
    told.confirmed()
    told.claimed(COUSIN, 1_000_000)
    told.claimed(HOLDER, 3_000_000)
    told.tell("Struck", id=CASE, member=COUSIN, milligrams=1_000_000, amount=0)
    case = told.records.case(CaseId(CASE))
    assert case is not None
    assert case.weight == 3_000_000
    assert case.reason == {}
    assert [(s.member, s.struck) for s in told.records.shares(case)] == [(HOLDER, False), (COUSIN, True)]
    told.claimed(COUSIN, 500_000)
    told.tell("Settled", id=CASE, lot=LOT, weight=3_500_000, due=1 << 200, pot=35_000, fromFund=15_000, toFund=0)
    case = told.records.case(CaseId(CASE))
    assert case is not None
    assert [(s.weight, s.waiting) for s in told.records.shares(case)] == [(3_000_000, 30_000), (500_000, 5_000)]
    told.tell("Struck", id=CASE, member=COUSIN, milligrams=500_000, amount=5_000)
    told.tell("Collected", id=CASE, member=HOLDER, milligrams=3_000_000, amount=30_000)
    assert [(s.collected, s.struck) for s in told.records.shares(case)] == [(30_000, False), (0, True)]


def test_replay__lots_returned_after_a_verdict__count_anew(told: Told) -> None:
    for number in range(6):
        told.posted(_id(str(number)))
        told.tell("Returned", lot=_id(str(number)), grower=GROWER, amount=20_000)
    assert discount_steps(told.records.history(MemberId(GROWER)).clean) == 1
    told.confirmed()
    history = told.records.history(MemberId(GROWER))
    assert (history.returned, history.clean, history.verdicts, history.taken) == (6, 0, 1, 20_000)
    told.posted(_id("8"))
    told.tell("Returned", lot=_id("8"), grower=GROWER, amount=20_000)
    assert told.records.history(MemberId(GROWER)).clean == 1


def test_replay__relations__hold_by_the_newest_word(told: Told) -> None:
    for related in (True, False):
        told.tell("Related", a=GROWER, b=COUSIN, related=related, by=REGULATOR, facts="{}")
    newest = told.records.relations(MemberId(COUSIN), 10)
    assert [relation.related for relation in newest] == [False, True]


def test_clear__everything__leaves_no_row(told: Told) -> None:
    with told.engine.begin() as connection:
        told.projection.clear(connection, "care")
    assert told.records.bonds(10, None, None, None) == []
    assert told.records.newest() == 0
