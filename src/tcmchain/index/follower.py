"""One chain being followed."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing

from tcmchain.chain.client import Block, BlockUnknown, ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.index.feed import Feed, Stretch
from tcmchain.index.in_force import InForce
from tcmchain.index.store import Store
from tcmchain.values import BlockNumber, ChainName

Progress = Callable[[ChainName, int, int], None]


class Follower:
    """Brings the store level with one chain, step by step; sees when the chain has taken back blocks."""

    def __init__(self, client: ChainClient, store: Store, contracts: Contracts, confirmations: int) -> None:
        self.moved = asyncio.Condition()
        self.lag = 0
        self.trouble: str | None = None
        self._client = client
        self._chain = client.name
        self._store = store
        self._contracts = contracts
        self._confirmations = confirmations
        self._feed = Feed(client)
        self._checkpoint: Block | None = None
        self._in_force = InForce({})
        self._stepping = asyncio.Lock()
        self._write: asyncio.Task[None] | None = None

    @property
    def indexed(self) -> BlockNumber:
        """The newest block indexed, -1 before the first."""
        return BlockNumber(-1) if self._checkpoint is None else self._checkpoint.number

    async def load(self) -> None:
        """Read from the store how far the chain is indexed."""
        self._checkpoint = await asyncio.to_thread(self._store.checkpoint, self._chain)
        self._use(await asyncio.to_thread(self._store.in_force, self._chain))

    async def idle(self) -> None:
        """Return when nothing is being written."""
        if self._write is not None:
            await asyncio.wait([self._write])

    async def forget(self) -> None:
        """Drop everything of this chain."""
        async with self._stepping:
            await self._finish(self._go_back(None))

    async def step(self, progress: Progress | None = None) -> None:
        """Index everything up to the present head, less the confirmations."""
        async with self._stepping:
            await self._step(progress)

    async def _step(self, progress: Progress | None) -> None:
        head = await self._client.head()
        self.lag = max(0, head.number - self._confirmations - self.indexed)
        if self._checkpoint is not None and head.hash == self._checkpoint.hash:
            return
        await self._agree(head)
        last = head.number - self._confirmations
        if last <= self.indexed:
            return
        target = await self._client.block(last) if self._confirmations else head
        stretches = self._feed.stretches(self.indexed + 1, target, set(self._in_force.addresses.values()))
        async with aclosing(stretches):
            async for stretch in stretches:
                await self._finish(self._take(stretch))
                if progress is not None:
                    progress(self._chain, self.indexed, target.number)

    async def _agree(self, head: Block) -> None:
        """Go back to the newest block that the chain still has, if it has left the indexed one behind."""
        mine = self._checkpoint
        if mine is None or head.parent == mine.hash or await self._stands(mine):
            return
        below = mine.number
        while older := await asyncio.to_thread(self._store.remembered, self._chain, below):
            for block in older:
                if await self._stands(block):
                    await self._finish(self._go_back(block))
                    return
            below = older[-1].number
        await self._finish(self._go_back(None))

    async def _stands(self, block: Block) -> bool:
        try:
            return (await self._client.block(block.number)).hash == block.hash
        except BlockUnknown:
            return False

    async def _finish(self, write: Coroutine[None, None, None]) -> None:
        # A write in a thread cannot be called off: a stop leaves it to `idle` and what it did is kept.
        self._write = asyncio.create_task(write)
        await asyncio.shield(self._write)

    async def _take(self, stretch: Stretch) -> None:
        moved_on = self._in_force.copy()
        await asyncio.to_thread(self._store.advance, self._chain, stretch, moved_on)
        self._use(moved_on)
        await self._announce(stretch.last)
        self.lag = max(0, stretch.head - stretch.last.number)

    async def _go_back(self, to: Block | None) -> None:
        await asyncio.to_thread(self._store.go_back, self._chain, to)
        self._use(await asyncio.to_thread(self._store.in_force, self._chain))
        await self._announce(to)

    async def _announce(self, block: Block | None) -> None:
        async with self.moved:
            self._checkpoint = block
            self.moved.notify_all()

    def _use(self, in_force: InForce) -> None:
        self._in_force = in_force
        for name, address in (*in_force.former, *in_force.addresses.items()):
            self._contracts.install(self._chain, name, address)
