"""The ledger's own steps, read as EPCIS by our own rules."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest
from tests.provenance.ledger_of_events import FACTORY, GROWER, HOSPITAL, LAB, MERCHANT, NOON, QUOTA, Replay, word

from tcmchain.epcis.model.custody import move_of
from tcmchain.epcis.model.documents import read_document, read_mapping
from tcmchain.epcis.model.ledger_names import LotName
from tcmchain.epcis.model.moves import Dispense, Observe, Receive, Retire, Ship
from tcmchain.epcis.model.own_events import OwnEvents
from tcmchain.epcis.model.own_members import kilograms
from tcmchain.provenance.model.steps import Flow, Movement, Step, StepKind
from tcmchain.values import LotId, Milligrams, UnixTime, short_text

FIELD, RED, PACKED, PART = (LotId(word(0x11 + n)) for n in range(4))
TRIP, BACK, RUN, RECALL = word(0x51), word(0x52), word(0x61), word(0x71)
OWN = OwnEvents("https://node.example.com/")


@pytest.fixture(scope="module")
def replay() -> Replay:
    """A ledger with a step of each kind."""
    found = Replay()
    found.certify()
    facts = orjson.dumps({"plot": "7号地", "lon": 127.5, "lat": 42.3, "picked": "2025-09-16", "age": 5}).decode()
    found.apply(
        "Commissioned",
        lot=FIELD,
        holder=GROWER,
        quota=QUOTA,
        form=short_text("renshen.fresh"),
        ref=short_text("F-1"),
        milligrams=6_000_000,
        expires=NOON + 500 * 86_400,
        facts=facts,
    )
    weeding = '{"work": "除草"}'
    found.apply("Observed", subject=QUOTA, observer=GROWER, observation=0, conforms=True, facts=weeding)
    tests = '{"report": "HJ/26 1", "tests": [{"item": "铅", "value": 7.2, "limit": 5, "ok": false}]}'
    found.apply("Observed", subject=FIELD, observer=LAB, observation=1, conforms=False, facts=tests)
    found.apply("Observed", subject=FIELD, observer=GROWER, observation=2, conforms=True, facts='{"temperature": 4.5}')
    found.ship(BACK, GROWER, MERCHANT, (FIELD, 10_000))
    found.apply("Refused", shipment=BACK, **{"from": GROWER}, to=MERCHANT, portions=((FIELD, 10_000),))
    found.ship(word(0x53), GROWER, MERCHANT, (FIELD, 10_000))
    found.apply("Cancelled", shipment=word(0x53), **{"from": GROWER}, to=MERCHANT, portions=((FIELD, 10_000),))
    found.ship(TRIP, GROWER, FACTORY, (FIELD, 5_000_000))
    found.receive(TRIP, GROWER, FACTORY, (FIELD, 4_990_000, 10_000))
    red = (RED, short_text("R-1"), short_text("renshen.red"), 1_300_001, NOON + 300 * 86_400)
    found.apply(
        "Processed",
        run=RUN,
        holder=FACTORY,
        method=short_text("steaming"),
        inputs=((FIELD, 4_000_000),),
        outputs=(red,),
    )
    part = (PART, short_text("R-1a"), short_text("renshen.red"), 200_000, 0)
    found.apply("Split", lot=RED, holder=FACTORY, parts=(part,))
    merged = (word(0x22), short_text("M"), short_text("renshen.red"), 150_000, 0)
    found.apply("Merged", lot=word(0x22), holder=FACTORY, portions=((PART, 100_000), (RED, 50_000)), merged=merged)
    packed = (PACKED, short_text("P-1"), short_text("renshen.red"), 1_000_000, NOON + 300 * 86_400)
    found.apply(
        "Packed",
        lot=PACKED,
        holder=FACTORY,
        **{"from": RED},
        units=100,
        gtin=9520000000011,
        unitsRoot=word(9),
        packed=packed,
    )
    found.apply("Dispensed", lot=PACKED, holder=HOSPITAL, commitment=word(7), milligrams=60_000)
    for reason in range(3):
        found.apply("Retired", lot=PACKED, holder=FACTORY, reason=reason, milligrams=5_000)
    return found


@pytest.fixture(scope="module")
def steps(replay: Replay) -> list[Step]:
    """Its steps in order, and those of a recall."""
    found = list(reversed(replay.ledger.steps(limit=100)))
    frozen = replace(
        found[-1], kind=StepKind.FROZEN, reason=None, facts={}, subject=RECALL, movements=_standing(Flow.FROZEN)
    )
    return [
        *found,
        replace(frozen, kind=StepKind.RECALL_OPENED, log_index=1),
        frozen,
        replace(frozen, kind=StepKind.SECURED, movements=_standing(Flow.SECURED, 7_000)),
        replace(frozen, kind=StepKind.RELEASED, movements=_standing(Flow.RELEASED)),
    ]


def _standing(flow: Flow, amount: int = 0) -> tuple[Movement, ...]:
    return (Movement(PACKED, FACTORY, flow, 0, Milligrams(amount)),)


def _events(replay: Replay, steps: Sequence[Step], kind: StepKind) -> list[dict[str, Any]]:
    lots = replay.ledger.lots({movement.lot for step in steps for movement in step.movements})
    found = [OWN.event(step, lots) for step in steps if step.kind is kind]
    return [event for event in found if event is not None]


_KINDS = [kind for kind in StepKind if kind is not StepKind.RECALL_CLOSED]


@pytest.mark.parametrize("kind", _KINDS)
def test_write__step_of_each_kind__obeys_our_own_rules(replay: Replay, steps: list[Step], kind: StepKind) -> None:
    events = _events(replay, steps, kind)
    assert events
    for event in events:
        found = read_mapping(event)
        assert found.hash == event["eventID"] == found.id
        assert move_of(found) is None, "a report of a step is no new step"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (StepKind.COMMISSIONED, [("ObjectEvent", "ADD", "commissioning", "active")]),
        (
            StepKind.OBSERVED,
            [
                ("ObjectEvent", "OBSERVE", "other", None),
                ("ObjectEvent", "OBSERVE", "inspecting", "non_conformant"),
                ("ObjectEvent", "OBSERVE", "sensor_reporting", None),
            ],
        ),
        (StepKind.SHIPPED, [("ObjectEvent", "OBSERVE", "shipping", "in_transit")] * 3),
        (StepKind.RECEIVED, [("ObjectEvent", "OBSERVE", "receiving", "in_progress")]),
        (StepKind.REFUSED, [("ObjectEvent", "OBSERVE", "receiving", "returned")]),
        (StepKind.CANCELLED, [("ObjectEvent", "OBSERVE", "void_shipping", "in_progress")]),
        (StepKind.PROCESSED, [("TransformationEvent", None, "commissioning", "active")]),
        (StepKind.SPLIT, [("TransformationEvent", None, "repackaging", None)]),
        (StepKind.MERGED, [("TransformationEvent", None, "repackaging", None)]),
        (StepKind.PACKED, [("AggregationEvent", "ADD", "packing", "in_progress")]),
        (StepKind.DISPENSED, [("ObjectEvent", "OBSERVE", "dispensing", "dispensed")]),
        (
            StepKind.RETIRED,
            [
                ("ObjectEvent", "DELETE", "sampling", "inactive"),
                ("ObjectEvent", "DELETE", "destroying", "destroyed"),
                ("ObjectEvent", "DELETE", "decommissioning", "unavailable"),
            ],
        ),
        (StepKind.FROZEN, [("ObjectEvent", "OBSERVE", "holding", None)]),
    ],
)
def test_write__step_of_each_kind__says_it_in_the_standards_words(
    replay: Replay, steps: list[Step], kind: StepKind, expected: list[tuple[Any, ...]]
) -> None:
    events = _events(replay, steps, kind)
    assert [(e["type"], e.get("action"), e.get("bizStep"), e.get("disposition")) for e in events] == expected


def test_write__harvest__tells_the_field_and_the_batch(replay: Replay, steps: list[Step]) -> None:
    (event,) = _events(replay, steps, StepKind.COMMISSIONED)
    lot = f"https://node.example.com/provenance/lots/{FIELD}"
    assert event["quantityList"] == [{"epcClass": lot, "quantity": 6, "uom": "KGM"}]
    assert event["readPoint"] == {"id": "geo:42.3,127.5"}
    assert event["ilmd"] == {
        "cbvmda:lotNumber": "F-1",
        "cbvmda:itemExpirationDate": "2027-01-29",
        "cbvmda:harvestEndDate": "2025-09-16",
        "tcm:quota": f"urn:tcmchain:quota:{QUOTA}",
        "tcm:form": "renshen.fresh",
        "tcm:plot": "7号地",
        "tcm:lon": 127.5,
        "tcm:lat": 42.3,
        "tcm:picked": "2025-09-16",
        "tcm:age": 5,
    }


def test_write__processing__tells_what_went_in_and_came_out(replay: Replay, steps: list[Step]) -> None:
    (event,) = _events(replay, steps, StepKind.PROCESSED)
    assert event["transformationID"] == f"urn:tcmchain:run:{RUN}"
    assert [one["quantity"] for one in event["inputQuantityList"]] == [4]
    assert [one["quantity"] for one in event["outputQuantityList"]] == [1.300001]


def test_write__packed_lot__is_named_by_its_digital_link(replay: Replay, steps: list[Step]) -> None:
    (event,) = _events(replay, steps, StepKind.PACKED)
    assert event["parentID"] == "https://node.example.com/01/09520000000011/10/P-1"
    assert (event["tcm:unit_count"], event["tcm:units_root"]) == (100, word(9))


def test_write__inspection__names_the_report_and_the_finding(replay: Replay, steps: list[Step]) -> None:
    event = _events(replay, steps, StepKind.OBSERVED)[1]
    assert event["bizTransactionList"] == [{"type": "testres", "bizTransaction": "urn:tcmchain:report:HJ%2F26%201"}]
    assert event["tcm:tests"][0]["item"] == "铅"


def test_write__reading_in_storage__is_a_sensor_element(replay: Replay, steps: list[Step]) -> None:
    event = _events(replay, steps, StepKind.OBSERVED)[2]
    report = {"type": "Temperature", "value": 4.5, "uom": "CEL"}
    assert event["sensorElementList"] == [{"sensorReport": [report]}]


def test_write__recall__sets_and_unsets_the_persistent_disposition(replay: Replay, steps: list[Step]) -> None:
    assert _events(replay, steps, StepKind.FROZEN)[0]["persistentDisposition"] == {"set": ["recalled"]}
    assert _events(replay, steps, StepKind.RELEASED)[0]["persistentDisposition"] == {"unset": ["recalled"]}


def test_write__step_of_a_drill__calls_nothing_back(replay: Replay, steps: list[Step]) -> None:
    frozen = next(step for step in steps if step.kind is StepKind.FROZEN)
    assert OWN.event(frozen, {}, {RECALL}) is None
    assert OWN.event(replace(frozen, kind=StepKind.RECALL_CLOSED, movements=()), {}) is None


@pytest.mark.parametrize(
    ("kind", "move"),
    [
        (StepKind.SHIPPED, Ship),
        (StepKind.RECEIVED, Receive),
        (StepKind.DISPENSED, Dispense),
        (StepKind.RETIRED, Retire),
        (StepKind.OBSERVED, Observe),
    ],
)
def test_read__own_event_without_its_step__means_the_same_move(
    replay: Replay, steps: list[Step], kind: StepKind, move: type[Any]
) -> None:
    for step, event in zip([s for s in steps if s.kind is kind], _events(replay, steps, kind), strict=True):
        found = move_of(read_mapping({name: value for name, value in event.items() if name != "tcm:step"}))
        assert isinstance(found, move)
        assert found.done.happened == step.happened
        assert {key: found.done.facts[key] for key in step.facts} == dict(step.facts)
        if hasattr(found, "portions") and step.kind is not StepKind.RECEIVED:
            assert [portion.milligrams for portion in found.portions] == [m.amount for m in step.movements]


def test_read__own_shipment__names_lot_and_consignee(replay: Replay, steps: list[Step]) -> None:
    event = _events(replay, steps, StepKind.SHIPPED)[-1]
    found = move_of(read_mapping({name: value for name, value in event.items() if name != "tcm:step"}))
    assert isinstance(found, Ship)
    assert (found.to.member, found.reference) == (FACTORY, "S-1")
    assert found.portions[0].lot == LotName(id=FIELD)


def test_write__document_of_all_steps__is_read_whole(replay: Replay, steps: list[Step]) -> None:
    lots = replay.ledger.lots({movement.lot for step in steps for movement in step.movements})
    raw = OWN.document(steps, lots, UnixTime(NOON))
    found = read_document(raw)
    assert len(found.events) == len(steps)
    assert len({one.hash for one in found.events}) == len(steps)


@pytest.mark.parametrize(("milligrams", "expected"), [(1, 1e-06), (1_000_000, 1), (12_345_678, 12.345678)])
def test_write__mass__is_a_number_of_kilograms(milligrams: int, expected: float) -> None:
    assert kilograms(milligrams) == expected
