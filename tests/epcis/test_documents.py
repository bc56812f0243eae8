"""Documents are read whole: every wrong event is told, every right one is kept apart."""

import os
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.epcis.examples import CONTEXT, DATA, DOCUMENTS, FURTHER, HASHED, INVALID, document, event

from tcmchain.epcis.model.documents import read_answer, read_document, read_event, read_events
from tcmchain.epcis.model.errors import DocumentInvalid, EventInvalid, Finding
from tcmchain.epcis.model.event_hash import event_hash

_ELSEWHERE = os.environ.get("TCMCHAIN_EPCIS_EXAMPLES", "")
"""A folder of further documents, such as ``JSON`` of github.com/gs1/EPCIS, which may not be passed on."""


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_read__document_of_each_kind__is_taken(path: Path) -> None:
    found = read_document(path.read_bytes())
    assert [one.kind.value for one in found.events] == [path.stem]


@pytest.mark.parametrize("path", FURTHER, ids=lambda path: path.stem)
def test_read__document_with_all_that_may_stand_in_it__is_taken(path: Path) -> None:
    found = read_document(path.read_bytes())
    assert found.events
    assert [read_event(one.raw).hash for one in found.events] == [one.hash for one in found.events]


_RULES_BROKEN: dict[str, set[tuple[str, str]]] = {
    "Combination_of_events_with_missing_mandatory_fields": {
        ("/epcisBody/eventList/0", "member-missing"),
        ("/epcisBody/eventList/1", "member-missing"),
    },
    "Combination_of_multiple_invalid_fields": {
        ("/epcisBody/eventList/0/bizStep", "word-deprecated"),
        ("/epcisBody/eventList/1/disposition", "word-unknown"),
        ("/epcisBody/eventList/2/sourceList/0/type", "word-unknown"),
        ("/epcisBody/eventList/3/ilmd/materialType", "member-unprefixed"),
        ("/epcisBody/eventList/4/action", "word-unknown"),
        ("/epcisBody/eventList/4/eventTime", "form"),
    },
    "Combination_of_non_standard_bizStep_and_disposition": {
        ("/epcisBody/eventList/0/bizStep", "word-deprecated"),
        ("/epcisBody/eventList/1/disposition", "word-unknown"),
    },
    "EPCISDocument_without_context": {("", "member-missing")},
    "ObjectEvent_with_ilmd_field_without_namespace": {
        ("/epcisBody/eventList/0/ilmd/materialType", "member-unprefixed")
    },
    "ObjectEvent_with_invalid_action": {("/epcisBody/eventList/0/action", "word-unknown")},
    "ObjectEvent_with_invalid_certificationInfo": {("/epcisBody/eventList/0/certificationInfo", "form")},
    "ObjectEvent_with_invalid_eventTime_format": {("/epcisBody/eventList/0/eventTime", "form")},
    "ObjectEvent_with_non_standard_bizStep": {("/epcisBody/eventList/0/bizStep", "word-deprecated")},
    "ObjectEvent_with_non_standard_bizStep_in_second_event": {("/epcisBody/eventList/1/bizStep", "word-deprecated")},
    "ObjectEvent_with_non_standard_disposition": {("/epcisBody/eventList/0/disposition", "word-unknown")},
    "ObjectEvent_with_quantity_as_text": {("/epcisBody/eventList/0/quantityList/0/quantity", "type")},
    "ObjectEvent_with_unknown_field_in_quantityList": {
        ("/epcisBody/eventList/0/quantityList/0/weight", "member-unknown")
    },
    "ObjectEvent_without_action_and_eventTime": {("/epcisBody/eventList/0", "member-missing")},
    "ObjectEvent_without_identifier_list": {("/epcisBody/eventList/0", "what-missing")},
    "QueryDocument_with_invalid_action": {("/epcisBody/queryResults/resultsBody/eventList/0/action", "word-unknown")},
    "QueryDocument_with_invalid_eventType": {("/epcisBody/queryResults/resultsBody/eventList/0/type", "kind-unknown")},
}
"""What each document breaks; an unknown action besides makes ILMD stand where it may not."""


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_read__document_that_others_say_is_invalid__is_refused_with_place_and_rule(path: Path) -> None:
    raw = path.read_bytes()
    with pytest.raises(DocumentInvalid) as refused:
        (read_answer if path.stem.startswith("Query") else read_document)(raw)
    found = {(one.place, one.rule) for one in refused.value.findings if one.rule != "ilmd-without-add"}
    assert found == _RULES_BROKEN[path.stem]


def test_read__answer_of_a_query__is_taken() -> None:
    assert len(read_answer((DATA / "documents" / "query.json").read_bytes()).events) == 2


@pytest.mark.parametrize("path", sorted(Path(_ELSEWHERE).rglob("*.jsonld")) if _ELSEWHERE else [])
def test_read__example_of_the_standard__is_taken(path: Path) -> None:
    raw = path.read_bytes()
    assert (read_answer if b'"EPCISQueryDocument"' in raw else read_document)(raw).events


def test_read__hashed_examples__are_taken_but_for_a_lot_among_instances() -> None:
    refused = {}
    for path in HASHED:
        raw = path.read_bytes()
        try:
            (read_answer if b'"EPCISQueryDocument"' in raw else read_document)(raw)
        except DocumentInvalid as error:
            refused[path.stem] = error.findings[0].rule
    assert refused == {"epclist_normalisation": "class-as-instance"}


def test_read__document_with_wrong_events__tells_them_all_with_their_places() -> None:
    raw = document(event(), event(bizStep="transforming"), event(), event(eventTime="2999-01-01T00:00:00Z"), event(a=1))
    with pytest.raises(DocumentInvalid) as refused:
        read_document(raw)
    assert refused.value.findings == (
        Finding(1, "/epcisBody/eventList/1/bizStep", "word-deprecated", "transforming"),
        Finding(3, "/epcisBody/eventList/3/eventTime", "time-future", "2999-01-01T00:00:00Z"),
        Finding(4, "/epcisBody/eventList/4/a", "member-unprefixed", "a"),
    )
    assert refused.value.details["count"] == 3


def test_read__events_among_wrong_ones__keeps_the_right_by_their_index() -> None:
    reading = read_events(document(event(a=1), event(), event(action="x"), event(bizStep="arriving")))
    assert reading.indexes == (1, 3)
    assert [one.record["bizStep"] for one in reading.document.events] == ["departing", "arriving"]
    assert {finding.index for finding in reading.findings} == {0, 2}


@pytest.mark.parametrize(
    ("raw", "place", "rule"),
    [
        (b"{", "", "json"),
        (b"[]", "", "type"),
        (b"5", "", "type"),
        (b'{"type": "ObjectEvent"}', "/type", "document-type"),
        (document(type="EPCISQueryDocument"), "/type", "document-type"),
        (document(schemaVersion=None), "", "member-missing"),
        (document(creationDate="yesterday"), "/creationDate", "form"),
        (document(epcisBody={}), "/epcisBody", "member-missing"),
        (document(colour="red"), "/colour", "member-unprefixed"),
        (document(**{"@context": ["https://ns.example.com/context.jsonld"]}), "/@context", "context-missing"),
        (document(**{"@context": [CONTEXT[0], {"a": 1}]}), "/@context/1/a", "context-unreadable"),
        (document(epcisBody={"eventList": {}}), "/epcisBody/eventList", "type"),
    ],
)
def test_read__document_that_is_none__is_refused_as_a_whole(raw: bytes, place: str, rule: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        read_document(raw)
    assert [(found.index, found.place, found.rule) for found in refused.value.findings] == [(None, place, rule)]


def test_read__events_that_are_no_objects__are_told() -> None:
    with pytest.raises(DocumentInvalid) as refused:
        read_document(document(epcisBody={"eventList": [5, None, [], event()]}))
    assert [(found.index, found.rule) for found in refused.value.findings] == [(0, "type"), (1, "type"), (2, "type")]


def test_read__event_with_a_context_of_its_own__knows_both() -> None:
    inner = {**event(**{"own:a": 1, "example:b": 2}), "@context": {"own": "https://own.example.com/"}}
    raw = document(epcisBody={"eventList": [inner]})
    (found,) = read_document(raw).events
    assert found.record["{https://own.example.com/}a"] == 1
    assert read_event(found.raw).hash == found.hash


def test_read__event_without_an_id__is_named_by_its_hash() -> None:
    found = read_event(orjson.dumps(event()))
    assert found.id == found.hash == event_hash(found.record)
    assert found.hash.startswith("ni:///sha-256;")
    assert (found.time_ms, found.zone) == (1_772_593_230_000, "+08:00")


def test_read__event_declared_wrong__keeps_its_hash_and_names_what_corrects_it() -> None:
    declared = {
        "declarationTime": "2026-03-04T12:00:00Z",
        "reason": "cbv:ER-incorrect_data",
        "correctiveEventIDs": ["urn:uuid:1"],
    }
    found = read_event(orjson.dumps(event(errorDeclaration=declared)))
    assert found.error_declaration is not None
    assert found.error_declaration.reason == "incorrect_data"
    assert found.corrective_ids == ("urn:uuid:1",)
    assert found.hash == read_event(orjson.dumps(event())).hash


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=12)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from([*event(), "id", "ilmd"]), st.text(max_size=5)), inner, max_size=4),
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*event(), "ilmd", "quantityList", "sensorElementList"]), _JSON, max_size=4))
def test_read__members_of_any_kind__are_taken_or_refused_as_invalid(members: dict[str, object]) -> None:
    try:
        found = read_event(orjson.dumps({**event(), **members}))
    except EventInvalid:
        return
    assert read_event(found.raw).hash == found.hash
