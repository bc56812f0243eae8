"""Keeping a body as it comes, all of it or nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from tcmchain.errors import TcmChainError
from tcmchain.ipfs.store import BlockStore, add_stream
from tcmchain.values import Cid


@dataclass(frozen=True, slots=True)
class Kept:
    """A body as it is kept; ``fresh`` when none of its blocks was here before, so that they are its own."""

    cid: Cid
    fresh: bool


class _Noting:
    """Notes which blocks were put, and whether some were here before."""

    def __init__(self, store: BlockStore) -> None:
        self._store = store
        self._puts: set[asyncio.Task[Cid]] = set()
        self._here: list[Cid] = []
        self._seen: set[Cid] = set()
        self._known: set[Cid] = set()

    @property
    def fresh(self) -> bool:
        """Whether none was here before."""
        return not self._known

    async def put(self, block: bytes, cid: Cid | None = None) -> Cid:
        if cid is not None and cid not in self._seen:
            self._seen.add(cid)
            if await self._store.has(cid):
                # Another body's, perhaps another person's: it stays, whatever becomes of this one.
                self._known.add(cid)
        task = asyncio.create_task(self._store.put(block, cid))
        self._puts.add(task)
        # A write that has begun cannot be called back: it is waited for before its block is let go.
        kept = await asyncio.shield(task)
        self._puts.discard(task)
        self._here.append(kept)
        return kept

    async def undo(self) -> None:
        """Let go of all that was put."""
        late = await asyncio.gather(*self._puts, return_exceptions=True)
        for cid in (*self._here, *(found for found in late if isinstance(found, str))):
            if cid not in self._known:
                with suppress(TcmChainError):
                    await self._store.delete(cid)

    async def get(self, cid: Cid) -> bytes:
        return await self._store.get(cid)

    async def has(self, cid: Cid) -> bool:
        return await self._store.has(cid)

    async def delete(self, cid: Cid) -> None:
        await self._store.delete(cid)


async def keep_whole(store: BlockStore, source: AsyncIterator[bytes]) -> Kept:
    """Keep a sealed body; when its source breaks off, the blocks that came are let go, and the error goes on."""
    noting = _Noting(store)
    try:
        return Kept(await add_stream(noting, source), noting.fresh)
    except BaseException:
        # Also when whoever sends has gone: sealed afresh, the same body would never have the same blocks again.
        await noting.undo()
        raise
