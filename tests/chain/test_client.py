"""A chain's answers in Python's own types."""

from collections.abc import Sequence
from typing import Any

import pytest

from tcmchain.chain.client import BlockUnknown, ChainClient, Reverted
from tcmchain.chain.rpc import RpcError
from tcmchain.values import Address, Hash32

SOMEBODY = Address("0x" + "11" * 20)
HASH = "0x" + "ab" * 32


class Answers:
    """Answers or raises what a test gives it, by method; remembers what was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Sequence[Any]]] = []

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        self.asked.append((method, params))
        found = self.answers[method]
        if isinstance(found, Exception):
            raise found
        return found


def _log(block: int, index: int, **more: Any) -> dict[str, Any]:
    return {
        "address": "0x" + "ab" * 20,
        "topics": [HASH],
        "data": "0x",
        "blockNumber": hex(block),
        "blockHash": HASH,
        "transactionHash": HASH,
        "logIndex": hex(index),
        **more,
    }


async def test_read__logs_out_of_order__come_in_chain_order_without_those_taken_back() -> None:
    told = {"blockTimestamp": "0x5"}
    found = [_log(2, 0, **told), _log(1, 1, **told), _log(1, 0, **told), _log(3, 0, removed=True, **told)]
    logs = await ChainClient("care", Answers(eth_getLogs=found)).logs(1, 3)
    assert [(log.block, log.index) for log in logs] == [(1, 0), (1, 1), (2, 0)]
    assert logs[0].timestamp == 5
    assert logs[0].address == "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB"


async def test_read__logs_without_block_times__asks_for_them_once_a_block() -> None:
    header = {"number": "0x1", "hash": HASH, "parentHash": HASH, "timestamp": "0x9"}
    answers = Answers(eth_getLogs=[_log(1, 0), _log(1, 1)], eth_getBlockByNumber=header)
    logs = await ChainClient("care", answers).logs(1, 1, [SOMEBODY])
    assert [log.timestamp for log in logs] == [9, 9]
    assert [method for method, _ in answers.asked].count("eth_getBlockByNumber") == 1
    assert answers.asked[0][1][0]["address"] == [SOMEBODY]


async def test_read__block_that_is_not_there__is_not_found() -> None:
    with pytest.raises(BlockUnknown):
        await ChainClient("care", Answers(eth_getBlockByNumber=None)).block(7)


@pytest.mark.parametrize("code", [3, -32000, -32015])
async def test_call__contract_refuses__tells_the_data_whatever_the_nodes_number(code: int) -> None:
    client = ChainClient("care", Answers(eth_call=RpcError(code, "execution reverted", "0xdeadbeef")))
    with pytest.raises(Reverted) as caught:
        await client.call(SOMEBODY, b"")
    assert caught.value.data == bytes.fromhex("deadbeef")


async def test_call__refused_without_a_reason__is_a_refusal_with_no_data() -> None:
    client = ChainClient("care", Answers(eth_call=RpcError(3, "execution reverted", None)))
    with pytest.raises(Reverted) as caught:
        await client.call(SOMEBODY, b"")
    assert caught.value.data == b""


async def test_call__other_trouble__stays_what_it_is() -> None:
    client = ChainClient("care", Answers(eth_call=RpcError(-32601, "no such method", None)))
    with pytest.raises(RpcError, match="no such method"):
        await client.call(SOMEBODY, b"", SOMEBODY)


async def test_read__transaction_not_in_a_block__has_no_receipt() -> None:
    for answer in (None, {"blockNumber": None}):
        client = ChainClient("care", Answers(eth_getTransactionReceipt=answer))
        assert await client.receipt(Hash32(HASH)) is None
