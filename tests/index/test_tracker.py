"""How far a write is, as its sender sees it."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from tests.index.fake_chain import MEMBERS, FakeChain, account, admitted, word

from tcmchain.chain.contracts import Contracts
from tcmchain.chain.failures import FailedInBlock, Failures
from tcmchain.chain.reverts import Reverts
from tcmchain.index.door import router
from tcmchain.index.engine import open_engine
from tcmchain.index.indexing import Index
from tcmchain.index.tracker import ChainUnknown, Tracker
from tcmchain.members.contract import REVERTS
from tcmchain.members.readmodel.projection import MembersProjection
from tcmchain.values import Hash32

TX = Hash32(word(1000))


class Node:
    """A chain, its index and the tracker."""

    def __init__(self, folder: Path) -> None:
        self.chain = FakeChain()
        clients = {"care": self.chain.client()}
        contracts = Contracts({("care", "Members"): MEMBERS})
        engine = open_engine(f"sqlite:///{folder / 'index.db'}")
        self.index = Index(engine, clients, [MembersProjection()], contracts)
        self.tracker = Tracker(clients, self.index, Failures(clients, contracts, Reverts(REVERTS)))

    def put(self, ok: bool = True) -> None:
        block = self.chain.add(admitted(1))
        self.chain.receipts[TX] = {
            "blockNumber": hex(block),
            "blockHash": self.chain.blocks[block][0],
            "status": hex(int(ok)),
            "gasUsed": "0x1",
            "from": account(1),
        }


@pytest.fixture
async def node(tmp_path: Path) -> Node:
    found = Node(tmp_path)
    await found.index.catch_up()
    return found


async def test_follow__write_on_its_way__is_unknown_confirmed_indexed(node: Node) -> None:
    assert (await node.tracker.state("care", TX)).state == "unknown"
    node.put()
    confirmed = await node.tracker.state("care", TX)
    assert (confirmed.state, confirmed.block) == ("confirmed", 1)
    await node.index.catch_up()
    assert (await node.tracker.state("care", TX)).state == "indexed"


async def test_follow__write_that_failed__tells_the_reason_as_found_first(node: Node) -> None:
    node.put(ok=False)
    failed = await node.tracker.state("care", TX)
    assert (failed.state, failed.code) == ("failed", FailedInBlock.code)
    asked = node.chain.asked
    assert await node.tracker.state("care", TX) == failed
    assert node.chain.asked == asked + 1


async def test_follow__chain_that_the_node_does_not_follow__is_not_found(node: Node) -> None:
    with pytest.raises(ChainUnknown):
        await node.tracker.state("pharmacy", TX)


async def test_ask__receipt_at_the_door__tells_state_and_block(node: Node) -> None:
    node.put()
    app = FastAPI()
    app.include_router(router(node.tracker))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://node") as client:
        assert (await client.get(f"/api/receipts/care/{TX}")).json()["state"] == "confirmed"
        assert (await client.get("/api/receipts/care/0x12")).status_code == 422
        assert (await client.get(f"/api/receipts/moon/{TX}")).status_code == 422
