"""The doors against the standard's own OpenAPI description: every operation answers as it says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from tests.epcis.door import captured, open_door, signed
from tests.epcis.examples import document, event

from tcmchain.epcis.model.parameters import read_question
from tcmchain.node import Node

pytestmark = pytest.mark.engine
Door = tuple[Node, TestClient, dict[str, str], dict[str, str]]
_STANDARD = orjson.loads((Path(__file__).parent / "data" / "openapi_operations.json").read_bytes())["operations"]
_NAMES = [f"{each['method']} {each['path']}" for each in _STANDARD]
_NOT_SERVED = {"GS1-EPC-Format", "GS1-Query-Min-Record-Time"}
_EXAMPLES = {
    "eventType": "AggregationEvent",
    "epc": "urn%3Aepc%3Aid%3Asgtin%3A4012345.011111.9876",
    "bizStep": "departing",
    "bizLocation": "urn%3Aepc%3Aid%3Asgln%3A4012345.00022.0",
    "readPoint": "urn%3Aepc%3Aid%3Asgln%3A4012345.00011.987",
    "disposition": "in_transit",
    "queryName": "standing",
    "token": "anything",
}
_VALUES: dict[str, Any] = {
    "orderBy": "eventTime",
    "orderDirection": "ASC",
    "EXISTS_errorDeclaration": "true",
    "EQ_booleanValue": "true",
    "eventCountLimit": "5",
    "maxEventCount": "5",
}
_PAGE_SIZE, _TOKEN = "perPage", "nextPageToken"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("api"), epcis_private_destinations=True) as (node, client):
        factory = signed(client, "factory")
        job = captured(
            client,
            factory,
            document(
                event(disposition="in_transit", bizLocation={"id": "urn:epc:id:sgln:4012345.00022.0"}),
                event(
                    type="AggregationEvent",
                    action="ADD",
                    epcList=None,
                    parentID="urn:epc:id:sscc:4012345.0000000111",
                    childEPCs=["urn:epc:id:sgtin:4012345.011111.1"],
                ),
            ),
        )
        single = client.post("/epcis/events", json=event(bizStep="packing"), headers=factory)
        client.post("/epcis/queries", json={"name": "standing", "query": {}}, headers=factory)
        made = client.post(
            "/epcis/queries/standing/subscriptions",
            json={"dest": "http://127.0.0.1:9/", "stream": True},
            headers=factory,
        )
        places = {
            **_EXAMPLES,
            "captureID": job["captureID"],
            "eventID": single.headers["Location"].rpartition("/")[2],
            "subscriptionID": made.json()["subscriptionID"],
        }
        yield node, client, factory, places


def _asked(client: TestClient, headers: dict[str, str], operation: dict[str, Any], places: dict[str, str]) -> Response:
    path = operation["path"].format(**places)
    method = operation["method"]
    if method == "DELETE" and path.startswith("/queries"):
        # What is to be ended is made first, so that the others find theirs.
        name = f"ending-{len(path)}"
        client.post("/epcis/queries", json={"name": name, "query": {}}, headers=headers)
        made = client.post(
            f"/epcis/queries/{name}/subscriptions",
            json={"dest": "http://127.0.0.1:9/", "stream": True},
            headers=headers,
        )
        path = operation["path"].format(queryName=name, subscriptionID=made.json()["subscriptionID"])
    bodies: dict[str, Any] = {
        "/capture": orjson.loads(document(event(bizStep="loading"))),
        "/events": event(bizStep="unloading"),
        "/queries": {"name": "another", "query": {"eventType": ["ObjectEvent"]}},
        "/queries/{queryName}/subscriptions": {"dest": "http://127.0.0.1:9/", "stream": True},
    }
    body = bodies.get(operation["path"]) if method == "POST" else None
    return client.request(method, f"/epcis{path}", json=body, headers=headers)


@pytest.mark.parametrize("operation", _STANDARD, ids=_NAMES)
def test_operation__of_the_standard__answers_as_it_says(door: Door, operation: dict[str, Any]) -> None:
    _, client, factory, places = door
    answer = _asked(client, factory, operation, places)
    if operation["path"] == "/nextPageToken/{token}":
        assert answer.status_code == 501
        return
    assert str(answer.status_code) in operation["answers"], answer.text
    expected = set(operation["answers"][str(answer.status_code)]) - {"Link", "GS1-Next-Page-Token-Expires"}
    missing = {name for name in expected - _NOT_SERVED if name not in answer.headers}
    assert not missing
    if answer.content and "json" in answer.headers["content-type"]:
        assert isinstance(answer.json(), dict | list)


def test_question__every_parameter_of_the_standard__is_read() -> None:
    operation = next(o for o in _STANDARD if (o["method"], o["path"]) == ("GET", "/events"))
    for name in set(operation["parameters"]) - {_PAGE_SIZE, _TOKEN}:
        moment = name.endswith("Time") and name[:3] in ("GE_", "LT_")
        default = "2026-01-01T00:00:00Z" if moment else "1" if name.endswith("_quantity") else "a|b"
        question = read_question({name: _VALUES.get(name, default)})
        assert question.parameters


@pytest.mark.parametrize("operation", _STANDARD, ids=_NAMES)
def test_operation__of_a_stranger__is_refused_or_open_to_all(door: Door, operation: dict[str, Any]) -> None:
    _, client, _, places = door
    if operation["method"] == "DELETE":
        return
    path = operation["path"].format(**places)
    answer = client.request(operation["method"], f"/epcis{path}", headers={"Content-Type": "application/json"})
    if operation["method"] == "OPTIONS" or operation["path"] == "/":
        assert answer.is_success
    else:
        assert (answer.status_code, answer.json()["type"]) == (401, "epcisException:SecurityException")


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/xml"},
        {"GS1-EPCIS-Min": "2.1"},
        {"GS1-EPCIS-Max": "1.2"},
        {"GS1-EPCIS-Version": "1.2"},
        {"GS1-CBV-Min": "3.0"},
        {"GS1-CBV-Max": "x"},
        {"GS1-EPC-Format": "Always_EPC_URN"},
    ],
)
def test_negotiate__what_cannot_be_served__is_not_acceptable(door: Door, headers: dict[str, str]) -> None:
    _, client, factory, _ = door
    answer = client.get("/epcis/events", headers={**factory, **headers})
    assert (answer.status_code, answer.json()["type"]) == (406, "epcisException:NotAcceptableException")


@pytest.mark.parametrize("accept", ["application/json", "application/ld+json", "*/*", "application/ld+json;q=0.9, */*"])
def test_negotiate__json__is_served_in_the_kind_asked_for(door: Door, accept: str) -> None:
    _, client, factory, _ = door
    wanted = {"Accept": accept, "GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.0"}
    answer = client.get("/epcis/events", headers={**factory, **wanted})
    kind = "application/ld+json" if "ld+json" in accept else "application/json"
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_ask__in_an_address_too_long__is_told(door: Door) -> None:
    _, client, factory, _ = door
    answer = client.get("/epcis/events", params={"MATCH_epc": "x" * 20_000}, headers=factory)
    assert (answer.status_code, answer.json()["type"]) == (414, "epcisException:URITooLongException")
