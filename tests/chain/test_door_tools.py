"""The door as unmodified tools use it: web3.py, and subscriptions over a WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from eth_account import Account as Wallet
from fastapi import FastAPI
from tests.chain.network import network
from tests.chain.shelf import CHAIN_ID, CODE, Account, build, mined, put, running, send
from web3 import AsyncHTTPProvider, AsyncWeb3, WebSocketProvider
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tcmchain.chain.client import ChainClient
from tcmchain.chain.door import router
from tcmchain.chain.embedded import Engine
from tcmchain.chain.rpc import HttpRpc, Rpc, RpcError
from tcmchain.errors import Unavailable

pytestmark = pytest.mark.engine


class _Served:
    """A door on a port of this machine."""

    def __init__(self, rpc: Rpc) -> None:
        app = FastAPI()
        app.include_router(router({"care": rpc}))
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))

    async def __aenter__(self) -> str:
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"127.0.0.1:{port}/rpc/care"

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        await self._task


async def _all(socket: ClientConnection) -> None:
    async for _ in socket:
        pass
    await socket.recv()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    async with running(tmp_path) as started:
        yield started


@pytest.fixture
async def place(engine: Engine) -> AsyncIterator[str]:
    async with _Served(engine) as at:
        yield at


async def test_web3__unmodified_over_http__deploys_sends_and_reads(place: str) -> None:
    web3 = AsyncWeb3(AsyncHTTPProvider(f"http://{place}"))
    wallet = Wallet.create()
    assert await web3.is_connected()
    assert await web3.eth.chain_id == CHAIN_ID
    abi: list[dict[str, Any]] = [
        {"type": "event", "name": "Put", "anonymous": False, "inputs": [{"name": "value", "type": "uint256"}]}
    ]
    asked = {"from": wallet.address, "nonce": 0, "data": CODE, "chainId": CHAIN_ID}
    asked["gas"] = await web3.eth.estimate_gas(asked)
    asked["maxPriorityFeePerGas"] = await web3.eth.max_priority_fee
    asked["maxFeePerGas"] = asked["maxPriorityFeePerGas"] + 2 * (await web3.eth.get_block("latest"))["baseFeePerGas"]
    assert (await web3.eth.fee_history(4, "latest", [50]))["baseFeePerGas"][-1] == 0
    tx = await web3.eth.send_raw_transaction(wallet.sign_transaction(asked).raw_transaction)
    receipt = await web3.eth.wait_for_transaction_receipt(tx, timeout=10)
    shelf = receipt["contractAddress"]
    assert web3.eth.contract(shelf, abi=abi).address == shelf
    call = {
        "to": shelf,
        "data": put(3, 4),
        "chainId": CHAIN_ID,
        "nonce": await web3.eth.get_transaction_count(wallet.address),
    }
    call |= {"gas": 100_000, "gasPrice": await web3.eth.gas_price}
    await web3.eth.wait_for_transaction_receipt(
        await web3.eth.send_raw_transaction(wallet.sign_transaction(call).raw_transaction), timeout=10
    )
    assert int.from_bytes(await web3.eth.call({"to": shelf, "data": (3).to_bytes(32, "big")}), "big") == 4
    (log,) = await web3.eth.get_logs({"fromBlock": 0, "toBlock": "latest", "address": shelf})
    assert int.from_bytes(log["data"], "big") == 4
    block = await web3.eth.get_block("latest", full_transactions=True)
    assert block["transactions"][0]["from"] == wallet.address
    assert await web3.eth.get_code(shelf) == CODE[12:]
    assert await web3.eth.get_balance(wallet.address) == 0
    await web3.provider.disconnect()


async def test_web3__unmodified_over_websocket__hears_heads_and_logs(place: str, engine: Engine) -> None:
    account = Account()
    shelf = await build(engine, account)
    async with AsyncWeb3(WebSocketProvider(f"ws://{place}")) as web3:
        heads = await web3.eth.subscribe("newHeads")
        logs = await web3.eth.subscribe("logs", {"address": web3.to_checksum_address(shelf)})
        await mined(engine, await send(engine, account.sign(shelf, put(8, 9))))
        heard: dict[str, Any] = {}
        async for message in web3.socket.process_subscriptions():
            heard[message["subscription"]] = message["result"]
            if len(heard) == 2:
                break
        assert heard[heads]["number"] == 2
        assert int.from_bytes(heard[logs]["data"], "big") == 9
        assert await web3.eth.unsubscribe(heads)


async def test_subscribe__over_a_plain_websocket__keeps_order_and_ends_with_the_chain(tmp_path: Path) -> None:
    account = Account()
    engine_running = running(tmp_path)
    engine = await engine_running.__aenter__()
    async with _Served(engine) as place, connect(f"ws://{place}") as socket:
        await socket.send(json.dumps({"id": 1, "method": "eth_subscribe", "params": ["newHeads"]}))
        subscribed = json.loads(await socket.recv())
        shelf = await build(engine, account)
        for value in range(1, 50):
            raw = account.sign(shelf, put(1, value))
            await socket.send(json.dumps({"id": value, "method": "eth_sendRawTransaction", "params": [raw]}))
        heard, answered = [], []
        while len(answered) < 49 or int(heard[-1], 16) < engine.head.number:
            told = json.loads(await socket.recv())
            if "id" in told:
                assert "result" in told, told
                answered.append(told["id"])
            else:
                assert told["params"]["subscription"] == subscribed["result"]
                heard.append(told["params"]["result"]["number"])
        assert [int(number, 16) for number in heard] == list(range(1, len(heard) + 1))
        await engine_running.__aexit__(None, None, None)
        with pytest.raises(ConnectionClosed) as closed:
            await _all(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"id": 1, "method": "eth_subscribe", "params": ["newPendingTransactions"]}, -32602),
        ({"id": 1, "method": "eth_subscribe", "params": []}, -32602),
        ({"id": 1, "method": "anvil_mine", "params": []}, -32601),
        ([], -32600),
        ("hello", -32600),
    ],
)
async def test_ask__wrong_question_over_websocket__is_refused(place: str, asked: Any, code: int) -> None:
    async with connect(f"ws://{place}") as socket:
        await socket.send(json.dumps(asked))
        assert json.loads(await socket.recv())["error"]["code"] == code
        await socket.send(json.dumps({"id": 2, "method": "eth_unsubscribe", "params": ["0x1"]}))
        assert json.loads(await socket.recv())["result"] is False


async def test_connect__from_a_foreign_page__is_refused(place: str) -> None:
    with pytest.raises(InvalidStatus):
        await connect(f"ws://{place}", additional_headers={"origin": "https://evil.example"})


async def test_connect__unknown_chain__is_refused(place: str) -> None:
    with pytest.raises(InvalidStatus):
        await connect(f"ws://{place}x")


async def test_subscribe__external_network__polls() -> None:
    account = Account()
    async with network(["care"]) as clients:
        client: ChainClient = clients["care"]
        async with _Served(client.rpc) as place, connect(f"ws://{place}") as socket:
            await socket.send(json.dumps({"id": 1, "method": "eth_subscribe", "params": ["newHeads"]}))
            await socket.recv()
            await asyncio.sleep(0.2)
            await client.send(bytes.fromhex(account.sign(None, CODE)[2:]))
            told = json.loads(await asyncio.wait_for(socket.recv(), 5))
            assert told["params"]["result"]["number"] == "0x1"


async def test_http_rpc__against_the_door__answers_refuses_and_falls_silent(place: str, engine: Engine) -> None:
    rpc = HttpRpc(f"http://{place}")
    assert await rpc.request("eth_chainId", []) == hex(CHAIN_ID)
    with pytest.raises(RpcError) as refused:
        await rpc.request("evm_mine", [])
    assert refused.value.rpc_code == -32601
    await engine.stop()
    with pytest.raises(Unavailable):
        await rpc.request("eth_chainId", [])
    await rpc.aclose()
