"""Which events move goods, what they move, and what they lack when they say too little."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.epcis.examples import DATA, event

from tcmchain.epcis.model.custody import move_of
from tcmchain.epcis.model.documents import read_document, read_mapping
from tcmchain.epcis.model.errors import EventInvalid
from tcmchain.epcis.model.ledger_names import LotName, ledger_uri, lot_name, new_lot_uri
from tcmchain.epcis.model.moves import (
    Cancel,
    Commission,
    Dispense,
    Merge,
    NamedPortion,
    NewLot,
    Observe,
    Pack,
    Party,
    Process,
    Receive,
    Refuse,
    Retire,
    Ship,
    Split,
)
from tcmchain.provenance.model.steps import Observation, Reason
from tcmchain.values import FormId, LotId, Milligrams

_A, _B = "0x" + "a1" * 32, "0x" + "b2" * 32
_LOT_A, _LOT_B = f"https://node.example.com/provenance/lots/{_A}", f"urn:tcmchain:lot:{_B}"
_PACKED = "https://node.example.com/01/06901234567892/10/HX-26-0301"
_NEW = "urn:tcmchain:lot:renshen.red:HS%2F26-7"


def _quantity(uri: str, quantity: float = 12.5, uom: str = "KGM") -> dict[str, Any]:
    return {"epcClass": uri, "quantity": quantity, "uom": uom}


def _portion(lot: str, milligrams: int = 12_500_000) -> NamedPortion:
    return NamedPortion(LotName(id=LotId(lot)), Milligrams(milligrams))


def _move(**members: Any) -> Any:
    return move_of(read_mapping(event(**{"epcList": None, **members})))


def _turned(**members: Any) -> Any:
    return _move(type="TransformationEvent", action=None, **members)


def test_move__harvest__is_commissioned_within_its_quota() -> None:
    move = _move(
        action="ADD",
        bizStep="commissioning",
        quantityList=[_quantity("urn:tcmchain:lot:renshen.fresh:R-2026-07", 250.125)],
        ilmd={
            "tcm:quota": f"urn:tcmchain:quota:{_B}",
            "tcm:plot": "7号地",
            "tcm:picked": "2026-03-01",
            "cbvmda:itemExpirationDate": "2026-09-30",
        },
    )
    assert isinstance(move, Commission)
    assert move.quota == _B
    assert (move.lot.number, move.lot.form, move.lot.milligrams) == ("R-2026-07", "renshen.fresh", 250_125_000)
    assert move.lot.expires == 1_790_783_999
    assert move.done.happened == 1_772_593_230
    assert {key: move.done.facts[key] for key in ("plot", "picked")} == {"plot": "7号地", "picked": "2026-03-01"}
    assert len(move.done.facts["epcis"]) == 64


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ({"tcm:member": _B}, Party(member=_B)),
        ({"destinationList": [{"type": "owning_party", "destination": f"urn:tcmchain:member:{_B}"}]}, Party(member=_B)),
        (
            {"destinationList": [{"type": "possessing_party", "destination": "urn:epc:id:pgln:6901234.00001"}]},
            Party(gln="6901234000016"),
        ),
    ],
)
def test_move__goods_sent_off__are_shipped_to_the_party(to: dict[str, Any], expected: Party) -> None:
    advice = [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000016:ASN-7"}]
    move = _move(
        bizStep="shipping",
        quantityList=[_quantity(_LOT_A), _quantity(_LOT_B, 500, "GRM")],
        bizTransactionList=advice,
        **to,
    )
    assert isinstance(move, Ship)
    assert (move.reference, move.to) == ("ASN-7", expected)
    assert move.portions == (_portion(_A), _portion(_B, 500_000))


def test_move__goods_taken_in__are_received_in_full_or_line_by_line() -> None:
    whole = _move(bizStep="receiving", epcList=[], **{"tcm:shipment": _B})
    assert isinstance(whole, Receive)
    assert (whole.shipment, whole.portions) == (_B, ())
    advice = [{"type": "desadv", "bizTransaction": f"urn:tcmchain:shipment:{_B}"}]
    part = _move(bizStep="receiving", quantityList=[_quantity(_LOT_A)], bizTransactionList=advice)
    assert isinstance(part, Receive)
    assert part.portions == (_portion(_A),)


def test_move__goods_sent_back_or_called_back__are_refused_or_cancelled() -> None:
    back = _move(bizStep="receiving", disposition="returned", quantityList=[], epcList=[], **{"tcm:shipment": _B})
    assert isinstance(back, Refuse)
    assert isinstance(_move(bizStep="void_shipping", epcList=[], **{"tcm:shipment": _B}), Cancel)


def test_move__transformation__is_processed_by_its_method() -> None:
    move = _turned(
        bizStep="commissioning",
        inputQuantityList=[_quantity(_LOT_A, 100)],
        outputQuantityList=[_quantity(_NEW, 28.4)],
        **{"tcm:method": "steam"},
    )
    assert isinstance(move, Process)
    assert move.method == "steam"
    assert move.inputs == (_portion(_A, 100_000_000),)
    assert move.outputs == (NewLot("HS/26-7", Milligrams(28_400_000), FormId("renshen.red")),)


def test_move__repackaging__splits_one_lot_or_merges_several() -> None:
    parts = [_quantity("urn:tcmchain:lot:renshen.red:P1", 5), _quantity("urn:tcmchain:lot:renshen.red:P2", 7)]
    split = _turned(bizStep="repackaging", inputQuantityList=[_quantity(_LOT_A, 12)], outputQuantityList=parts)
    assert isinstance(split, Split)
    assert [part.number for part in split.parts] == ["P1", "P2"]
    inputs = [_quantity(_LOT_A), _quantity(_LOT_B)]
    merged = _turned(bizStep="repackaging", inputQuantityList=inputs, outputQuantityList=parts[:1])
    assert isinstance(merged, Merge)
    assert (merged.number, len(merged.portions)) == ("P1", 2)


def test_move__packing__makes_units_of_the_parents_gtin() -> None:
    members = {"bizStep": "packing", "parentID": _PACKED, "childQuantityList": [_quantity(_LOT_A, 10)]}
    move = _move(type="AggregationEvent", action="ADD", **members, **{"tcm:unit_count": 1000, "tcm:units_root": _B})
    assert isinstance(move, Pack)
    assert (move.gtin, move.number, move.units, move.units_root) == ("06901234567892", "HX-26-0301", 1000, _B)


def test_move__dispensing__is_bound_by_the_commitment() -> None:
    move = _move(bizStep="dispensing", quantityList=[_quantity(_PACKED, 15, "GRM")], **{"tcm:commitment": _B})
    assert isinstance(move, Dispense)
    assert move.portions == (NamedPortion(LotName(gtin="06901234567892", number="HX-26-0301"), Milligrams(15_000)),)


@pytest.mark.parametrize(
    ("step", "given", "expected"),
    [
        ("destroying", {}, Reason.SPOILAGE),
        ("sampling", {}, Reason.SAMPLING),
        ("decommissioning", {}, Reason.LOSS),
        ("decommissioning", {"tcm:reason": "spoilage"}, Reason.SPOILAGE),
    ],
)
def test_move__goods_taken_away__are_retired_with_the_reason(
    step: str, given: dict[str, Any], expected: Reason
) -> None:
    move = _move(action="DELETE", bizStep=step, quantityList=[_quantity(_LOT_A)], **given)
    assert isinstance(move, Retire)
    assert move.reason is expected


def test_move__inspection_of_a_lot__is_observed_with_its_facts() -> None:
    move = _move(
        bizStep="inspecting",
        disposition="non_conformant",
        quantityList=[{"epcClass": _LOT_A}],
        sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 21.5, "uom": "CEL"}]}],
        **{"tcm:tests": [{"item": "铅", "value": 7.2, "unit": "mg/kg", "limit": 5, "ok": False}]},
    )
    assert isinstance(move, Observe)
    assert (move.observation, move.conforms, move.quota) == (Observation.INSPECTION, False, None)
    assert move.lots == (LotName(id=LotId(_A)),)
    assert move.done.facts["temperature"] == 21.5
    assert move.done.facts["tests"][0]["item"] == "铅"


@pytest.mark.parametrize(
    "members",
    [
        {"bizStep": "storing", "quantityList": [_quantity("urn:epc:class:lgtin:4012345.012345.L1")]},
        {"bizStep": "shipping", "quantityList": [_quantity("urn:epc:class:lgtin:4012345.012345.L1")]},
        {"bizStep": "departing", "quantityList": [_quantity(_LOT_A)]},
        {
            "action": "ADD",
            "bizStep": "commissioning",
            "quantityList": [_quantity("urn:epc:class:lgtin:4012345.012345.L1")],
        },
        {"bizStep": "receiving", "epcList": [], "tcm:shipment": _B, "tcm:step": f"{_A}#3"},
        {
            "bizStep": "receiving",
            "epcList": [],
            "tcm:shipment": _B,
            "errorDeclaration": {"declarationTime": "2026-03-05T00:00:00Z"},
        },
    ],
)
def test_move__event_that_names_nothing_of_the_ledger__is_an_observation(members: dict[str, Any]) -> None:
    assert move_of(read_mapping(event(**{"epcList": None, **members}))) is None


@pytest.mark.parametrize("path", sorted((DATA / "documents").glob("*Event.json")), ids=lambda path: path.stem)
def test_move__events_of_others__are_observations(path: Any) -> None:
    assert [move_of(one) for one in read_document(path.read_bytes()).events] == [None]


@pytest.mark.parametrize(
    ("members", "place", "rule"),
    [
        ({"action": "ADD", "bizStep": "commissioning", "quantityList": [_quantity(_NEW)]}, "/tcm:quota", "move-quota"),
        (
            {"action": "ADD", "bizStep": "commissioning", "quantityList": [_quantity(_NEW)], "tcm:quota": "7"},
            "/tcm:quota",
            "move-quota",
        ),
        (
            {"action": "ADD", "bizStep": "commissioning", "quantityList": [_quantity(_LOT_A)], "tcm:quota": _B},
            "/quantityList/0/epcClass",
            "move-new-lot",
        ),
        (
            {"bizStep": "shipping", "quantityList": [_quantity(_LOT_A)], "tcm:reference": "7"},
            "/destinationList",
            "move-member",
        ),
        (
            {"bizStep": "shipping", "quantityList": [_quantity(_LOT_A)], "tcm:member": _B},
            "/bizTransactionList",
            "move-reference",
        ),
        (
            {"bizStep": "shipping", "epcList": [], "tcm:reference": "7", "tcm:member": _B},
            "/quantityList",
            "move-nothing",
        ),
        (
            {"bizStep": "shipping", "quantityList": [_quantity("urn:a:b")], "tcm:reference": "7", "tcm:member": _B},
            "/quantityList/0/epcClass",
            "move-lot",
        ),
        (
            {"bizStep": "dispensing", "quantityList": [{"epcClass": _LOT_A}], "tcm:commitment": _B},
            "/quantityList/0/uom",
            "move-mass",
        ),
        (
            {"bizStep": "dispensing", "quantityList": [_quantity(_LOT_A, 3, "EA")], "tcm:commitment": _B},
            "/quantityList/0/uom",
            "move-mass",
        ),
        (
            {"bizStep": "dispensing", "quantityList": [_quantity(_LOT_A, 0.5, "MGM")], "tcm:commitment": _B},
            "/quantityList/0/quantity",
            "move-milligrams",
        ),
        ({"bizStep": "dispensing", "quantityList": [_quantity(_LOT_A)]}, "/tcm:commitment", "move-commitment"),
        ({"bizStep": "receiving", "quantityList": [_quantity(_LOT_A)]}, "/tcm:shipment", "move-shipment"),
        (
            {"action": "DELETE", "bizStep": "destroying", "quantityList": [_quantity(_LOT_A)], "tcm:reason": "anger"},
            "/tcm:reason",
            "move-reason",
        ),
        (
            {"bizStep": "storing", "quantityList": [{"epcClass": _LOT_A}], "tcm:observation": "x"},
            "/tcm:observation",
            "move-observation",
        ),
        (
            {"bizStep": "storing", "quantityList": [{"epcClass": _LOT_A}], "tcm:temperature": "warm"},
            "/tcm:temperature",
            "move-fact",
        ),
    ],
)
def test_move__event_that_says_too_little__is_refused_with_place_and_rule(
    members: dict[str, Any], place: str, rule: str
) -> None:
    with pytest.raises(EventInvalid) as refused:
        _move(**members)
    assert (refused.value.place, refused.value.rule) == (place, rule)


@given(st.integers(1, 2**50), st.sampled_from([("KGM", 10**6), ("GRM", 10**3), ("MGM", 1)]))
def test_move__any_mass_in_any_unit__is_exact_to_the_milligram(milligrams: int, unit: tuple[str, int]) -> None:
    uom, factor = unit
    quantity = milligrams / factor if milligrams % factor else milligrams // factor
    if isinstance(quantity, float) and len(str(milligrams)) > 15:
        return
    move = _move(bizStep="dispensing", quantityList=[_quantity(_LOT_A, quantity, uom)], **{"tcm:commitment": _B})
    assert move.portions[0].milligrams == milligrams


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=31))
def test_name__any_number__is_read_back(number: str) -> None:
    assert lot_name(new_lot_uri(FormId("renshen.red"), number)) == LotName(number=number, form=FormId("renshen.red"))


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (_LOT_A, LotName(id=LotId(_A))),
        (_LOT_B.replace("b2", "B2"), LotName(id=LotId(_B))),
        (_PACKED, LotName(gtin="06901234567892", number="HX-26-0301")),
        ("urn:epc:class:lgtin:6901234.056789.HX%2F1", LotName(gtin="06901234567892", number="HX/1")),
        ("https://node.example.com/provenance/lots/7", None),
        ("urn:epc:class:lgtin:broken", None),
        (ledger_uri("quota", _A), None),
    ],
)
def test_name__lot_in_each_spelling__is_the_lot(uri: str, expected: LotName | None) -> None:
    assert lot_name(uri) == expected
