"""Where blocks are kept, and files as streams of them. Every block read from anywhere is held against its CID."""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from tcmchain.ipfs.cid import Codec, make_cid
from tcmchain.ipfs.errors import NotUnixFs
from tcmchain.ipfs.unixfs import LEAF, Block, Link, Tree, is_leaf, read_node
from tcmchain.values import Cid

BLOCK_LIMIT: Final = 2 << 20
"""No block is larger, in bytes: what Kubo passes on to others."""

_IN_FLIGHT: Final = 8
_AHEAD: Final = 2
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class Status:
    """What a store holds: blocks and their bytes where they are counted, and what is missing at each copy."""

    backend: str
    blocks: int | None = None
    bytes: int | None = None
    missed: Mapping[str, int] = field(default_factory=dict)


class Gives(Protocol):
    """Whoever gives blocks."""

    async def get(self, cid: Cid) -> bytes:
        """A block, held against its CID; raises ``BlockMissing``, ``BlockErased`` and ``CidInvalid``."""
        ...


class Takes(Protocol):
    """Whoever takes blocks."""

    async def put(self, block: bytes, cid: Cid | None = None) -> Cid:
        """Keep a block durably; ``cid`` is given by whoever has just computed it. Raises ``BlockTooLarge``."""
        ...


class BlockStore(Gives, Takes, Protocol):
    """A place for blocks."""

    async def has(self, cid: Cid) -> bool:
        """Whether the block is here."""
        ...

    async def delete(self, cid: Cid) -> None:
        """Erase a block and remember that it was erased; one that is not here, too."""
        ...


class KeptStore(BlockStore, Protocol):
    """A place of this node's own, which remembers what was erased."""

    def erased(self, cid: Cid) -> bool:
        """Whether the block was erased here."""
        ...

    def status(self) -> Status:
        """What the store holds."""
        ...

    async def start(self) -> None:
        """Make sure of what stands behind the store."""
        ...

    async def close(self) -> None:
        """Finish what is under way, and give connections back."""
        ...


async def add_stream(store: Takes, source: AsyncIterator[bytes]) -> Cid:
    """Keep a file of any length as UnixFS; answers its CID.

    Memory is bounded: a leaf is hashed and written while the next ones come, a few at a time.
    """
    tree, under_way = Tree(), deque[asyncio.Task[Cid]]()

    async def keep(block: bytes, cid: Cid) -> None:
        while len(under_way) >= _IN_FLIGHT:
            await under_way.popleft()
        under_way.append(asyncio.create_task(store.put(block, cid)))

    try:
        async for leaf in _leaves(source):
            digest = (await asyncio.to_thread(hashlib.sha256, leaf)).digest()
            cid = make_cid(Codec.RAW, digest)
            await keep(leaf, cid)
            for node in tree.add(Link(cid, len(leaf), len(leaf))):
                await keep(node.content, node.cid)
        for node in tree.finish():
            await keep(node.content, node.cid)
        while under_way:
            await under_way.popleft()
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    return tree.root


async def _leaves(source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    held = bytearray()
    some = False
    async for part in source:
        at = 0
        if not held:
            # Whole leaves of a large part are passed on without being gathered first.
            while len(part) - at >= LEAF:
                some = True
                yield part[at : at + LEAF] if at or len(part) > LEAF else part
                at += LEAF
        held += memoryview(part)[at:]
        while len(held) >= LEAF:
            some = True
            yield bytes(memoryview(held)[:LEAF])
            del held[:LEAF]
    if held or not some:
        yield bytes(held)


def split(content: bytes) -> Iterator[Block]:
    """All blocks of a file that is in memory, the root last."""
    tree = Tree()
    for at in range(0, max(len(content), 1), LEAF):
        leaf = content[at : at + LEAF]
        cid = make_cid(Codec.RAW, hashlib.sha256(leaf).digest())
        yield Block(cid, leaf)
        yield from tree.add(Link(cid, len(leaf), len(leaf)))
    yield from tree.finish()


async def read_stream(store: Gives, cid: Cid, offset: int = 0) -> AsyncIterator[bytes]:
    """The bytes of a file from ``offset`` on, leaf by leaf, the next leaf fetched while one is used.

    Raises ``BlockMissing``, ``BlockErased`` and ``NotUnixFs``; nothing wrong is ever given out.
    """
    fetched = deque[tuple[asyncio.Task[bytes], int, Link]]()
    try:
        async for leaf, skip in _walk(store, cid, offset):
            fetched.append((asyncio.create_task(store.get(leaf.cid)), skip, leaf))
            if len(fetched) > _AHEAD:
                yield await _leaf(cid, *fetched.popleft())
        while fetched:
            yield await _leaf(cid, *fetched.popleft())
    finally:
        for task, _, _ in fetched:
            task.cancel()
        await asyncio.gather(*(task for task, _, _ in fetched), return_exceptions=True)


async def _leaf(file: Cid, task: asyncio.Task[bytes], skip: int, link: Link) -> bytes:
    block = await task
    if link.size >= 0 and len(block) != link.size:
        raise NotUnixFs(cid=file, reason="sizes")
    return block[skip:] if skip else block


async def _walk(store: Gives, cid: Cid, offset: int, depth: int = 0) -> AsyncIterator[tuple[Link, int]]:
    """The leaves from an offset on, each with the bytes of it to leave out."""
    if depth > _DEEPEST:
        raise NotUnixFs(cid=cid, reason="depth")
    if is_leaf(cid):
        yield Link(cid, -1, -1), offset
        return
    for link in read_node(cid, await store.get(cid)).links:
        if offset >= link.size:
            offset -= link.size
            continue
        if is_leaf(link.cid):
            yield link, offset
        else:
            async for found in _walk(store, link.cid, offset, depth + 1):
                yield found
        offset = 0


async def read_size(store: Gives, cid: Cid) -> int:
    """How many bytes a file has; raises as :func:`read_stream`."""
    block = await store.get(cid)
    return len(block) if is_leaf(cid) else read_node(cid, block).size


async def blocks_of(store: Gives, cid: Cid, depth: int = 0) -> AsyncIterator[Cid]:
    """Every block of a file, its root first; leaves are named without being read. Raises as :func:`read_stream`."""
    if depth > _DEEPEST:
        raise NotUnixFs(cid=cid, reason="depth")
    yield cid
    if is_leaf(cid):
        return
    for link in read_node(cid, await store.get(cid)).links:
        async for found in blocks_of(store, link.cid, depth + 1):
            yield found


async def delete_tree(store: BlockStore, cid: Cid) -> int:
    """Erase a file with all its blocks, the root first; answers how many."""
    found = [name async for name in blocks_of(store, cid)]
    for name in found:
        await store.delete(name)
    return len(found)
