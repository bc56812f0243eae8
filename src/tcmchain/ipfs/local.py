"""Blocks in a folder: one file a block, under the last two characters but one of its CID, as Kubo's flatfs lays them.

A block is acknowledged when its file and its name are on the disk. Blocks that come at the same time share what can be
shared: each folder is written through once for all of them.
"""

import asyncio
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tcmchain.ipfs.cid import raw_cid, read_cid
from tcmchain.ipfs.errors import BlockErased, BlockMissing, BlockTooLarge
from tcmchain.ipfs.store import BLOCK_LIMIT, Status
from tcmchain.ipfs.tombstones import Tombstones
from tcmchain.values import Cid

_SUFFIX: Final = ".data"
_DRAFT: Final = ".draft"
_BLOCKS: Final = "blocks"
_ERASED: Final = "erased"
_TOGETHER: Final = 64
_WRITERS: Final = 4


class LocalBlocks:
    """The blocks of a node. ``fsyncs`` counts how often something was written through."""

    def __init__(self, folder: Path) -> None:
        self._blocks = folder / _BLOCKS
        self._blocks.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._erased = Tombstones(folder / _ERASED)
        self.fsyncs = 0
        self._lock = threading.Lock()
        self._open: dict[Cid, bytes] | None = None
        self._next: Future[None] = Future()
        self._under_way: dict[Cid, Future[None]] = {}
        self._drafts = 0
        self._writers = ThreadPoolExecutor(_WRITERS, thread_name_prefix="ipfs-write")
        self._committer = ThreadPoolExecutor(1, thread_name_prefix="ipfs-commit")

    async def put(self, block: bytes, cid: Cid | None = None) -> Cid:
        """Keep a block durably; raises ``BlockTooLarge``. A block that was erased and is put again is here again."""
        if len(block) > BLOCK_LIMIT:
            raise BlockTooLarge(limit=BLOCK_LIMIT)
        name = raw_cid(block) if cid is None else cid
        if not await asyncio.to_thread(self._is_kept, name, block):
            # Whoever no longer waits must not end the writing of the others.
            await asyncio.shield(asyncio.wrap_future(self._enter(name, block)))
        self._erased.lift(name)
        return name

    async def get(self, cid: Cid) -> bytes:
        """A block; raises ``BlockMissing``, also when its file is torn, ``BlockErased`` and ``CidInvalid``."""
        return await asyncio.to_thread(self.read, cid)

    def read(self, cid: Cid) -> bytes:
        """As :meth:`get`, for whoever has a thread of its own."""
        file = self._file(cid)
        try:
            block = file.read_bytes()
        except FileNotFoundError:
            if self._erased.stands(cid):
                raise BlockErased(cid=cid) from None
            raise BlockMissing(cid=cid, asked=1) from None
        if hashlib.sha256(block).digest() != read_cid(cid).digest:
            # Out of the way, so that the next whole copy takes the place.
            file.unlink(missing_ok=True)
            raise BlockMissing(cid=cid, asked=1)
        return block

    async def has(self, cid: Cid) -> bool:
        """Whether a file of that name is here; it is held against the CID only when read."""
        return self._file(cid).exists()

    def look(self, cid: Cid) -> bool | None:
        """Whether a block is whole, ``None`` when it is not here. Changes nothing, so no running node is disturbed."""
        try:
            block = self._file(cid).read_bytes()
        except FileNotFoundError:
            return None
        return hashlib.sha256(block).digest() == read_cid(cid).digest

    def erased(self, cid: Cid) -> bool:
        """Whether the block was erased here."""
        return self._erased.stands(cid)

    async def delete(self, cid: Cid) -> None:
        """Erase a block and leave a tombstone, so that no other node's copy comes back by itself."""
        await asyncio.to_thread(self._delete, cid)

    def names(self) -> Iterator[Cid]:
        """All blocks that are here."""
        for folder in sorted(self._blocks.iterdir()):
            for file in sorted(folder.glob(f"*{_SUFFIX}")):
                yield Cid(file.name.removesuffix(_SUFFIX))

    def tombstones(self) -> Iterator[Cid]:
        """All blocks that were erased."""
        yield from self._erased

    def status(self) -> Status:
        """How many blocks are here, and their bytes."""
        sizes = [entry.stat().st_size for folder in self._blocks.iterdir() for entry in folder.glob(f"*{_SUFFIX}")]
        return Status("local", len(sizes), sum(sizes))

    async def start(self) -> None:
        """Take away what a crash left unfinished; only the node that writes here does so."""
        for draft in self._blocks.glob(f"*/*{_DRAFT}"):
            draft.unlink(missing_ok=True)

    async def close(self) -> None:
        """Finish what is under way."""
        self._committer.shutdown()
        self._writers.shutdown()

    def _delete(self, cid: Cid) -> None:
        self._erased.set(cid)
        file = self._file(cid)
        if file.exists():
            file.unlink(missing_ok=True)
            self._through(file.parent)

    def _enter(self, cid: Cid, block: bytes) -> "Future[None]":
        """Have a block written together with whatever else waits."""
        with self._lock:
            known = self._under_way.get(cid)
            if known is not None:
                return known
            if self._open is None or len(self._open) >= _TOGETHER:
                self._open = {}
                self._next = self._committer.submit(self._write, self._open)
            self._open[cid] = block
            self._under_way[cid] = self._next
            return self._next

    def _write(self, batch: dict[Cid, bytes]) -> None:
        with self._lock:
            if self._open is batch:
                self._open = None
        try:
            self._make_folders({self._file(cid).parent for cid in batch})
            drafts = list(self._writers.map(self._draft, batch.keys(), batch.values()))
            for draft, file in drafts:
                draft.replace(file)
            list(self._writers.map(self._through, {file.parent for _, file in drafts}))
        finally:
            with self._lock:
                for cid in batch:
                    self._under_way.pop(cid, None)

    def _make_folders(self, folders: Iterable[Path]) -> None:
        missing = [folder for folder in folders if not folder.exists()]
        for folder in missing:
            folder.mkdir(mode=0o700, exist_ok=True)
        if missing:
            self._through(self._blocks)

    def _draft(self, cid: Cid, block: bytes) -> tuple[Path, Path]:
        file = self._file(cid)
        with self._lock:
            self._drafts += 1
            draft = file.with_name(f"{self._drafts}{_DRAFT}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            left = memoryview(block)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        self._count()
        return draft, file

    def _through(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._count()

    def _count(self) -> None:
        with self._lock:
            self.fsyncs += 1

    def _is_kept(self, cid: Cid, block: bytes) -> bool:
        file = self._file(cid)
        with self._lock:
            if cid in self._under_way:
                return False
        try:
            return file.stat().st_size == len(block) and file.read_bytes() == block
        except FileNotFoundError:
            return False

    def _file(self, cid: Cid) -> Path:
        read_cid(cid)
        return self._blocks / cid[-3:-1] / f"{cid}{_SUFFIX}"
