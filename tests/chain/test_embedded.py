"""The embedded chain while it runs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.chain.shelf import CHAIN_ID, CODE, Account, build, mined, put, running, send, stored

from tcmchain.chain.embedded import Engine, TransactionRefused
from tcmchain.chain.embedded.errors import ChainInUse, ExecutorMissing
from tcmchain.chain.rpc import RpcError
from tcmchain.errors import Unavailable

pytestmark = pytest.mark.engine


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    async with running(tmp_path / "care") as started:
        yield started


async def test_start__empty_home__stands_at_a_fixed_block_0(tmp_path: Path) -> None:
    heads = []
    for name in ("one", "two"):
        async with running(tmp_path / name) as engine:
            heads.append(engine.head)
            assert engine.halted is None
            assert engine.executor.startswith("anvil/")
            assert await engine.request("eth_blockNumber", []) == "0x0"
            assert (await engine.request("eth_getBlockByNumber", ["latest", True]))["transactions"] == []
    assert heads[0] == heads[1]
    assert heads[0].number == 0


async def test_start__no_executor__says_so(tmp_path: Path) -> None:
    with pytest.raises(ExecutorMissing):
        await Engine("care", CHAIN_ID, tmp_path, tmp_path / "anvil").start()


async def test_start__folder_in_use__is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ChainInUse):
        async with running(tmp_path / "care"):
            pass
    assert await engine.request("eth_blockNumber", []) == "0x0"


async def test_send__many_at_once__keep_their_order(engine: Engine) -> None:
    account = Account()
    shelf = await build(engine, account)
    hashes = await asyncio.gather(*(send(engine, account.sign(shelf, put(7, value))) for value in range(1, 301)))
    await mined(engine, hashes[-1])
    places = []
    for tx in hashes:
        receipt = await mined(engine, tx)
        assert receipt["status"] == "0x1"
        places.append((int(receipt["blockNumber"], 16), int(receipt["transactionIndex"], 16)))
    assert places == sorted(places)
    assert len({block for block, _ in places}) < 50
    assert await stored(engine, shelf, 7) == 300


async def test_send__the_same_again__answers_the_same_hash(engine: Engine) -> None:
    account = Account()
    raw = account.sign(None, CODE)
    first, second = await asyncio.gather(send(engine, raw), send(engine, raw))
    await mined(engine, first)
    assert first == second == await send(engine, raw)
    assert await engine.request("eth_getTransactionCount", [account.address, "pending"]) == "0x1"


@pytest.mark.parametrize(("nonce", "said"), [(1, "nonce too high"), (0, "nonce too low")])
async def test_send__wrong_number__is_refused(engine: Engine, nonce: int, said: str) -> None:
    account = Account()
    if nonce == 0:
        await send(engine, account.sign(None, CODE))
    with pytest.raises(TransactionRefused, match=said):
        await send(engine, account.sign(None, b"", nonce=nonce))


async def test_send__refused_before__does_not_shift_the_number(engine: Engine) -> None:
    account = Account()
    with pytest.raises(TransactionRefused):
        await send(engine, account.sign(None, CODE, gas=21_000, nonce=0))
    await build(engine, account)


async def test_send__reverting__is_in_a_block_and_counts(engine: Engine) -> None:
    account = Account()
    shelf = await build(engine, account)
    receipt = await mined(engine, await send(engine, account.sign(shelf, put(1, 1, 10), gas=60_000)))
    assert receipt["status"] == "0x0"
    assert await engine.request("eth_getTransactionCount", [account.address, "latest"]) == "0x2"
    assert await stored(engine, shelf, 1) == 0


async def test_send__more_gas_than_a_block_holds__spreads_over_blocks(engine: Engine) -> None:
    account = Account()
    shelf = await build(engine, account)
    raws = [account.sign(shelf, put(1, value), gas=2_000_000_000) for value in range(1, 7)]
    hashes = await asyncio.gather(*(send(engine, raw) for raw in raws))
    blocks = [(await mined(engine, tx))["blockNumber"] for tx in hashes]
    assert len(set(blocks)) == 6
    assert await stored(engine, shelf, 1) == 6


async def test_read__block_and_transaction__agree_with_each_other(engine: Engine) -> None:
    account = Account()
    shelf = await build(engine, account)
    tx = await send(engine, account.sign(shelf, put(5, 9)))
    receipt = await mined(engine, tx)
    told = await engine.request("eth_getTransactionByHash", [tx])
    block = await engine.request("eth_getBlockByHash", [receipt["blockHash"], True])
    assert block["transactions"] == [told]
    assert told["from"] == account.address.lower()
    assert (told["to"], told["nonce"], told["input"]) == (shelf, "0x1", "0x" + put(5, 9).hex())
    assert await engine.request("eth_getBlockReceipts", [block["number"]]) == [receipt]
    assert (await engine.request("eth_getBlockByNumber", [block["number"], False]))["transactions"] == [tx]
    parent = await engine.request("eth_getBlockByNumber", ["0x1", False])
    assert block["parentHash"] == parent["hash"]
    (log,) = receipt["logs"]
    assert int(log["topics"][0], 16) == 5
    assert int(log["data"], 16) == 9


async def test_read__logs__by_block_address_and_topic(engine: Engine) -> None:
    account = Account()
    first, second = await build(engine, account), await build(engine, account)
    for shelf, key in ((first, 1), (first, 2), (second, 1)):
        receipt = await mined(engine, await send(engine, account.sign(shelf, put(key, 1))))

    async def found(**wanted: object) -> list[tuple[str, int]]:
        logs = await engine.request("eth_getLogs", [{"fromBlock": "0x0", "toBlock": "latest", **wanted}])
        return [(log["address"], int(log["topics"][0], 16)) for log in logs]

    one, two = ("0x" + key.to_bytes(32, "big").hex() for key in (1, 2))
    assert await found() == [(first, 1), (first, 2), (second, 1)]
    assert await found(address=second) == [(second, 1)]
    assert await found(address=[first, second], topics=[one]) == [(first, 1), (second, 1)]
    assert await found(topics=[[one, two], None]) == []
    assert await found(topics=[None]) == [(first, 1), (first, 2), (second, 1)]
    assert await found(fromBlock=receipt["blockNumber"]) == [(second, 1)]
    by_hash = await engine.request("eth_getLogs", [{"blockHash": receipt["blockHash"]}])
    assert by_hash == receipt["logs"]


async def test_read__state_of_an_old_block__is_refused_clearly(engine: Engine) -> None:
    account = Account()
    await build(engine, account)
    with pytest.raises(RpcError, match="newest state"):
        await engine.request("eth_call", [{"to": account.address}, "0x0"])
    assert await engine.request("eth_getCode", [account.address, hex(engine.head.number)]) == "0x"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("eth_getBlockByNumber", []),
        ("eth_getBlockByNumber", ["0xzz", False]),
        ("eth_getBlockByNumber", [7, False]),
        ("eth_getTransactionReceipt", ["0x12"]),
        ("eth_getLogs", ["0x0"]),
        ("eth_getLogs", [{"topics": "all"}]),
        ("eth_getLogs", [{"address": "me"}]),
        ("eth_sendRawTransaction", ["raw"]),
        ("eth_sendRawTransaction", []),
        ("eth_call", []),
        ("evm_mine", []),
        ("anvil_setBalance", ["0x0", "0x1"]),
    ],
)
async def test_ask__wrong_question__is_refused(engine: Engine, method: str, params: list[object]) -> None:
    with pytest.raises(RpcError):
        await engine.request(method, params)


async def test_read__unknown_things__are_none(engine: Engine) -> None:
    nothing = "0x" + "ab" * 32
    for method in ("eth_getTransactionReceipt", "eth_getTransactionByHash"):
        assert await engine.request(method, [nothing]) is None
    assert await engine.request("eth_getBlockByHash", [nothing, False]) is None
    assert await engine.request("eth_getBlockByNumber", ["0xffffffffffffffff", False]) is None


async def test_subscribe__new_blocks__come_in_order_until_the_stop(tmp_path: Path) -> None:
    account = Account()
    async with running(tmp_path) as engine:
        heads = engine.subscribe()
        shelf = await build(engine, account)
        for value in range(1, 4):
            await mined(engine, await send(engine, account.sign(shelf, put(1, value))))
    assert [int(head["number"], 16) async for head in heads] == [1, 2, 3, 4]


async def test_stop__afterwards__nothing_is_answered(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        pass
    with pytest.raises(Unavailable):
        await engine.request("eth_blockNumber", [])
