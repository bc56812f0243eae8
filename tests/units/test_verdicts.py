"""Counting scans and judging units at a node, over real tables and a real tree."""

from collections.abc import Collection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool
from tests.units.test_trees import made

from tcmchain.chain.events import Event
from tcmchain.provenance.model.facts import write_facts
from tcmchain.provenance.model.lots import Lot, LotOrigin
from tcmchain.units.model.codes import Serial, write_serial
from tcmchain.units.model.errors import PlaceUnknown, TooManyScans, UnknownUnit, WithoutCodes
from tcmchain.units.model.sightings import ScanKind
from tcmchain.units.model.verdict import Grade, Ground, Thresholds
from tcmchain.units.readmodel.projection import GoodsProjection, OpeningsProjection
from tcmchain.units.readmodel.records import UnitsRecords
from tcmchain.units.readmodel.scans import ScanLog
from tcmchain.units.readmodel.trees import TreeStore
from tcmchain.units.service.trees import Trees
from tcmchain.units.service.verdicts import Verdicts
from tcmchain.values import (
    Address,
    BlockNumber,
    FormId,
    Hash32,
    LotId,
    MemberId,
    Milligrams,
    UnixTime,
)

NOON = 1_760_000_000
LOT, PLAIN = LotId("0x" + "07" * 32), LotId("0x" + "08" * 32)
PHARMACY, STRANGER = MemberId("0x" + "0a" * 32), MemberId("0x" + "0b" * 32)
ACCOUNT = Address("0x00000000000000000000000000000000000000A1")


class Consortium:
    """Members with a seat, and recalls that hold nothing up."""

    def members(self, ids: Collection[MemberId]) -> dict[MemberId, Any]:
        places = {PHARMACY: "310000", STRANGER: "here"}
        return {id: SimpleNamespace(profile=SimpleNamespace(place=places[id])) for id in ids if id in places}

    def holding_up(self, lots: Collection[LotId]) -> dict[LotId, Any]:
        return {}


class Node:
    """The slice's services over tables in memory."""

    def __init__(self, folder: Path) -> None:
        self.engine: Engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        self.goods, self.openings = GoodsProjection(), OpeningsProjection()
        self.goods.metadata.create_all(self.engine)
        self.openings.metadata.create_all(self.engine)
        self.root, tree, self.serials = made(40)
        store = TreeStore(folder / "units", 1 << 24)
        with store.draft() as draft:
            draft.write(tree)
            store.keep(draft)
        self.now = float(NOON)
        self.scans = ScanLog(folder / "units.db")
        union: Any = Consortium()
        self.verdicts = Verdicts(
            UnitsRecords(self.engine), self.scans, Trees(store, [], 1 << 20), union, union, Thresholds(), 10,
            now=lambda: self.now,
        )  # fmt: skip
        self.block = 0
        self.tell("Packed", lot=LOT, unitsRoot=self.root, units=40, facts=write_facts({"channel": ["310000"]}))
        self.tell("Packed", lot=PLAIN, unitsRoot="0x" + "00" * 32, units=40, facts="{}")

    def tell(self, name: str, contract: str = "Provenance", **args: Any) -> None:
        self.block += 1
        event = Event(
            "care", contract, name, args, ACCOUNT, BlockNumber(self.block), UnixTime(int(self.now)),
            Hash32(f"0x{self.block:064x}"), 0,
        )  # fmt: skip
        with self.engine.begin() as connection:
            (self.goods if contract == "Provenance" else self.openings).apply(connection, [event])

    def dispense(self, *serials: Serial) -> None:
        facts = write_facts({"units": [write_serial(serial) for serial in serials]})
        self.tell("Dispensed", lot=LOT, holder=PHARMACY, happened=int(self.now), facts=facts)

    def grounds(self, at: int) -> set[Ground]:
        return {one.ground for one in self.verdicts.verdict(lot(LOT), self.text(at)).evidence}

    def text(self, at: int) -> str:
        return write_serial(self.serials[at])


def lot(id: LotId) -> Lot:
    return Lot(
        id, FormId("renshen.red"), PHARMACY, "HS1", Milligrams(1), UnixTime(0), LotOrigin.PACKED, UnixTime(0),
        gtin="09520000010010", units=40,
    )  # fmt: skip


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def test_look__same_reader_within_minutes__counts_once(node: Node) -> None:
    assert node.verdicts.look(LOT, node.text(0), "a", "310000")
    assert not node.verdicts.look(LOT, node.text(0), "a")
    assert node.verdicts.look(LOT, node.text(0), "b")
    assert node.verdicts.look(LOT, node.text(1), "a")
    node.now += 601
    assert node.verdicts.look(LOT, node.text(0), "a")
    assert [scan.place for scan in node.scans.scans(LOT, node.serials[0])] == [310000, 0, 0]


def test_look__place_on_no_list_or_unknown_unit__is_refused_and_not_kept(node: Node) -> None:
    with pytest.raises(PlaceUnknown):
        node.verdicts.look(LOT, node.text(0), "a", "999999")
    with pytest.raises(UnknownUnit):
        node.verdicts.look(LOT, "000000000000", "a")
    with pytest.raises(WithoutCodes):
        node.verdicts.look(PLAIN, node.text(0), "a")
    assert node.scans.count() == 0


def test_look__faster_than_people__is_refused(node: Node) -> None:
    for _ in range(120):
        node.verdicts.look(LOT, node.text(0), "machine")
    with pytest.raises(TooManyScans):
        node.verdicts.look(LOT, node.text(1), "machine")
    node.now += 61
    assert node.verdicts.look(LOT, node.text(1), "machine")


def test_trade__member__is_noted_at_its_seat(node: Node) -> None:
    assert node.verdicts.trade(LOT, node.text(0), PHARMACY)
    assert node.verdicts.trade(LOT, node.text(0), STRANGER)
    (first, second) = node.scans.scans(LOT, node.serials[0])
    assert (first.kind, first.place, first.member) == (ScanKind.TRADE, 310000, PHARMACY)
    assert (second.place, second.member) == (0, STRANGER)


def test_keep_scans__very_many_of_one_unit__keeps_the_newest(node: Node) -> None:
    for reader in range(520):
        node.now += 1
        node.verdicts.look(LOT, node.text(0), str(reader))
    kept = node.scans.scans(LOT, node.serials[0])
    assert len(kept) == 500
    assert kept[-1].at == int(node.now)


def test_judge__dispensed_once_for_two_portions_of_a_step__is_one_dispensing(node: Node) -> None:
    node.dispense(node.serials[0], node.serials[1])
    assert node.grounds(0) == {Ground.PROVEN, Ground.DISPENSED}
    node.now += 86_400
    node.dispense(node.serials[0])
    assert Ground.SECOND_DISPENSING in node.grounds(0)
    assert Ground.SECOND_DISPENSING not in node.grounds(1)


def test_judge__opened__tells_it(node: Node) -> None:
    node.tell("Opened", "Units", lot=LOT, serial=node.serials[2], purpose=1, happened=NOON, place=310000, relay=ACCOUNT)
    assert Ground.OPENED_BEFORE in node.grounds(2)
    assert Ground.OPENED_BEFORE not in node.grounds(3)


def test_judge__shipped_for_another_region__widens_it(node: Node) -> None:
    node.now += 86_400
    node.verdicts.trade(LOT, node.text(0), PHARMACY)
    assert Ground.OTHER_CHANNEL not in node.grounds(0)
    node.tell("Shipped", lot=LOT, portions=((LOT, 5),), facts=write_facts({"channel": ["440000"]}))
    assert UnitsRecords(node.engine).channels(LOT) == (310000, 440000)


def test_judge__text_that_is_no_serial__is_suspected(node: Node) -> None:
    verdict = node.verdicts.verdict(lot(LOT), "not a serial")
    assert (verdict.grade, verdict.evidence[0].ground) == (Grade.SUSPECTED, Ground.UNKNOWN_CODE)


def test_judge__more_codes_than_units_packed__vouches_for_none(node: Node) -> None:
    crowded = LotId("0x" + "0c" * 32)
    node.tell("Packed", lot=crowded, unitsRoot=node.root, units=39, facts="{}")
    found = node.verdicts.verdict(lot(crowded), node.text(0))
    assert Ground.PROVEN not in {one.ground for one in found.evidence}
    assert found.grade is Grade.NOTICE


def test_clear__after_everything__leaves_no_row(node: Node) -> None:
    node.dispense(node.serials[0])
    with node.engine.begin() as connection:
        node.goods.clear(connection, "care")
        node.openings.clear(connection, "care")
    assert node.verdicts.packed(LOT) is None
    assert UnitsRecords(node.engine).dispensings(LOT, node.serials[0]) == []


def test_find__serial_among_trees__names_its_lot(node: Node) -> None:
    assert node.verdicts.having(node.serials[5]) == [LOT]
    assert node.verdicts.having(Serial(1)) == []
