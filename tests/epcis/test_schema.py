"""What the schema refuses is told with its place and a stable rule."""

from typing import Any

import pytest
from tests.epcis.examples import event

from tcmchain.epcis.model import tables
from tcmchain.epcis.model.documents import read_mapping
from tcmchain.epcis.model.errors import EventInvalid
from tcmchain.epcis.model.events import EventKind
from tcmchain.epcis.model.schema import faults_of_event

_LOT = {"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 10, "uom": "KGM"}


def aggregation(**members: Any) -> dict[str, Any]:
    """A plain AggregationEvent with some members changed."""
    given = {"parentID": "urn:epc:id:sscc:4012345.0000000111", "action": "ADD", "childQuantityList": [_LOT], **members}
    return event(type="AggregationEvent", epcList=None, **given)


def transformation(**members: Any) -> dict[str, Any]:
    """A plain TransformationEvent with some members changed."""
    given = {"inputQuantityList": [_LOT], "outputQuantityList": [_LOT], "bizStep": "commissioning", **members}
    return event(type="TransformationEvent", epcList=None, action=None, **given)


@pytest.mark.parametrize(
    ("given", "place", "rule"),
    [
        (event(type="FoundEvent"), "/type", "kind-unknown"),
        (event(type=None), "", "member-missing"),
        (event(action=None), "", "member-missing"),
        (event(eventTime=None), "", "member-missing"),
        (event(eventTimeZoneOffset=None), "", "member-missing"),
        (event(action="MOVE"), "/action", "word-unknown"),
        (event(eventTime="2026-03-04"), "/eventTime", "form"),
        (event(eventTime=5), "/eventTime", "type"),
        (event(eventTimeZoneOffset="+25:00"), "/eventTimeZoneOffset", "form"),
        (event(eventTimeZoneOffset="Z"), "/eventTimeZoneOffset", "form"),
        (event(colour="red"), "/colour", "member-unprefixed"),
        (event(epcList=None), "", "what-missing"),
        (event(epcList="urn:epc:id:sgtin:4012345.011111.9876"), "/epcList", "type"),
        (event(epcList=["no identifier"]), "/epcList/0", "form"),
        (event(epcList=["urn:a:b", "urn:a:b"]), "/epcList", "twice"),
        (event(ilmd={"example:a": "1"}), "", "ilmd-without-add"),
        (event(readPoint={}), "/readPoint", "member-missing"),
        (event(bizStep="transforming"), "/bizStep", "word-deprecated"),
        (event(bizStep="harvesting"), "/bizStep", "word-unknown"),
        (event(disposition="rotten"), "/disposition", "word-unknown"),
        (event(persistentDisposition={}), "/persistentDisposition", "persistent-disposition"),
        (event(persistentDisposition={"set": ["rotten"]}), "/persistentDisposition/set/0", "word-unknown"),
        (event(bizTransactionList=[{"type": "po"}]), "/bizTransactionList/0", "member-missing"),
        (
            event(bizTransactionList=[{"type": "x", "bizTransaction": "urn:a:b"}]),
            "/bizTransactionList/0/type",
            "word-unknown",
        ),
        (event(sourceList=[{"source": "urn:a:b"}]), "/sourceList/0", "member-missing"),
        (event(quantityList=[{**_LOT, "uom": "kilogram"}]), "/quantityList/0/uom", "form"),
        (event(quantityList=[{**_LOT, "quantity": "10"}]), "/quantityList/0/quantity", "type"),
        (event(quantityList=[{**_LOT, "price": 3}]), "/quantityList/0/price", "member-unknown"),
        (event(quantityList=[{"quantity": 3}]), "/quantityList/0", "member-missing"),
        (event(sensorElementList=[{"sensorReport": []}]), "/sensorElementList/0/sensorReport", "empty"),
        (
            event(sensorElementList=[{"sensorReport": [{"type": "Fever"}]}]),
            "/sensorElementList/0/sensorReport/0/type",
            "word-unknown",
        ),
        (event(errorDeclaration={"reason": "did_not_occur"}), "/errorDeclaration", "member-missing"),
        (aggregation(childQuantityList=None), "", "children-missing"),
        (aggregation(childQuantityList=[]), "", "children-missing"),
        (transformation(outputQuantityList=None), "", "sides-missing"),
        (transformation(inputQuantityList=[]), "", "sides-missing"),
        (event(type="TransactionEvent"), "", "member-missing"),
        (event(type="AssociationEvent", epcList=None, childEPCs=["urn:a:b"]), "", "member-missing"),
    ],
)
def test_check__event_against_the_schema__is_refused_with_place_and_rule(
    given: dict[str, Any], place: str, rule: str
) -> None:
    assert (place, rule) in {(found.place, found.rule) for found in faults_of_event(given, None, "")}
    with pytest.raises(EventInvalid) as refused:
        read_mapping(given)
    assert refused.value.details["rule"] == refused.value.rule
    assert refused.value.code == "epcis-event-invalid"


@pytest.mark.parametrize(
    "given",
    [
        event(),
        event(epcList=[], sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 4, "uom": "CEL"}]}]),
        event(action="ADD", ilmd={"example:a": "1"}),
        event(type="TransactionEvent", bizTransactionList=[{"bizTransaction": "urn:a:b"}]),
        event(type="AssociationEvent", epcList=None, childEPCs=["urn:a:b"], parentID="urn:a:c", action="ADD"),
        aggregation(),
        aggregation(action="DELETE", childQuantityList=None),
        transformation(),
        transformation(outputQuantityList=None, transformationID="urn:a:b"),
        transformation(persistentDisposition={"set": ["recalled"]}),
    ],
)
def test_check__event_of_each_kind__is_taken(given: dict[str, Any]) -> None:
    assert faults_of_event(given, None, "") == []
    assert read_mapping(given).kind is EventKind(given["type"])


def test_count__words_of_the_standard__are_all_there() -> None:
    lists = [row["list"] for row in tables.rows("vocabulary")]
    assert {name: lists.count(name) for name in lists} == {
        "bizStep": 41,
        "disposition": 33,
        "bizTransactionType": 13,
        "sourceDestType": 3,
        "errorReason": 2,
        "component": 14,
        "measurementType": 72,
        "sensorAlert": 2,
    }
