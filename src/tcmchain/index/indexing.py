"""Keeps the tables of all slices level with the chains."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Final

from sqlalchemy import Engine

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.errors import Unavailable
from tcmchain.index.follower import Follower
from tcmchain.index.projection import Projection
from tcmchain.index.store import Store
from tcmchain.values import BlockNumber, ChainName

Wake = Callable[[], AsyncIterator[object]]
"""Gives something whenever a chain has a new head."""

_POLL: Final = 1.0
_CHECK_ANYWAY: Final = 5.0
_PAUSE_AFTER_TROUBLE: Final = 1.0

_log = logging.getLogger(__name__)


class NotIndexed(Unavailable):
    """The index has not come up to a block in the time given: ``chain``, ``block``, ``indexed``."""

    code = "not-indexed"


class Index:
    """One loop a chain, woken by new heads where ``wakes`` has a chain, otherwise asking every second.

    ``contracts`` says which contracts stand from the first block; what the Directory installs later is added to it.
    ``confirmations`` is how many blocks must stand on top before a block is indexed.
    """

    def __init__(
        self,
        engine: Engine,
        clients: Mapping[ChainName, ChainClient],
        projections: Sequence[Projection],
        contracts: Contracts,
        confirmations: int = 0,
        wakes: Mapping[ChainName, Wake] | None = None,
    ) -> None:
        self._store = Store(engine, projections, contracts.addresses())
        self._followers = {
            chain: Follower(client, self._store, contracts, confirmations) for chain, client in clients.items()
        }
        self._wakes = dict(wakes or {})
        self._nudges = {chain: asyncio.Event() for chain in clients}
        self._tasks: list[asyncio.Task[None]] = []
        self._prepared = False

    async def start(self) -> None:
        """Begin to follow the chains; tables are made and brought up to date before this returns."""
        await self.prepare()
        for chain in self._followers:
            self._tasks.append(asyncio.create_task(self._follow(chain)))
            if chain in self._wakes:
                self._tasks.append(asyncio.create_task(self._listen(chain, self._wakes[chain])))

    async def stop(self) -> None:
        """Stop following; what is being written is finished first."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for follower in self._followers.values():
            await follower.idle()

    async def prepare(self) -> None:
        """Make the tables and read how far the index is."""
        if not self._prepared:
            await asyncio.to_thread(self._store.prepare)
            self._prepared = True
        for follower in self._followers.values():
            await follower.load()

    async def catch_up(self, progress: Callable[[ChainName, int, int], None] | None = None) -> None:
        """Index every chain up to its present head; ``progress`` is told chain, indexed block and head."""
        await self.prepare()
        await asyncio.gather(*(follower.step(progress) for follower in self._followers.values()))

    async def rebuild(self, progress: Callable[[ChainName, int, int], None] | None = None) -> None:
        """Throw everything away and read the chains again from their first blocks."""
        running = bool(self._tasks)
        await self.stop()
        await self.prepare()
        for follower in self._followers.values():
            await follower.forget()
        await self.catch_up(progress)
        if running:
            await self.start()

    def head(self, chain: ChainName) -> BlockNumber:
        """The block up to which a chain is indexed; -1 before the first."""
        return self._followers[chain].indexed

    def lag(self, chain: ChainName) -> int:
        """Blocks that the chain was ahead of the index when last looked at."""
        return self._followers[chain].lag

    def trouble(self, chain: ChainName) -> str | None:
        """Why a chain cannot be followed at present, in the words of the error; ``None`` when all is well."""
        return self._followers[chain].trouble

    async def wait(self, chain: ChainName, block: int, timeout: float = 60) -> None:  # noqa: ASYNC109
        """Wait until a block is indexed; raises :class:`NotIndexed`."""
        follower = self._followers[chain]
        self._nudges[chain].set()
        try:
            async with asyncio.timeout(timeout), follower.moved:
                await follower.moved.wait_for(lambda: follower.indexed >= block)
        except TimeoutError as error:
            raise NotIndexed(chain=chain, block=block, indexed=follower.indexed) from error

    async def _follow(self, chain: ChainName) -> None:
        follower, nudge = self._followers[chain], self._nudges[chain]
        patience = _CHECK_ANYWAY if chain in self._wakes else _POLL
        while True:
            nudge.clear()
            try:
                await follower.step()
                follower.trouble = None
            except Exception as error:
                # Whatever the trouble, the node goes on serving what is indexed and says that it lags.
                follower.trouble = f"{type(error).__name__}: {error}"
                _log.exception("%s: the index cannot go on, trying again", chain)
                await asyncio.sleep(_PAUSE_AFTER_TROUBLE)
                continue
            try:
                async with asyncio.timeout(patience):
                    await nudge.wait()
            except TimeoutError:
                pass

    async def _listen(self, chain: ChainName, wake: Wake) -> None:
        while True:
            try:
                async for _ in wake():
                    self._nudges[chain].set()
            except Unavailable:
                _log.info("%s: no news of heads, asking instead", chain)
            await asyncio.sleep(_PAUSE_AFTER_TROUBLE)
