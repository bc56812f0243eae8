"""A whole node inside the tests, on an event loop of its own thread."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tcmchain.chain.calls import Call
from tcmchain.chain.signers import Signer
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.settings import Settings

T = TypeVar("T")
ACTING = ("regulator", "certifier", "grower", "factory", "hospital", "pharmacy")


class RunningNode:
    """A node whose members take steps one after the other, seen from code that is not asynchronous."""

    def __init__(self, node: Node, loop: asyncio.AbstractEventLoop) -> None:
        self.node = node
        self._loop = loop

    def run(self, work: Coroutine[Any, Any, T], timeout: float = 60) -> T:
        """Wait for work on the node's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def take(self, key: str, calls: Sequence[Call]) -> None:
        """Take steps as an actor's officer until they are indexed; raises the contract's refusal."""
        self.run(self._take(key, calls))

    def held(self, lot: str, key: str) -> int:
        """What the contract says that an actor holds of a lot."""
        asked = self.node.contracts.ask(self.node.clients["care"], "Provenance", "held", lot, cast.member(key))
        return int(self.run(asked)[0])

    def sign_agreement(self, key: str) -> None:
        member, signing = cast.member(key), self.node.signing
        signature = cast.officer(key).sign_typed_data(signing.agreement(member))
        self.take(key, signing.sign_agreement(member, 1, signature))

    async def catch_up(self) -> None:
        """Wait until the index has every block."""
        for chain, client in self.node.clients.items():
            await self.node.index.wait(chain, (await client.head()).number)

    async def _take(self, key: str, calls: Sequence[Call]) -> None:
        signer, sender = cast.officer(key), self.node.sender
        for call in calls:
            await sender.check([call], signer.address)
            (tx,) = await sender.send([call], signer)
            receipt = await sender.wait(call.chain, tx)
            await self.node.index.wait(call.chain, receipt.block)


@contextmanager
def running_node(home: Path) -> Iterator[RunningNode]:
    """Start a node of the example's consortium, founded at the first start in a folder."""
    node = Node(Settings(home=home), cast.genesis())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    running = RunningNode(node, loop)
    try:
        running.run(node.start())
        try:
            running.run(running.catch_up())
            yield running
        finally:
            running.run(node.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def signed_in(url: str, signer: Signer) -> str:
    """The token of a session that an account opens at a node."""
    asked = httpx.get(f"{url}/api/session/nonce", params={"address": signer.address}).json()["message"]
    body = {"message": asked, "signature": signer.sign_message(asked)}
    return str(httpx.post(f"{url}/api/session", json=body).json()["token"])
