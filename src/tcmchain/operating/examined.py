"""A node under examination: its doors, and what a check finds at them."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.client import ChainClient
from tcmchain.chain.events import RawLog
from tcmchain.index.in_force import INSTALLED, installed
from tcmchain.values import Address, ChainName, LotId

_PAGE: Final = 200
_BLOCKS_AT_ONCE: Final = 10_000
_AT_ONCE: Final = 16

Thing = TypeVar("Thing")


class Api(Protocol):
    """A node's HTTP doors; ``path`` and query in, JSON out, the node's own errors raised."""

    async def get(self, path: str, **params: Any) -> Any:
        """Ask one door."""
        ...


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or the reason why a check does not apply: the code of a sentence and its values."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    name: str
    outcome: Outcome
    faults: tuple[Fault, ...]
    seconds: float


class NotApplicable(Exception):
    """A check has nothing to look at here."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.fault = Fault(code)


@dataclass(frozen=True, slots=True)
class Examined:
    """``home`` is the node's folder when it is on this machine; ``sample`` is how many of anything are looked at.

    ``peers`` are clients of other members' nodes by their address.
    """

    url: str
    api: Api
    clients: Mapping[ChainName, ChainClient]
    peers: Mapping[str, Mapping[ChainName, ChainClient]]
    home: Path | None
    sample: int
    dice: random.Random

    async def directory(self) -> dict[tuple[ChainName, str], Address]:
        """The contracts in force as the node's index has them."""
        told = await self.api.get("/api/directory")
        return {(entry["chain"], entry["contract"]): Address(entry["address"]) for entry in told}

    async def ask(self, chain: ChainName, address: Address, contract: str, function: str, *args: Any) -> Any:
        """Ask a contract; answers one value, or all of them as a tuple when there are more."""
        artifact = Artifact.load(contract)
        data = await self.clients[chain].call(address, artifact.encode(function, *args))
        found = artifact.decode_result(function, data)
        return found[0] if len(found) == 1 else found

    async def lots(self) -> list[dict[str, Any]]:
        """A sample of lots as the node tells of them."""
        total = int((await self.api.get("/api/provenance/lots", limit=1))["total"])
        wanted = sorted(self.dice.sample(range(total), min(self.sample, total)))
        found: list[dict[str, Any]] = []
        page: tuple[int, list[dict[str, Any]]] = (-1, [])
        for place in wanted:
            first = place - place % _PAGE
            if page[0] != first:
                page = first, (await self.api.get("/api/provenance/lots", limit=_PAGE, offset=first))["lots"]
            found += page[1][place - first : place - first + 1]
        return found

    async def ever_installed(self, chain: ChainName, contract: str) -> list[Address]:
        """Every address that the Directory has put in force under a name, the oldest first."""
        members = (await self.directory())[chain, "Members"]
        found: list[Address] = []
        async for log in self.logs(chain, [members]):
            if len(log.topics) == 4 and log.topics[0] == INSTALLED:
                name, address = installed(log)
                found += [address] if name == contract else []
        return found

    async def logs(self, chain: ChainName, addresses: Sequence[Address]) -> AsyncIterator[RawLog]:
        """All log entries of contracts, asked for in stretches that the door allows."""
        client = self.clients[chain]
        head = (await client.head()).number
        for first in range(0, head + 1, _BLOCKS_AT_ONCE):
            for log in await client.logs(first, min(first + _BLOCKS_AT_ONCE - 1, head), addresses):
                yield log

    async def each(self, things: Iterable[Thing], look: Callable[[Thing], Awaitable[list[Fault]]]) -> list[Fault]:
        """Look at things, a few at the same time; answers all faults in the things' order."""
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(thing: Thing) -> list[Fault]:
            async with room:
                return await look(thing)

        return [fault for faults in await asyncio.gather(*(one(thing) for thing in things)) for fault in faults]

    def pick(self, found: Sequence[Any]) -> list[Any]:
        """A sample of things that were found."""
        return self.dice.sample(list(found), min(self.sample, len(found)))


def lot_of(entry: Mapping[str, Any]) -> LotId:
    """The id in a lot as the node tells it."""
    return LotId(entry["id"])
