"""A chain's door asked over HTTP."""

import httpx
import pytest

from tcmchain.chain.rpc import ChainBusy, ChainSilent, HttpRpc, RpcError


async def _answered(monkeypatch: pytest.MonkeyPatch, status: int, body: bytes) -> object:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body))
    rpc = HttpRpc("http://chain.example/rpc")
    monkeypatch.setattr(rpc, "_http", httpx.AsyncClient(transport=transport))
    return await rpc.request("eth_chainId", [])


async def test_ask__nobody_listens__is_unavailable() -> None:
    rpc = HttpRpc("http://127.0.0.1:9")
    with pytest.raises(ChainSilent) as silent:
        await rpc.request("eth_chainId", [])
    assert silent.value.details == {"url": "http://127.0.0.1:9"}
    await rpc.aclose()


async def test_ask__result__is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await _answered(monkeypatch, 200, b'{"jsonrpc":"2.0","id":1,"result":null}') is None


@pytest.mark.parametrize("status", [200, 400])
async def test_ask__refused__tells_number_and_data(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    with pytest.raises(RpcError) as refused:
        await _answered(monkeypatch, status, b'{"id":1,"error":{"code":3,"message":"no","data":"0x12"}}')
    assert (refused.value.rpc_code, refused.value.message, refused.value.data) == (3, "no", "0x12")


@pytest.mark.parametrize(
    ("status", "body"),
    [(502, b"<html>"), (200, b""), (200, b"[]"), (200, b'{"id":1}'), (503, b'{"error":{"code":-32002,"message":""}}')],
)
async def test_ask__no_answer_in_json_rpc__is_unavailable(
    monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    with pytest.raises(ChainSilent):
        await _answered(monkeypatch, status, body)


async def test_ask__too_often__is_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ChainBusy):
        await _answered(monkeypatch, 429, b'{"error":{"code":-32005,"message":"slow down"}}')
