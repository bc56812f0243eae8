"""Blocks from several places: the next source is asked when one has nothing, or something wrong."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

import httpx

from tcmchain.errors import NotFound, TcmChainError
from tcmchain.ipfs.cid import check_block
from tcmchain.ipfs.errors import BlockErased, BlockMissing, BlockWrong
from tcmchain.ipfs.store import BLOCK_LIMIT, KeptStore
from tcmchain.values import Cid

BLOCKS: Final = "/api/ipfs"
_SECONDS: Final = 10
_CONNECT_SECONDS: Final = 2
_REST_SECONDS: Final = 30


class Source(Protocol):
    """Somewhere that may have a block; what it gives is not trusted."""

    @property
    def name(self) -> str: ...

    async def fetch(self, cid: Cid) -> bytes:
        """The block as the source gives it; raises ``BlockMissing`` when it has none or does not answer."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


class PeerBlocks:
    """Another node's door, by its address; ``auth`` signs each question.

    With ``here`` the other node looks into its own store only.
    """

    def __init__(
        self,
        url: str,
        auth: httpx.Auth | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        here: bool = True,
    ) -> None:
        self._params = {"here": "true"} if here else {}
        self.name = url.rstrip("/")
        timeout = httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS)
        self._http = httpx.AsyncClient(base_url=self.name, timeout=timeout, transport=transport, auth=auth)

    async def fetch(self, cid: Cid) -> bytes:
        """The block as the peer gives it, of no more bytes than a block has."""
        try:
            async with self._http.stream("GET", f"{BLOCKS}/{cid}", params=self._params) as answer:
                if answer.status_code != 200:
                    raise BlockMissing(cid=cid, asked=1)
                held = bytearray()
                async for part in answer.aiter_bytes():
                    held += part
                    if len(held) > BLOCK_LIMIT:
                        raise BlockWrong(cid=cid)
                return bytes(held)
        except httpx.HTTPError as error:
            raise PeerSilent(cid=cid, asked=1) from error

    async def get(self, cid: Cid) -> bytes:
        """The block, held against its CID; raises ``BlockMissing`` and ``BlockWrong``."""
        block = await self.fetch(cid)
        check_block(cid, block)
        return block

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()


class PeerSilent(BlockMissing):
    """The peer does not answer now: ``cid``."""

    code = "ipfs-peer-silent"


class Blocks:
    """A node's store with other sources behind it: what is missing or torn here is fetched, checked and kept.

    What was erased here is asked of nobody. ``wrong`` counts what a source gave that was not the block, by its name.
    """

    def __init__(
        self, store: KeptStore, sources: Sequence[Source] = (), now: Callable[[], float] = time.monotonic
    ) -> None:
        self.store = store
        self.sources = tuple(sources)
        self.wrong: dict[str, int] = {}
        self._rests: dict[str, float] = {}
        self._now = now
        self._fetching: dict[Cid, asyncio.Task[bytes]] = {}

    async def put(self, block: bytes, cid: Cid | None = None) -> Cid:
        """Keep a block here."""
        return await self.store.put(block, cid)

    async def has(self, cid: Cid) -> bool:
        """Whether the block is here."""
        return await self.store.has(cid)

    async def delete(self, cid: Cid) -> None:
        """Erase a block here."""
        await self.store.delete(cid)

    async def here(self, cid: Cid) -> bytes:
        """A block of this node's own store; raises as its ``get``.

        What other nodes are told, so that two without a block do not ask each other for ever.
        """
        return await self.store.get(cid)

    async def get(self, cid: Cid) -> bytes:
        """A block, held against its CID, from here or the first source that has it whole.

        Raises ``BlockMissing`` with the number of sources asked, ``BlockErased`` and ``CidInvalid``.
        """
        try:
            return await self.store.get(cid)
        except BlockErased:
            raise
        except NotFound:
            if not self.sources:
                raise
        task = self._fetching.get(cid)
        if task is None:
            task = self._fetching[cid] = asyncio.create_task(self._heal(cid))
            task.add_done_callback(partial(self._fetched, cid))
        # Several may wait for one fetching; one that goes away must not end it.
        return await asyncio.shield(task)

    def _fetched(self, cid: Cid, task: asyncio.Task[bytes]) -> None:
        self._fetching.pop(cid, None)
        if not task.cancelled():
            task.exception()

    async def _heal(self, cid: Cid) -> bytes:
        for source in self._in_turn():
            try:
                block = await source.fetch(cid)
                check_block(cid, block)
            except BlockWrong:
                self.wrong[source.name] = self.wrong.get(source.name, 0) + 1
                continue
            except PeerSilent:
                self._rests[source.name] = self._now() + _REST_SECONDS
                continue
            except TcmChainError:
                continue
            await self.store.put(block, cid)
            return block
        raise BlockMissing(cid=cid, asked=1 + len(self.sources))

    def _in_turn(self) -> list[Source]:
        """Sources that did not answer lately come last."""
        now = self._now()
        return sorted(self.sources, key=lambda source: self._rests.get(source.name, 0) > now)

    async def start(self) -> None:
        """Make sure of what stands behind the store; raises ``SwarmPublic`` and ``KuboUnavailable``."""
        await self.store.start()

    async def close(self) -> None:
        """Finish what is under way, and give connections back."""
        await self.store.close()
        for source in self.sources:
            await source.close()
