"""What a node passes on to custodians: to their own doors only, in bounded time."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tcmchain.custodians.client.relay import Relay
from tcmchain.custodians.model.custodians import Custodian
from tcmchain.custodians.model.errors import AnswerTooLarge, CustodianSilent, NoSuchDoor
from tcmchain.values import Address, Hash32, MemberId, UnixTime

SECONDS = 0.2


def _custodian(url: str) -> Custodian:
    hash32 = "0x" + "11" * 32
    return Custodian(Address("0x" + "01" * 20), MemberId(hash32), bytes(32), url, UnixTime(1), Hash32(hash32))


class Asked:
    """Answers everything, and remembers what was asked."""

    def __init__(self, answer: httpx.Response | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer or httpx.Response(200, json={})


async def _drips() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5001/api/v0/key/export?arg=self&as=",
        "http://127.0.0.1:8545/?",
        "http://127.0.0.1:8545/#",
        "http://somebody:word@127.0.0.1",
        "http://custodian/under",
        "ftp://custodian",
        "file:///etc/passwd",
    ],
)
async def test_ask__address_with_a_path_of_its_own__asks_nobody(url: str) -> None:
    asked = Asked()
    with pytest.raises(CustodianSilent):
        await Relay(httpx.MockTransport(asked)).ask(_custodian(url), "GET", "card")
    assert asked.requests == []


@pytest.mark.parametrize("door", ["", "../card", "card/..", "emergencies/0x12/shares", "rpc/care"])
async def test_ask__what_is_no_door_of_custodians__is_refused(door: str) -> None:
    asked = Asked()
    with pytest.raises(NoSuchDoor):
        await Relay(httpx.MockTransport(asked)).ask(_custodian("https://custodian.example"), "GET", door)
    assert asked.requests == []


async def test_ask__a_door__passes_neither_cookies_nor_sessions_on() -> None:
    asked = Asked()
    headers = {"cookie": "session=1", "authorization": "Bearer 1", "X-Tcmchain-Asking": "signed"}
    relay = Relay(httpx.MockTransport(asked))
    await relay.ask(_custodian("https://custodian.example:9/"), "GET", "receipts", "after=1", headers=headers)
    (request,) = asked.requests
    assert str(request.url) == "https://custodian.example:9/receipts?after=1"
    assert request.headers["X-Tcmchain-Asking"] == "signed"
    assert not {"cookie", "authorization"} & set(request.headers)


async def test_ask__custodian_that_answers_byte_by_byte__is_given_up() -> None:
    answer = httpx.Response(200, headers={"content-type": "application/json"}, content=_drips())
    relay = Relay(httpx.MockTransport(Asked(answer)), SECONDS)
    async with asyncio.timeout(5):
        with pytest.raises(CustodianSilent):
            await relay.ask(_custodian("https://custodian.example"), "GET", "card")


async def test_ask__answer_without_an_end__is_cut_off() -> None:
    relay = Relay(httpx.MockTransport(Asked(httpx.Response(200, json="a" * (1 << 20)))))
    with pytest.raises(AnswerTooLarge):
        await relay.ask(_custodian("https://custodian.example"), "GET", "card")


@pytest.mark.parametrize("answer", [httpx.Response(302, headers={"location": "/"}), httpx.Response(200, html="<b>")])
async def test_ask__answer_that_is_no_json__is_not_shown(answer: httpx.Response) -> None:
    with pytest.raises(CustodianSilent):
        await Relay(httpx.MockTransport(Asked(answer))).ask(_custodian("https://custodian.example"), "GET", "card")
