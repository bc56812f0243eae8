"""The door to the chains: who and what is let through."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from tests.chain.shelf import Account, build, mined, put, running

from tcmchain.chain.door import Limits, router
from tcmchain.chain.door.quota import AskedTooMuch, Bucket
from tcmchain.chain.door.rules import gas_of
from tcmchain.chain.embedded import Engine

_URL = "http://localhost"
_PAGE = "https://hospital.example"
_LIMITS = Limits(log_blocks=5, logs=3)


@asynccontextmanager
async def _door(engine: Engine, limits: Limits = _LIMITS) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(router({"care": engine}, hosts=("localhost", "::1"), origins=(_PAGE,), limits=limits))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=_URL) as http:
        yield http


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    async with running(tmp_path) as started:
        yield started


@pytest.fixture
async def http(engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    async with _door(engine) as opened:
        yield opened


def _ask(method: str, *params: Any, identity: Any = 1) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identity, "method": method, "params": params}


async def _error(http: httpx.AsyncClient, asked: Any, **more: Any) -> dict[str, Any]:
    response = await http.post("/rpc/care", json=asked, **more)
    refused: dict[str, Any] = response.json()["error"]
    return refused


@pytest.mark.engine
async def test_ask__allowed_read__is_answered(http: httpx.AsyncClient) -> None:
    response = await http.post("/rpc/care", json=_ask("eth_chainId", identity="a"))
    assert response.status_code == 200
    assert response.json() == {"jsonrpc": "2.0", "id": "a", "result": "0xafce5"}


@pytest.mark.engine
@pytest.mark.parametrize(
    "method",
    [
        "anvil_setBalance",
        "anvil_dumpState",
        "anvil_impersonateAccount",
        "evm_mine",
        "evm_revert",
        "hardhat_setCode",
        "debug_traceTransaction",
        "personal_sign",
        "admin_peers",
        "txpool_content",
        "eth_sendTransaction",
        "eth_sign",
        "eth_newFilter",
        "eth_subscribe",
        "ANVIL_setBalance",
        "",
        "x" * 10_000,
    ],
)
async def test_ask__anything_else__is_denied(http: httpx.AsyncClient, method: str) -> None:
    refused = await _error(http, _ask(method))
    assert refused["code"] == -32601
    assert "available" in refused["message"]
    assert len(refused["message"]) < 300


@pytest.mark.engine
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"{", -32700),
        (b"[]", -32600),
        (b"1", -32600),
        (b"null", -32600),
        (b"{}", -32600),
        (b'{"id":{},"method":"eth_chainId"}', -32600),
        (b'{"id":1,"method":7}', -32600),
        (b'{"id":1,"method":"eth_call","params":{}}', -32602),
        (b'{"id":1,"method":"eth_call","params":[1]}', -32602),
        (b'{"id":1,"method":"eth_call","params":[{"gas":5}]}', -32602),
        (b'{"id":1,"method":"eth_call","params":[{"gas":"many"}]}', -32602),
        (b'{"id":1,"method":"eth_getLogs","params":[]}', -32602),
        (b'{"id":1,"method":"eth_getLogs","params":[{"fromBlock":"0x0","toBlock":"0x5"}]}', -32005),
        (b'{"id":1,"method":"eth_sendRawTransaction","params":["0x"]}', -32000),
        (b'{"id":1,"method":"eth_sendRawTransaction","params":["0xf8"]}', -32000),
        (b"[" * 5000, -32700),
        (b"\xff\xfe", -32700),
    ],
)
async def test_ask__malformed__is_told_what_is_wrong(http: httpx.AsyncClient, body: bytes, code: int) -> None:
    response = await http.post("/rpc/care", content=body)
    assert response.status_code == 200
    assert response.json()["error"]["code"] == code


@pytest.mark.engine
async def test_ask__unknown_chain__is_404(http: httpx.AsyncClient) -> None:
    assert (await http.post("/rpc/other", json=_ask("eth_chainId"))).status_code == 404
    assert (await http.get("/rpc/care")).status_code == 405


@pytest.mark.engine
async def test_ask__body_too_large__is_413_before_it_is_read(http: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 1024 * 1024

    assert (await http.post("/rpc/care", content=b" " * (1024 * 1024 + 1))).status_code == 413
    assert (await http.post("/rpc/care", content=endless())).status_code == 413


@pytest.mark.engine
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.2", ""])
async def test_ask__foreign_host_name__is_403(http: httpx.AsyncClient, host: str) -> None:
    response = await http.post("/rpc/care", json=_ask("eth_chainId"), headers={"host": host})
    assert response.status_code == 403


@pytest.mark.engine
@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "[::1]:8000"])
async def test_ask__own_host_name__is_answered(http: httpx.AsyncClient, host: str) -> None:
    response = await http.post("/rpc/care", json=_ask("eth_chainId"), headers={"host": host})
    assert response.status_code == 200


@pytest.mark.engine
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://localhost.evil.example", "http://localhost:1"]
)
async def test_ask__page_of_another_site__is_403(http: httpx.AsyncClient, origin: str) -> None:
    for method in ("POST", "OPTIONS"):
        response = await http.request(method, "/rpc/care", json=_ask("eth_chainId"), headers={"origin": origin})
        assert response.status_code == 403
        assert "access-control-allow-origin" not in response.headers


@pytest.mark.engine
async def test_ask__page_of_a_listed_site__may_read_only(http: httpx.AsyncClient) -> None:
    headers = {"origin": _PAGE}
    preflight = await http.options("/rpc/care", headers=headers)
    assert preflight.status_code == 204
    response = await http.post("/rpc/care", json=_ask("eth_chainId"), headers=headers)
    assert preflight.headers["access-control-allow-origin"] == _PAGE
    assert response.headers["access-control-allow-origin"] == _PAGE
    assert response.json()["result"] == "0xafce5"
    refused = await _error(http, _ask("eth_sendRawTransaction", "0x00"), headers=headers)
    assert "only read" in refused["message"]


@pytest.mark.engine
async def test_ask__own_page__may_write(http: httpx.AsyncClient) -> None:
    raw = Account().sign(None, b"")
    response = await http.post("/rpc/care", json=_ask("eth_sendRawTransaction", raw), headers={"origin": _URL})
    assert "result" in response.json()


@pytest.mark.engine
async def test_ask__batch__is_answered_in_order(http: httpx.AsyncClient, engine: Engine) -> None:
    account = Account()
    shelf = await build(engine, account)
    raws = [account.sign(shelf, put(1, value)) for value in range(1, 40)]
    asked = [_ask("eth_sendRawTransaction", raw, identity=i) for i, raw in enumerate(raws)]
    asked[20:20] = [_ask("anvil_reset", identity="no"), _ask("eth_chainId", identity="yes")]
    answers = (await http.post("/rpc/care", json=asked)).json()
    assert [answer["id"] for answer in answers] == [one["id"] for one in asked]
    assert [answer["id"] for answer in answers if "error" in answer] == ["no"]
    assert engine.head.number < 10
    assert (await _error(http, [_ask("eth_chainId")] * 101))["code"] == -32005


@pytest.mark.engine
async def test_ask__many_logs__are_limited(http: httpx.AsyncClient, engine: Engine) -> None:
    account = Account()
    shelf = await build(engine, account)
    raws = [account.sign(shelf, put(1, value)) for value in range(1, 11)]
    answers = (await http.post("/rpc/care", json=[_ask("eth_sendRawTransaction", raw) for raw in raws])).json()
    await mined(engine, answers[-1]["result"])
    refused = await _error(http, _ask("eth_getLogs", {"fromBlock": "0x1", "toBlock": "latest"}))
    assert refused["code"] == -32005


@pytest.mark.engine
async def test_ask__endless_call__stops_at_the_cap(http: httpx.AsyncClient) -> None:
    # 0x5b600056 jumps to its own beginning for ever.
    refused = await _error(http, _ask("eth_call", {"data": "0x5b600056", "gas": "0xffffffffffff"}))
    assert "gas" in refused["message"].lower()


@pytest.mark.engine
async def test_ask__more_than_the_share__is_429(engine: Engine) -> None:
    async with _door(engine, Limits(questions=1, questions_burst=3)) as http:
        answers = [await http.post("/rpc/care", json=_ask("eth_chainId")) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].json()["id"] == 1


@pytest.mark.engine
async def test_ask__more_gas_than_the_share__is_429(engine: Engine) -> None:
    account = Account()
    raws = [account.sign(None, b"", gas=400_000) for _ in range(3)]
    async with _door(engine, Limits(gas=1, gas_burst=1_000_000)) as http:
        answers = [await http.post("/rpc/care", json=_ask("eth_sendRawTransaction", raw)) for raw in raws]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "try again in" in json.loads(answers[-1].text)["error"]["message"]


@pytest.mark.engine
async def test_ask__chain_stopped__is_503(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        pass
    async with _door(engine) as http:
        assert (await http.post("/rpc/care", json=_ask("eth_blockNumber"))).status_code == 503


def test_take__bucket_filled_again_by_time__gives() -> None:
    now = 0.0
    bucket = Bucket(10, 20, lambda: now)
    bucket.take(20)
    with pytest.raises(AskedTooMuch):
        bucket.take(1)
    now = 0.5
    bucket.take(5)
    with pytest.raises(AskedTooMuch):
        bucket.take(1)
    now = 1000
    bucket.take(1_000_000)


@pytest.mark.parametrize("raw", ["", "0x", "0x02", "0xf8", "0x80", "hello", "0x" + "ff" * 30, "0x02f8"])
def test_read_gas__hostile_bytes__is_a_number(raw: str) -> None:
    assert 0 <= gas_of("eth_sendRawTransaction", [raw]) <= 3_000_000_000


@pytest.mark.parametrize("gas", [21_000, 30_000_000, 2**40])
@pytest.mark.parametrize("nonce", [0, 1, 300])
def test_read_gas__signed_transaction__is_its_limit(gas: int, nonce: int) -> None:
    raw = Account().sign(None, b"\1" * 300, gas=gas, nonce=nonce)
    assert gas_of("eth_sendRawTransaction", [raw]) == min(gas, 3_000_000_000)
