"""Questions: every parameter of SimpleEventQuery, ordering, paging, and what is refused."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from tests.epcis.door import asked, captured, events_of, open_door, path_of, signed
from tests.epcis.examples import document, event

from tcmchain.epcis.model.facets import facets_of
from tcmchain.epcis.model.parameters import read_question
from tcmchain.epcis.model.refusals import ParameterUnknown, ParameterWrong

pytestmark = pytest.mark.engine
_EX = "https://ns.example.com/epcis/"

_SENSED = [
    {
        "sensorMetadata": {"deviceID": "urn:epc:id:giai:4012345.77", "bizRules": "https://example.org/rules"},
        "sensorReport": [{"type": "Temperature", "value": 21.5, "uom": "CEL", "stringValue": "warm"}],
    }
]
_EVENTS = [
    event(
        eventID="urn:uuid:00000000-0000-4000-8000-000000000001",
        disposition="in_transit",
        bizLocation={"id": "urn:epc:id:sgln:4012345.00022.0"},
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:epc:id:gdti:4012345.00001.7"}],
        sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00001"}],
        destinationList=[{"type": "owning_party", "destination": "urn:epc:id:pgln:4012345.00002"}],
        persistentDisposition={"set": ["completeness_verified"], "unset": ["damaged"]},
        **{"example:shelf": 7, "example:box": {"example:side": "left"}},
    ),
    event(
        eventTime="2026-03-05T11:00:30.000+08:00",
        type="AggregationEvent",
        action="ADD",
        bizStep="packing",
        epcList=None,
        parentID="urn:epc:id:sscc:4012345.0000000111",
        childEPCs=["urn:epc:id:sgtin:4012345.011111.1", "urn:epc:id:sgtin:4012345.011111.2"],
        childQuantityList=[{"epcClass": "urn:epc:class:lgtin:4012345.011122.L9", "quantity": 12, "uom": "KGM"}],
    ),
    event(
        eventTime="2026-03-06T11:00:30.000+08:00",
        type="TransformationEvent",
        action=None,
        epcList=None,
        bizStep="commissioning",
        transformationID="urn:epc:id:gdti:4012345.00002.9",
        inputQuantityList=[{"epcClass": "urn:epc:class:lgtin:4012345.011122.IN", "quantity": 30, "uom": "KGM"}],
        outputEPCList=["urn:epc:id:sgtin:4012345.011111.77"],
        ilmd={"example:grade": "first"},
    ),
    event(eventTime="2026-03-07T11:00:30.000+08:00", bizStep="sensor_reporting", sensorElementList=_SENSED),
]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str]]]:
    with open_door(tmp_path_factory.mktemp("query")) as (_, client):
        factory = signed(client, "factory")
        job = captured(client, factory, document(*_EVENTS))
        assert job["success"], job
        yield client, factory


_QUESTIONS: list[tuple[dict[str, str], set[int]]] = [
    ({"eventType": "AggregationEvent|TransformationEvent"}, {1, 2}),
    ({"GE_eventTime": "2026-03-06T00:00:00Z"}, {2, 3}),
    ({"LT_eventTime": "2026-03-05T03:00:30Z"}, {0}),
    ({"LT_eventTime": "2026-03-05T11:00:31+08:00"}, {0, 1}),
    ({"GE_recordTime": "2026-01-01T00:00:00Z"}, {0, 1, 2, 3}),
    ({"LT_recordTime": "2026-01-01T00:00:00Z"}, set()),
    ({"EQ_action": "ADD"}, {1}),
    ({"EQ_bizStep": "packing|departing"}, {0, 1}),
    ({"EQ_bizStep": "https://ref.gs1.org/cbv/BizStep-packing"}, {1}),
    ({"EQ_bizStep": "urn:epcglobal:cbv:bizstep:packing"}, {1}),
    ({"EQ_disposition": "in_transit"}, {0}),
    ({"EQ_persistentDisposition_set": "completeness_verified"}, {0}),
    ({"EQ_persistentDisposition_unset": "damaged"}, {0}),
    ({"EQ_readPoint": "urn:epc:id:sgln:4012345.00011.987"}, {0, 1, 2, 3}),
    ({"WD_readPoint": "urn:epc:id:sgln:4012345.00011.0"}, {0, 1, 2, 3}),
    ({"EQ_bizLocation": "urn:epc:id:sgln:4012345.00022.0"}, {0}),
    ({"WD_bizLocation": "urn:epc:id:sgln:4012345.00022.0"}, {0}),
    ({"EQ_transformationID": "urn:epc:id:gdti:4012345.00002.9"}, {2}),
    ({"MATCH_epc": "urn:epc:id:sgtin:4012345.011111.9876"}, {0, 3}),
    ({"MATCH_epc": "urn:epc:idpat:sgtin:4012345.011111.*"}, {0, 1, 3}),
    ({"MATCH_epc": "https://id.gs1.org/01/04012345111118/21/9876"}, {0, 3}),
    ({"MATCH_parentID": "urn:epc:id:sscc:4012345.0000000111"}, {1}),
    ({"MATCH_inputEPC": "urn:epc:id:sgtin:4012345.011111.77"}, set()),
    ({"MATCH_outputEPC": "urn:epc:id:sgtin:4012345.011111.77"}, {2}),
    ({"MATCH_anyEPC": "urn:epc:id:sgtin:4012345.011111.77|urn:epc:id:sscc:4012345.0000000111"}, {1, 2}),
    ({"MATCH_epcClass": "urn:epc:class:lgtin:4012345.011122.L9"}, {1}),
    ({"MATCH_inputEPCClass": "urn:epc:class:lgtin:4012345.011122.IN"}, {2}),
    ({"MATCH_outputEPCClass": "urn:epc:class:lgtin:4012345.011122.IN"}, set()),
    ({"MATCH_anyEPCClass": "urn:epc:idpat:lgtin:4012345.011122.*"}, {1, 2}),
    ({"EQ_quantity": "12"}, {1}),
    ({"GT_quantity": "12"}, {2}),
    ({"GE_quantity": "12"}, {1, 2}),
    ({"LT_quantity": "30"}, {1}),
    ({"LE_quantity": "30.0"}, {1, 2}),
    ({"EQ_eventID": "urn:uuid:00000000-0000-4000-8000-000000000001"}, {0}),
    ({"EQ_bizTransaction_po": "urn:epc:id:gdti:4012345.00001.7"}, {0}),
    ({"EQ_source_owning_party": "urn:epc:id:pgln:4012345.00001"}, {0}),
    ({"EQ_destination_owning_party": "urn:epc:id:pgln:4012345.00002"}, {0}),
    ({"EXISTS_errorDeclaration": "true"}, set()),
    ({"EXISTS_errorDeclaration": "false"}, {0, 1, 2, 3}),
    ({"EXISTS_example:shelf": "true"}, {0}),
    ({f"EXISTS_{_EX}shelf": "true"}, {0}),
    ({"EQ_example:shelf": "7"}, {0}),
    ({"GT_example:shelf": "6.5"}, {0}),
    ({"LT_example:shelf": "7"}, set()),
    ({"EQ_INNER_example:side": "left"}, {0}),
    ({"EXISTS_INNER_example:side": "true"}, {0}),
    ({"EQ_ILMD_example:grade": "first"}, {2}),
    ({"EXISTS_ILMD_example:grade": "true"}, {2}),
    ({"EQ_type": "Temperature"}, {3}),
    ({"EQ_deviceID": "urn:epc:id:giai:4012345.77"}, {3}),
    ({"EQ_bizRules": "https://example.org/rules"}, {3}),
    ({"EQ_stringValue": "warm"}, {3}),
    ({"GE_value_CEL": "21.5"}, {3}),
    ({"GT_value_CEL": "21.5"}, set()),
    ({"EQ_bizStep": "packing", "EQ_action": "OBSERVE"}, set()),
]


@pytest.mark.parametrize(("parameters", "wanted"), _QUESTIONS, ids=lambda value: str(value)[:60])
def test_ask__each_parameter__answers_what_fits(
    door: tuple[TestClient, dict[str, str]], parameters: dict[str, str], wanted: set[int]
) -> None:
    client, factory = door
    headers = {**factory, "GS1-Extensions": f"example={_EX}"}
    times = {e["eventTime"]: at for at, e in enumerate(_EVENTS)}
    found = events_of(client.get("/epcis/events", params=parameters, headers=headers))
    assert {times[each["eventTime"]] for each in found} == wanted


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"EQ_bizstep": "packing"}, "EQ_bizstep"),
        ({"EQ_nowhere:field": "1"}, "EQ_nowhere:field"),
        ({"EQ_quantity": "many"}, "EQ_quantity"),
        ({"GE_eventTime": "yesterday"}, "GE_eventTime"),
        ({"GE_eventTime": "2026-03-05T11:00:31"}, "GE_eventTime"),
        ({"EXISTS_errorDeclaration": "maybe"}, "EXISTS_errorDeclaration"),
        ({"orderBy": "colour"}, "orderBy"),
        ({"orderDirection": "UP"}, "orderDirection"),
        ({"perPage": "0"}, "perPage"),
        ({"perPage": "-1"}, "perPage"),
        ({"nextPageToken": "AAAA"}, "nextPageToken"),
        ({"eventCountLimit": "1", "maxEventCount": "1"}, "maxEventCount"),
    ],
)
def test_ask__what_is_no_question__is_refused_by_name(
    door: tuple[TestClient, dict[str, str]], parameters: dict[str, str], named: str
) -> None:
    client, factory = door
    answer = client.get("/epcis/events", params=parameters, headers=factory)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "epcisException:QueryParameterException"
    assert answer.json()["parameter"] == named


def test_ask__ordered__is_in_that_order(door: tuple[TestClient, dict[str, str]]) -> None:
    client, factory = door
    rising = asked(client, factory, orderBy="eventTime", orderDirection="ASC")
    falling = asked(client, factory, orderBy="eventTime")
    assert [e["eventTime"] for e in rising] == sorted(e["eventTime"] for e in _EVENTS)
    assert rising == falling[::-1]


def _next(answer: Response) -> str:
    return answer.headers["Link"].partition(">")[0][1:]


def test_ask__page_by_page__gives_each_once(door: tuple[TestClient, dict[str, str]]) -> None:
    client, factory = door
    address, seen = "/epcis/events?perPage=1&orderBy=eventTime", []
    for _ in range(6):
        answer = client.get(address, headers=factory)
        seen += events_of(answer)
        if "Link" not in answer.headers:
            break
        assert answer.headers["GS1-Next-Page-Token-Expires"].endswith("Z")
        address = _next(answer)
    assert [e["eventTime"] for e in seen] == [e["eventTime"] for e in reversed(_EVENTS)]


@pytest.mark.parametrize(
    "altered",
    [
        {2: {}},
        {2: [-(1 << 62), 1 << 70]},
        {2: [0, "5"]},
        {1: -1},
        {1: 1 << 70},
        {3: -5},
        {3: True},
        {4: -1},
        {4: 1 << 70},
        {5: 1},
        {5: "never"},
    ],
)
def test_ask__by_a_token_of_the_callers_own__is_refused(
    door: tuple[TestClient, dict[str, str]], altered: dict[int, Any]
) -> None:
    client, factory = door
    address, _, token = _next(client.get("/epcis/events?perPage=1", headers=factory)).rpartition("=")
    token = json.loads(base64.urlsafe_b64decode(token + "=="))
    forged = [altered.get(at, part) for at, part in enumerate(token)]
    for content, status in ((token, 200), (forged, 400)):
        text = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
        answer = client.get(f"{address}={text}", headers=factory)
        assert answer.status_code == status, answer.text


def test_list_jobs__from_a_place_beyond_all__is_refused(door: tuple[TestClient, dict[str, str]]) -> None:
    client, factory = door
    text = base64.urlsafe_b64encode(b"9" * 30).decode()
    assert client.get(f"/epcis/capture?nextPageToken={text}", headers=factory).status_code == 400


def test_ask__by_an_extension__puts_what_lacks_it_last(door: tuple[TestClient, dict[str, str]]) -> None:
    client, factory = door
    headers = {**factory, "GS1-Extensions": f"example={_EX}"}
    first = events_of(client.get("/epcis/events", params={"orderBy": "example:shelf", "perPage": 2}, headers=headers))
    assert first[0]["example:shelf"] == 7


def test_ask__with_a_limit__is_cut_off(door: tuple[TestClient, dict[str, str]]) -> None:
    client, factory = door
    assert len(asked(client, factory, eventCountLimit=3)) == 3
    assert len(asked(client, factory, maxEventCount=4)) == 4
    refused = client.get("/epcis/events", params={"maxEventCount": 3}, headers=factory)
    assert refused.status_code == 413
    assert refused.json()["type"] == "epcisException:QueryTooLargeException"


def test_read_event__by_its_hash_id__has_the_time_of_its_record(door: tuple[TestClient, dict[str, str]]) -> None:
    client, factory = door
    (one,) = asked(client, factory, EQ_action="ADD")
    assert one["eventID"].startswith("ni:///sha-256;")
    (same,) = events_of(client.get(path_of(one["eventID"]), headers=factory))
    assert same == one
    assert same["recordTime"].endswith("Z")


@pytest.mark.parametrize(
    ("resource", "value"),
    [
        ("eventTypes", "AggregationEvent"),
        ("epcs", "urn:epc:id:sgtin:4012345.011111.9876"),
        ("bizSteps", "packing"),
        ("bizLocations", "urn:epc:id:sgln:4012345.00022.0"),
        ("readPoints", "urn:epc:id:sgln:4012345.00011.987"),
        ("dispositions", "in_transit"),
    ],
)
def test_list__a_top_level_resource__leads_to_its_events(
    door: tuple[TestClient, dict[str, str]], resource: str, value: str
) -> None:
    client, factory = door
    listed = client.get(f"/epcis/{resource}", params={"perPage": 100}, headers=factory).json()
    assert value in listed["member"]
    quoted = value.replace(":", "%3A")
    assert client.get(f"/epcis/{resource}/{quoted}", headers=factory).json()["member"] == ["events"]
    assert events_of(client.get(f"/epcis/{resource}/{quoted}/events", headers=factory))
    assert client.get(f"/epcis/{resource}/nothing", headers=factory).status_code == 404


def test_read_question__another_namespace_of_one_name__is_another_field() -> None:
    facets = facets_of({"{https://a.example/}n": 1})
    assert read_question({"EQ_https://a.example/n": 1}).met(facets, 0, 0)
    assert not read_question({"EQ_https://b.example/n": 1}).met(facets, 0, 0)


@pytest.mark.parametrize("hostile", [{"EQ_action": []}, {"EQ_action": [1]}, {"GE_quantity": True}, {"MATCH_epc": {}}])
def test_read_question__values_of_a_wrong_kind__are_refused(hostile: dict[str, Any]) -> None:
    with pytest.raises((ParameterWrong, ParameterUnknown)):
        read_question(hostile)
