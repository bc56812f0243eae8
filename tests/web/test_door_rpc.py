"""The door as a chain, seen by programs that send much at once."""

import asyncio
from typing import Any

import orjson
import pytest

from tcmchain.chain.rpc import RpcError
from tcmchain.web import door_rpc
from tcmchain.web.door_rpc import DoorAnswers, DoorBusy, DoorRpc

BUSY = {"error": {"code": -32005, "message": "too much", "data": {"code": "asked-too-much", "seconds": 0.01}}}


class Door:
    """Answers each transaction with itself; ``told`` are answers given out first."""

    def __init__(self, *told: Any) -> None:
        self.told = list(told)
        self.bodies: list[Any] = []

    async def post(self, path: str, body: bytes) -> Any:
        assert path == "/rpc/care"
        asked = orjson.loads(body)
        self.bodies.append(asked)
        await asyncio.sleep(0)
        if self.told:
            return self.told.pop(0)
        if isinstance(asked, list):
            return [{"id": one["id"], "result": one["params"][0]} for one in asked]
        return {"id": 1, "result": asked["method"]}


def _rpc(door: Door) -> DoorRpc:
    return DoorRpc("care", door.post)


async def _send(rpc: DoorRpc, *raws: str) -> list[Any]:
    return await asyncio.gather(*(rpc.request("eth_sendRawTransaction", [raw]) for raw in raws), return_exceptions=True)


async def test_ask__one_question__goes_alone() -> None:
    door = Door()
    assert await _rpc(door).request("eth_chainId", []) == "eth_chainId"
    assert isinstance(door.bodies[0], dict)


async def test_send__many_at_once__go_in_few_batches_in_their_order() -> None:
    door = Door()
    raws = [f"0x{n:04x}" for n in range(150)]
    assert await _send(_rpc(door), *raws) == raws
    sent = [one["params"][0] for body in door.bodies for one in body]
    assert sent == raws
    assert len(door.bodies) <= 4


async def test_send__long_transactions__keep_a_batch_below_what_the_door_takes() -> None:
    door = Door()
    raws = ["0x" + f"{n}" * 400_000 for n in range(5)]
    assert await _send(_rpc(door), *raws) == raws
    assert all(len(orjson.dumps(body)) < 1_000_000 for body in door.bodies)


async def test_send__one_refused__tells_it_and_answers_the_others() -> None:
    refused = {"error": {"code": -32000, "message": "nonce too high"}}
    found = await _send(_rpc(Door([{"result": "0x1"}, refused, {"result": "0x3"}])), "0x1", "0x2", "0x3")
    assert found[0] == "0x1"
    assert isinstance(found[1], RpcError)
    assert found[2] == "0x3"


async def test_send__door_busy_amid_a_batch__sends_the_rest_again_later() -> None:
    door = Door([{"result": "0x1"}, BUSY, BUSY], BUSY)
    assert await _send(_rpc(door), "0x1", "0x2", "0x3") == ["0x1", "0x2", "0x3"]
    assert [len(body) for body in door.bodies] == [3, 2, 2]


async def test_ask__door_busy__asks_again_until_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await _rpc(Door(BUSY, BUSY)).request("eth_chainId", []) == "eth_chainId"
    monkeypatch.setattr(door_rpc, "_PATIENCE", 0.005)
    with pytest.raises(DoorBusy):
        await _rpc(Door(BUSY)).request("eth_chainId", [])
    (found,) = await _send(_rpc(Door(BUSY)), "0x1")
    assert isinstance(found, DoorBusy)


async def test_ask__answer_that_is_no_rpc__is_told() -> None:
    with pytest.raises(DoorAnswers):
        await _rpc(Door({"hello": 1})).request("eth_chainId", [])
    (found,) = await _send(_rpc(Door({"hello": 1})), "0x1")
    assert isinstance(found, DoorAnswers)
