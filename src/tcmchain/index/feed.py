"""Log entries of one chain, read stretch by stretch."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from typing import Final

from tcmchain.chain.client import Block, BlockUnknown, ChainClient
from tcmchain.chain.events import RawLog
from tcmchain.chain.rpc import RpcError
from tcmchain.index.in_force import newcomers
from tcmchain.values import Address

_WANTED_LOGS: Final = 4_000
_FIRST_BLOCKS: Final = 32
_MOST_BLOCKS: Final = 4_096


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries of the blocks ``first`` to ``last.number`` in chain order, ``head`` being the chain's newest."""

    first: int
    last: Block
    logs: list[RawLog]
    head: int


class Feed:
    """Reads a chain forward in stretches of about as many entries as are well written at once."""

    def __init__(self, client: ChainClient) -> None:
        self._client = client
        self._blocks = _FIRST_BLOCKS
        self._most = _MOST_BLOCKS

    async def stretches(self, first: int, target: Block, addresses: Collection[Address]) -> AsyncGenerator[Stretch]:
        """Every stretch from ``first`` to ``target``; the next is read while one is being worked on."""
        known = set(addresses)
        ahead = asyncio.ensure_future(self._read(first, target, known))
        try:
            while True:
                stretch = await ahead
                first = stretch.last.number + 1
                if first > target.number:
                    yield stretch
                    return
                ahead = asyncio.ensure_future(self._read(first, target, known))
                yield stretch
        finally:
            ahead.cancel()

    async def _read(self, first: int, target: Block, known: set[Address]) -> Stretch:
        while True:
            number = min(first + self._blocks - 1, target.number)
            last = target if number == target.number else await self._client.block(number)
            try:
                logs = await self._logs(first, number, known)
            except RpcError:
                # Networks limit what one question may answer, each in its own words.
                if number == first:
                    raise
                self._blocks = self._most = (number - first + 1) // 2
                continue
            await self._same(last)
            self._adapt(number - first + 1, len(logs))
            return Stretch(first, last, logs, target.number)

    async def _same(self, block: Block) -> None:
        """Entries and header must be of one fork; raises ``BlockUnknown`` when the chain has changed meanwhile."""
        now = await self._client.block(block.number)
        if now.hash != block.hash:
            raise BlockUnknown(f"block {block.hash} has gone", chain=self._client.name, block=block.hash)

    async def _logs(self, first: int, last: int, known: set[Address]) -> list[RawLog]:
        while True:
            logs = await self._client.logs(first, last, sorted(known))
            fresh = newcomers(logs, known)
            if not fresh:
                return logs
            known |= fresh

    def _adapt(self, blocks: int, logs: int) -> None:
        wanted = blocks * _WANTED_LOGS // max(logs, 1)
        self._blocks = max(1, min(wanted, 2 * self._blocks, self._most))
