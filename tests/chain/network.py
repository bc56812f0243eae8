"""Chains for tests: plain EVM processes, as an operator might point the node at, and embedded ones."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from subprocess import DEVNULL

from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.client import ChainClient
from tcmchain.chain.embedded import Engine
from tcmchain.chain.rpc import HttpRpc
from tcmchain.errors import Unavailable
from tcmchain.settings import Settings
from tcmchain.values import CHAINS, ChainName

_ARGUMENTS = (
    "--accounts", "0", "--gas-price", "0", "--block-base-fee-per-gas", "0", "--disable-min-priority-fee",
    "--hardfork", "cancun", "--gas-limit", "3000000000", "--silent",
)  # fmt: skip


@asynccontextmanager
async def network(chains: Sequence[ChainName] = CHAINS) -> AsyncIterator[dict[ChainName, ChainClient]]:
    """Clients of fresh, empty chains, each of which puts a transaction into a block as it comes."""
    async with AsyncExitStack() as stack:
        yield {chain: await stack.enter_async_context(_running(chain)) for chain in chains}


@asynccontextmanager
async def embedded_chains(folder: Path) -> AsyncIterator[dict[ChainName, ChainClient]]:
    """Clients of fresh embedded chains."""
    async with AsyncExitStack() as stack:
        clients = {}
        for chain in CHAINS:
            engine = Engine(chain, CHAIN_IDS[chain], folder / chain, Settings().executor)
            await engine.start()
            stack.push_async_callback(engine.stop)
            clients[chain] = ChainClient(chain, engine)
        yield clients


@asynccontextmanager
async def _running(chain: ChainName) -> AsyncIterator[ChainClient]:
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        Settings().executor, "--port", str(port), "--chain-id", str(CHAIN_IDS[chain]), *_ARGUMENTS,
        stdout=DEVNULL, stderr=DEVNULL,
    )  # fmt: skip
    rpc = HttpRpc(f"http://127.0.0.1:{port}")
    try:
        client = ChainClient(chain, rpc)
        await _answering(client)
        yield client
    finally:
        await rpc.aclose()
        process.kill()
        await process.wait()


async def _answering(client: ChainClient) -> None:
    for _ in range(400):
        try:
            await client.chain_id()
        except Unavailable:
            await asyncio.sleep(0.025)
        else:
            return
    raise AssertionError("the network does not start")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
