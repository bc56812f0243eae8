"""A node under examination through doors that a test may alter."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.rpc import HttpRpc
from tcmchain.chain.sender import Sender
from tcmchain.example import cast
from tcmchain.example.story import Story
from tcmchain.operating.checking import examining, run
from tcmchain.operating.checks import CHECKS
from tcmchain.operating.examined import Examined, Finding, Outcome
from tcmchain.operating.telling import rows

Alter = Callable[[str, Sequence[Any], Any], Any]


async def told_node(url: str, folder: Path) -> None:
    await Story(url, folder / "home" / "example.json").tell(lambda *_: None)
    rpc = HttpRpc(f"{url}/rpc/care")
    client = ChainClient("care", rpc)
    async with examining(url, (), None, 1) as at:
        contracts = Contracts(await at.directory())
    sender = Sender({"care": client})
    call = contracts.call("care", "Epcis", "anchor", "0x" + "17" * 32, 3, 1)
    (tx,) = await sender.send([call], cast.officer("lab"))
    assert (await sender.wait("care", tx)).ok
    await rpc.aclose()


def look(node: tuple[str, Path], act: Callable[[Examined], Awaitable[Any]], peers: Sequence[str] = ()) -> Any:
    async def looked() -> Any:
        async with examining(node[0], peers, node[1], 200) as at:
            return await act(at)

    return asyncio.run(looked())


def outcome(
    node: tuple[str, Path], name: str, change: Callable[[Examined], Examined], peers: Sequence[str] = ()
) -> Finding:
    """What a check finds through doors that were changed."""

    async def act(at: Examined) -> Finding:
        return await run(name, CHECKS[name], change(at))

    found: Finding = look(node, act, peers)
    return found


class AlteredApi:
    def __init__(self, api: Any, alter: Callable[[str, Any], Any]) -> None:
        self._api = api
        self._alter = alter

    async def get(self, path: str, **params: Any) -> Any:
        return self._alter(path, await self._api.get(path, **params))


class _AlteredRpc:
    def __init__(self, rpc: Any, alter: Alter) -> None:
        self._rpc = rpc
        self._alter = alter

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        return self._alter(method, params, await self._rpc.request(method, params))


def api(alter: Callable[[str, Any], Any]) -> Callable[[Examined], Examined]:
    return lambda at: replace(at, api=AlteredApi(at.api, alter))


def chains(alter: Alter) -> Callable[[Examined], Examined]:
    def change(at: Examined) -> Examined:
        return replace(at, clients=altered(at.clients, alter))

    return change


def altered(clients: Mapping[Any, ChainClient], alter: Alter) -> dict[Any, ChainClient]:
    return {chain: ChainClient(chain, _AlteredRpc(client.rpc, alter)) for chain, client in clients.items()}


def codes(finding: Finding) -> set[str]:
    assert finding.outcome is Outcome.FAILED, finding
    assert list(rows(finding)), "a finding without words"
    return {fault.code for fault in finding.faults}
