"""Trees come in from packers and from other members' nodes, and prove single units."""

import logging
import time
from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import Lock
from typing import Final

from starlette.concurrency import run_in_threadpool

from tcmchain.errors import TcmChainError, TooLarge
from tcmchain.units.model.codes import Serial
from tcmchain.units.model.errors import TreeMissing, TreeTorn
from tcmchain.units.readmodel.trees import Proof, TreeStore
from tcmchain.values import Hash32

Peer = Callable[[Hash32], AbstractContextManager[Iterator[bytes]]]
"""Streams a tree file from another node; raises a ``TcmChainError`` when it has none."""

_PATIENCE: Final = 60.0
_LONGEST: Final = 120.0

_log = logging.getLogger(__name__)


class Trees:
    """A node's trees. ``limit`` is how many bytes one file may have."""

    def __init__(
        self, store: TreeStore, peers: Sequence[Peer], limit: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._peers = peers
        self._limit = limit
        self._now = now
        self._fetching = Lock()
        self._missed: dict[Hash32, float] = {}

    async def receive(self, stream: AsyncIterable[bytes]) -> tuple[Hash32, int]:
        """Take in a tree file as it comes; answers the root that this node computed, and the count of units.

        Raises ``TreeTorn``, ``TooLarge`` and ``StoreFull``.
        """
        with self._store.draft() as draft:
            size = 0
            async for part in stream:
                size = self._counted(size, part)
                draft.write(part)
            return await run_in_threadpool(self._store.keep, draft)

    def has(self, root: Hash32) -> bool:
        """Whether this node has a tree."""
        return self._store.has(root)

    def count(self, root: Hash32) -> int:
        """How many units a tree at this node has; raises ``TreeMissing``."""
        return self._store.count(root)

    def here(self, root: Hash32, serial: Serial) -> bool:
        """Whether a tree at this node has a serial; no peer is asked."""
        return self._store.has(root) and self._store.proof(root, serial) is not None

    def entries(self, root: Hash32) -> tuple[Path, int]:
        """The file of a tree, and how much of it is what its maker sent; raises ``TreeMissing``."""
        return self._store.entries(root)

    def proof(self, root: Hash32, serial: Serial) -> Proof | None:
        """The proof of a serial, ``None`` when the tree has no such unit.

        A tree that is not here is asked of the peers first, once a minute; raises ``TreeMissing`` when none has it.
        """
        if not self._store.has(root):
            self._fetch(root)
        return self._store.proof(root, serial)

    def _fetch(self, root: Hash32) -> None:
        # Whoever comes meanwhile is not to wait for a peer: anybody can ask, and the node's threads are few.
        if not self._fetching.acquire(blocking=False):
            raise TreeMissing(root=root)
        try:
            if self._store.has(root):
                return
            if self._now() - self._missed.get(root, -_PATIENCE) < _PATIENCE:
                raise TreeMissing(root=root)
            for peer in self._peers:
                with suppress(TcmChainError):
                    self._take_over(root, peer)
                    return
            self._missed[root] = self._now()
            raise TreeMissing(root=root)
        finally:
            self._fetching.release()

    def _take_over(self, root: Hash32, peer: Peer) -> None:
        until = self._now() + _LONGEST
        with self._store.draft() as draft, peer(root) as stream:
            size = 0
            for part in stream:
                if self._now() > until:
                    _log.warning("a peer takes too long to give tree %s", root)
                    raise TreeMissing(root=root)
                size = self._counted(size, part)
                draft.write(part)
            try:
                self._store.keep(draft, root)
            except TreeTorn:
                _log.warning("a peer gave another tree than %s", root)
                raise

    def _counted(self, size: int, part: bytes) -> int:
        size += len(part)
        if size > self._limit:
            raise TooLarge(limit=self._limit)
        return size
