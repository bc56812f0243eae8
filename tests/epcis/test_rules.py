"""Rules beyond the schema: each refusal names the place and the rule."""

import json
from typing import Any

import pytest
from tests.epcis.examples import CONTEXT, event
from tests.epcis.test_schema import aggregation, transformation

from tcmchain.epcis.model import vocabulary
from tcmchain.epcis.model.documents import read_event, read_mapping
from tcmchain.epcis.model.errors import EventInvalid
from tcmchain.epcis.model.moments import milliseconds

_NOW = milliseconds("2026-03-05T00:00:00Z")
_LOT = {"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 10, "uom": "KGM"}


def _sensed(metadata: dict[str, Any] | None = None, **report: Any) -> dict[str, Any]:
    element: dict[str, Any] = {"sensorReport": [{"type": "Temperature", "value": 4, "uom": "CEL", **report}]}
    return event(sensorElementList=[{**element, "sensorMetadata": metadata} if metadata else element])


@pytest.mark.parametrize(
    ("given", "place", "rule"),
    [
        (event(eventTime="2026-03-06T00:00:00.001Z"), "/eventTime", "time-future"),
        (event(eventTime="1969-12-31T23:59:59Z"), "/eventTime", "time-ancient"),
        (event(recordTime="2027-01-01T00:00:00Z"), "/recordTime", "time-future"),
        (
            event(errorDeclaration={"declarationTime": "2027-01-01T00:00:00Z"}),
            "/errorDeclaration/declarationTime",
            "time-future",
        ),
        (event(bizStep="https://ref.gs1.org/cbv/BizStep-transforming"), "/bizStep", "word-deprecated"),
        (event(bizStep="urn:epcglobal:cbv:bizstep:transforming"), "/bizStep", "word-deprecated"),
        (event(bizStep="cbv:BizStep-harvesting"), "/bizStep", "word-unknown"),
        (event(bizStep="https://ref.gs1.org/cbv/Disp-active"), "/bizStep", "word-unknown"),
        (event(disposition="urn:epcglobal:cbv:disp:rotten"), "/disposition", "word-unknown"),
        (event(persistentDisposition={"unset": ["cbv:Disp-rotten"]}), "/persistentDisposition/unset/0", "word-unknown"),
        (
            event(persistentDisposition={"set": ["recalled"], "unset": ["cbv:Disp-recalled"]}),
            "/persistentDisposition",
            "disposition-set-and-unset",
        ),
        (
            event(bizTransactionList=[{"type": "cbv:BTT-x", "bizTransaction": "urn:a:b"}]),
            "/bizTransactionList/0/type",
            "word-unknown",
        ),
        (
            event(destinationList=[{"type": "cbv:SDT-x", "destination": "urn:a:b"}]),
            "/destinationList/0/type",
            "word-unknown",
        ),
        (
            event(errorDeclaration={"declarationTime": "2026-03-04T12:00:00Z", "reason": "cbv:ER-x"}),
            "/errorDeclaration/reason",
            "word-unknown",
        ),
        (event(epcList=["urn:epc:id:sgtin:4012345.11.9876"]), "/epcList/0", "epc-malformed"),
        (event(epcList=["urn:epc:id:sgtin:4012345.011111"]), "/epcList/0", "epc-malformed"),
        (event(epcList=["urn:epc:id:unheard:4012345.011111.1"]), "/epcList/0", "epc-malformed"),
        (event(epcList=["urn:epc:class:lgtin:4012345.012345.L1"]), "/epcList/0", "class-as-instance"),
        (
            event(quantityList=[{"epcClass": "urn:epc:id:sgtin:4012345.011111.9876"}]),
            "/quantityList/0/epcClass",
            "instance-as-class",
        ),
        (
            event(quantityList=[{"epcClass": "urn:epc:class:lgtin:4012345.L1"}]),
            "/quantityList/0/epcClass",
            "epc-malformed",
        ),
        (event(readPoint={"id": "urn:epc:id:sgln:4012345.0001.0"}), "/readPoint/id", "epc-malformed"),
        (
            event(bizTransactionList=[{"bizTransaction": "urn:epc:id:gdti:1.2.3"}]),
            "/bizTransactionList/0/bizTransaction",
            "epc-malformed",
        ),
        (event(quantityList=[{**_LOT, "quantity": 0}]), "/quantityList/0/quantity", "quantity-not-positive"),
        (event(quantityList=[{**_LOT, "quantity": -1}]), "/quantityList/0/quantity", "quantity-not-positive"),
        (
            event(quantityList=[{"epcClass": _LOT["epcClass"], "uom": "KGM"}]),
            "/quantityList/0/uom",
            "unit-without-quantity",
        ),
        (
            event(quantityList=[{"epcClass": _LOT["epcClass"], "quantity": 1.5}]),
            "/quantityList/0/quantity",
            "count-not-whole",
        ),
        (
            transformation(outputQuantityList=[{**_LOT, "quantity": 0}]),
            "/outputQuantityList/0/quantity",
            "quantity-not-positive",
        ),
        (aggregation(parentID=None), "", "parent-missing"),
        (aggregation(parentID=None, action="DELETE"), "", "parent-missing"),
        (aggregation(childEPCs=["urn:epc:id:sscc:4012345.0000000111"]), "/childEPCs", "parent-among-children"),
        (event(**{"other:a": 1}), "/other:a", "prefix-undeclared"),
        (event(**{"example:a": {"other:b": 1}}), "/example:a/other:b", "prefix-undeclared"),
        (event(**{"example:a": [{"x": {"other:b": 1}}]}), "/example:a/0/x/other:b", "prefix-undeclared"),
        (event(action="ADD", ilmd={"other:b": 1}), "/ilmd/other:b", "prefix-undeclared"),
        (event(readPoint={"id": "urn:a:b", "other:b": 1}), "/readPoint/other:b", "prefix-undeclared"),
        (event(readPoint={"id": "urn:a:b", "bare": 1}), "/readPoint/bare", "member-unprefixed"),
        (
            event(errorDeclaration={"declarationTime": "2026-03-04T12:00:00Z", "other:a": 1}),
            "/errorDeclaration/other:a",
            "prefix-undeclared",
        ),
        (_sensed({"time": "2027-03-04T12:00:00Z"}), "/sensorElementList/0/sensorMetadata/time", "time-future"),
        (
            _sensed({"startTime": "2026-03-04T12:00:00Z", "endTime": "2026-03-04T11:00:00Z"}),
            "/sensorElementList/0/sensorMetadata/endTime",
            "period-reversed",
        ),
        (_sensed({"other:a": 1}), "/sensorElementList/0/sensorMetadata/other:a", "prefix-undeclared"),
        (_sensed(type="gs1:Fever"), "/sensorElementList/0/sensorReport/0/type", "word-unknown"),
        (_sensed(exception="gs1:FIRE"), "/sensorElementList/0/sensorReport/0/exception", "word-unknown"),
        (_sensed(component="cbv:Comp-w"), "/sensorElementList/0/sensorReport/0/component", "word-unknown"),
        (_sensed(minValue=5, maxValue=4), "/sensorElementList/0/sensorReport/0/maxValue", "range-reversed"),
        (_sensed(time="2027-01-01T00:00:00Z"), "/sensorElementList/0/sensorReport/0/time", "time-future"),
        (_sensed(**{"other:a": 1}), "/sensorElementList/0/sensorReport/0/other:a", "prefix-undeclared"),
        (event(**{"@context": None}), "/@context", "context-missing"),
        (event(**{"@context": [{"example": "https://ns.example.com/"}]}), "/@context", "context-missing"),
        (event(**{"@context": [*CONTEXT, {"a": 5}]}), "/@context/2/a", "context-unreadable"),
    ],
)
def test_check__event_that_the_schema_takes__is_refused_with_place_and_rule(
    given: dict[str, Any], place: str, rule: str
) -> None:
    with pytest.raises(EventInvalid) as refused:
        read_mapping(given, _NOW)
    assert (refused.value.place, refused.value.rule) == (place, rule)


@pytest.mark.parametrize(("before", "after"), [('{"example:a":', "}"), ("[", "]")])
@pytest.mark.parametrize(
    ("name", "depth"), [("example:a", 40), ("example:a", 900), ("@context", 300), ("@context", 900)]
)
def test_read__extension_or_context_nested_too_deep__is_refused(depth: int, before: str, after: str, name: str) -> None:
    inner = before * depth + "1" + after * depth
    outer = inner if name == "example:a" else json.dumps(CONTEXT)[:-1] + f', {{"a": {inner}}}]'
    whole = json.dumps(event(**{name: None}))[:-1] + f', "{name}": {outer}}}'
    with pytest.raises(EventInvalid) as refused:
        read_event(whole.encode(), _NOW)
    assert refused.value.rule in {"too-deep", "context-unreadable", "json"}


@pytest.mark.parametrize("name", [vocabulary.BIZ_STEP, vocabulary.DISPOSITION])
def test_read__every_word_in_every_spelling__is_the_bare_word(name: str) -> None:
    for spelling, word in vocabulary.SPELLINGS[name].items():
        assert read_mapping(event(**{name: spelling}), _NOW).record[name] == word


def test_read__curie_of_the_standards_prefix__is_the_bare_word() -> None:
    found = read_mapping(_sensed(type="gs1:Temperature", component="cbv:Comp-x"), _NOW)
    report = found.record["sensorElementList"][0]["sensorReport"][0]
    assert (report["type"], report["component"]) == ("Temperature", "x")


@pytest.mark.parametrize(
    "step", ["https://ns.example.com/epcis/harvesting", "example:harvesting", "urn:example:bizstep:harvesting"]
)
def test_read__word_of_ones_own__is_its_full_address(step: str) -> None:
    found = read_mapping(event(bizStep=step), _NOW).record["bizStep"]
    assert found in {"https://ns.example.com/epcis/harvesting", "urn:example:bizstep:harvesting"}


def test_read__extension_names_and_values__are_expanded() -> None:
    given = event(**{"example:a": {"example:b": "example:c", "bare": [1, "2"]}, "https://ns.example.com/epcis/d": 1})
    record = read_mapping(given, _NOW).record
    assert record["{https://ns.example.com/epcis/}a"] == {
        "{https://ns.example.com/epcis/}b": "https://ns.example.com/epcis/c",
        "bare": [1, "2"],
    }
    assert record["{https://ns.example.com/epcis/}d"] == 1
    assert "@context" not in record


@pytest.mark.parametrize("ahead", ["2026-03-05T23:59:59.999Z", "2026-03-06T00:00:00Z"])
def test_read__event_within_a_day_ahead__is_taken(ahead: str) -> None:
    assert read_mapping(event(eventTime=ahead), _NOW).time_ms == milliseconds(ahead)
