"""Named queries and subscriptions: told on capture and by schedule, signed, again until taken, and only outside."""

import asyncio
import hashlib
import hmac
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from tests.epcis.door import captured, events_of, open_door, signed
from tests.epcis.examples import document, event

from tcmchain.epcis.model.refusals import DestinationForbidden, SubscriptionWrong
from tcmchain.epcis.model.schedules import read_schedule
from tcmchain.epcis.service.sending import Post, is_public

pytestmark = pytest.mark.engine
Door = tuple[TestClient, dict[str, str]]
_SECRET = "a secret of the subscriber"


class Subscriber:
    """A subscriber's own server; it refuses the first ``refusals`` posts."""

    def __init__(self, refusals: int = 0) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.refusals = refusals
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                refuse = outer.refusals > 0
                outer.refusals -= 1
                if not refuse:
                    outer.posts.append((dict(self.headers), body))
                self.send_response(503 if refuse else 200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/told?by=node"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self, count: int) -> list[tuple[dict[str, str], dict[str, Any]]]:
        deadline = time.monotonic() + 20
        while len(self.posts) < count:
            assert time.monotonic() < deadline, f"{len(self.posts)} of {count}"
            time.sleep(0.02)
        return [(headers, json.loads(body)) for headers, body in self.posts]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    server = Subscriber()
    yield server
    server.close()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("subscriptions"), epcis_private_destinations=True) as (_, client):
        yield client, signed(client, "factory")


def _name_query(client: TestClient, headers: dict[str, str], name: str, **query: Any) -> None:
    answer = client.post("/epcis/queries", json={"name": name, "query": query}, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"].endswith(f"/epcis/queries/{name}")


def _subscribe(client: TestClient, headers: dict[str, str], query: str, **controls: Any) -> Any:
    return client.post(f"/epcis/queries/{query}/subscriptions", json=controls, headers=headers)


def _told(body: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return found


def _seen(number: int, **members: Any) -> dict[str, Any]:
    return event(epcList=[f"urn:epc:id:sgtin:4012345.011111.{number}"], **members)


def test_query__named__answers_under_its_name_until_it_is_ended(door: Door) -> None:
    client, factory = door
    context = [{"ex": "https://ns.example.com/epcis/"}]
    _name_query(client, factory, "shelf", **{"@context": context, "GT_ex:shelf": 5, "eventType": ["ObjectEvent"]})
    captured(client, factory, document(_seen(1, **{"example:shelf": 6}), _seen(2, **{"example:shelf": 4})))
    answer = client.get("/epcis/queries/shelf/events", headers=factory)
    assert [each["example:shelf"] for each in events_of(answer)] == [6]
    assert answer.json()["epcisBody"]["queryResults"]["queryName"] == "shelf"
    assert "shelf" in [each["name"] for each in client.get("/epcis/queries", headers=factory).json()]
    again = client.post("/epcis/queries", json={"name": "shelf", "query": {}}, headers=factory)
    assert (again.status_code, again.json()["type"]) == (409, "epcisException:ResourceAlreadyExistsException")
    assert client.delete("/epcis/queries/shelf", headers=signed(client, "hospital")).status_code == 403
    assert client.delete("/epcis/queries/shelf", headers=factory).status_code == 204
    gone = client.get("/epcis/queries/shelf/events", headers=factory)
    assert (gone.status_code, gone.json()["type"]) == (404, "epcisException:NoSuchNameException")


@pytest.mark.parametrize(
    "body", [{}, {"name": "a/b", "query": {}}, {"name": "x", "query": []}, {"name": "", "query": {}}]
)
def test_query__without_name_or_parameters__is_refused(door: Door, body: dict[str, Any]) -> None:
    client, factory = door
    assert client.post("/epcis/queries", json=body, headers=factory).status_code == 400


def test_subscribe__to_a_stream__is_told_on_capture_and_signed(door: Door, subscriber: Subscriber) -> None:
    client, factory = door
    _name_query(client, factory, "packed", EQ_bizStep=["packing"])
    made = _subscribe(client, factory, "packed", dest=subscriber.url, signatureToken=_SECRET, stream=True)
    assert made.status_code == 201, made.text
    assert "signatureToken" not in made.json()
    captured(client, factory, document(_seen(3, bizStep="packing"), _seen(4)))
    ((headers, body),) = subscriber.wait(1)
    assert [each["epcList"] for each in _told(body)] == [["urn:epc:id:sgtin:4012345.011111.3"]]
    results = body["epcisBody"]["queryResults"]
    assert (results["queryName"], results["subscriptionID"]) == ("packed", made.json()["subscriptionID"])
    raw = subscriber.posts[0][1]
    expected = "sha256=" + hmac.new(_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert headers["GS1-Signature"] == expected
    captured(client, factory, document(_seen(5, bizStep="packing")))
    assert len(_told(subscriber.wait(2)[1][1])) == 1
    shown = client.get(made.headers["Location"], headers=factory).json()
    assert shown["lastNotifiedAt"] >= shown["createdAt"]
    assert shown["dest"] == subscriber.url
    others = client.get(made.headers["Location"], headers=signed(client, "hospital")).json()
    assert others["dest"] == subscriber.url.partition("told")[0]
    assert client.delete(made.headers["Location"], headers=factory).status_code == 204
    assert client.get(made.headers["Location"], headers=factory).status_code == 404


def test_subscribe__refused_at_first__is_told_again(door: Door, subscriber: Subscriber) -> None:
    client, factory = door
    subscriber.refusals = 1
    _name_query(client, factory, "loaded", EQ_bizStep=["loading"])
    _subscribe(client, factory, "loaded", dest=subscriber.url, stream=True)
    captured(client, factory, document(_seen(6, bizStep="loading")))
    assert len(_told(subscriber.wait(1)[0][1])) == 1


def test_subscribe__by_schedule__is_told_at_its_moments_also_of_nothing(door: Door, subscriber: Subscriber) -> None:
    client, factory = door
    _name_query(client, factory, "timed", EQ_bizStep=["arriving"])
    every = {"second": "[0-59]", "minute": "[0-59]", "hour": "[0-23]"}
    made = _subscribe(client, factory, "timed", dest=subscriber.url, schedule=every, reportIfEmpty=True)
    assert made.status_code == 201, made.text
    captured(client, factory, document(_seen(7, bizStep="arriving")))
    told = [len(_told(body)) for _, body in subscriber.wait(3)]
    assert sum(told) == 1
    assert 0 in told


def test_subscribe__from_an_earlier_record__is_told_what_was_before(door: Door, subscriber: Subscriber) -> None:
    client, factory = door
    captured(client, factory, document(_seen(8, bizStep="stocking")))
    _name_query(client, factory, "earlier", EQ_bizStep=["stocking"])
    since = {"initialRecordTime": "2020-01-01T00:00:00Z"}
    _subscribe(client, factory, "earlier", dest=subscriber.url, stream=True, **since)
    assert len(_told(subscriber.wait(1)[0][1])) == 1


@pytest.mark.parametrize(
    "controls",
    [
        {"dest": "https://a.example/"},
        {"dest": "https://a.example/", "stream": False},
        {"dest": "https://a.example/", "stream": True, "schedule": {"hour": "1"}},
        {"dest": "https://a.example/", "schedule": {}},
        {"dest": "https://a.example/", "schedule": {"hour": "24"}},
        {"dest": "https://a.example/", "schedule": {"century": "1"}},
        {"dest": "ftp://a.example/", "stream": True},
        {"dest": "https://user:secret@a.example/", "stream": True},
        {"dest": 5, "stream": True},
        {"dest": "https://a.example/", "stream": True, "signatureToken": "short"},
        {"dest": "https://a.example/", "stream": True, "more": 1},
        {"stream": True},
    ],
)
def test_subscribe__with_wrong_controls__is_refused(door: Door, controls: dict[str, Any]) -> None:
    client, factory = door
    client.post("/epcis/queries", json={"name": "any", "query": {}}, headers=factory)
    answer = _subscribe(client, factory, "any", **controls)
    assert (answer.status_code, answer.json()["type"]) == (400, "epcisException:SubscriptionControlsException")


def test_subscribe__after_a_restart__is_told_what_was_captured(tmp_path: Path, subscriber: Subscriber) -> None:
    with open_door(tmp_path, epcis_private_destinations=True) as (node, client):
        factory = signed(client, "factory")
        _name_query(client, factory, "kept")
        _subscribe(client, factory, "kept", dest=subscriber.url, stream=True)
        assert client.portal is not None
        client.portal.call(node.epcis.subscriptions.stop)
        captured(client, factory, document(_seen(9)))
    with open_door(tmp_path, epcis_private_destinations=True):
        assert len(_told(subscriber.wait(1)[0][1])) == 1


def test_listen__to_a_stream__gets_each_capture(door: Door) -> None:
    client, factory = door
    _name_query(client, factory, "heard", EQ_bizStep=["unloading"])
    with client.websocket_connect("/epcis/queries/heard/events?stream=true", headers=factory) as socket:
        time.sleep(0.3)
        captured(client, factory, document(_seen(10, bizStep="unloading"), _seen(11)))
        assert [each["bizStep"] for each in _told(json.loads(socket.receive_text()))] == ["unloading"]


def test_listen__by_schedule__gets_results_at_its_moments(door: Door) -> None:
    client, factory = door
    _name_query(client, factory, "heard-at")
    address = "/epcis/queries/heard-at/events?second=[0-59]&minute=[0-59]&hour=[0-23]&reportIfEmpty=true"
    with client.websocket_connect(address, headers=factory) as socket:
        assert _told(json.loads(socket.receive_text())) == []


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/epcis/queries/heard-not/events?stream=true", {}),
        ("/epcis/queries/heard-not/events?stream=true", {"Origin": "https://elsewhere.example"}),
        ("/epcis/queries/heard-not/events?stream=perhaps", None),
        ("/epcis/queries/heard-not/events", None),
        ("/epcis/queries/heard-not/events?stream=true&colour=red", None),
    ],
)
def test_listen__without_right_or_controls__is_closed(door: Door, address: str, headers: dict[str, str] | None) -> None:
    client, factory = door
    client.post("/epcis/queries", json={"name": "heard-not", "query": {}}, headers=factory)
    given = factory if headers is None else headers if not headers else {**factory, **headers}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(address, headers=given) as socket:
        socket.receive_text()


@pytest.mark.parametrize(
    "dest",
    [
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "http://[::1]:9/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://100.64.0.1/",
        "http://2130706433/",
        "http://[::127.0.0.1]/",
        "http://[2002:7f00:1::1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://224.0.0.1/",
        "http://[fec0::1]/",
        "http://a..b/",
        "http://example.com/\x00",
    ],
)
async def test_send__to_an_address_inside__is_refused(dest: str) -> None:
    post = Post()
    try:
        with pytest.raises(DestinationForbidden):
            await post.send(dest, b"{}", {})
    finally:
        await post.close()


class Endless(httpx.AsyncByteStream):
    """An answer that never ends, a byte at a time."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.01)
            yield b"."


async def test_send__answered_without_end__is_taken_and_not_read() -> None:
    post = Post(True, httpx.MockTransport(lambda _: httpx.Response(200, stream=Endless())))
    async with asyncio.timeout(5):
        assert await post.send("http://127.0.0.1:9/", b"{}", {})
    await post.close()


async def test_send__never_answered__is_given_up() -> None:
    async def wait(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        return httpx.Response(200)

    post = Post(True, httpx.MockTransport(wait), longest=0.1)
    async with asyncio.timeout(5):
        assert not await post.send("http://127.0.0.1:9/", b"{}", {})
    await post.close()


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"])
def test_is_public__of_the_open_internet__may_be_told(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("fields", "after", "due"),
    [
        ({"hour": "1", "minute": "5"}, 0, 3900),
        ({"hour": "1", "minute": "5"}, 3900, 86_400 + 3900),
        ({"second": "0,30"}, 0, 30),
        ({"minute": "[10-20]"}, 20 * 60, 3600 + 600),
        ({"dayOfWeek": "1"}, 0, 4 * 86_400),
        ({"dayOfMonth": "31", "month": "3"}, 0, (31 + 28 + 30) * 86_400),
        ({"dayOfMonth": "29", "month": "2"}, 0, (365 + 365 + 31 + 28) * 86_400),
    ],
)
def test_schedule__after_a_moment__is_due_at_the_next(fields: dict[str, str], after: int, due: int) -> None:
    assert read_schedule(fields).after(after) == due


def test_schedule__of_a_day_that_never_is__is_never_due() -> None:
    assert read_schedule({"dayOfMonth": "31", "month": "2"}).after(0) is None


@pytest.mark.parametrize("text", ["", "a", "60", "5-1", "[1-99]", "1,,2", "*/5"])
def test_schedule__of_wrong_numbers__is_refused(text: str) -> None:
    with pytest.raises(SubscriptionWrong):
        read_schedule({"minute": text})
