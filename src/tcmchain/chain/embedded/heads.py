"""New blocks, handed to whoever listens."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

_ROOM: Final = 10_000


class Heads:
    """Listeners to one chain's new blocks. One that does not keep up is ended, and may listen anew."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Mapping[str, Any] | None]] = set()

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def tell(self, header: Mapping[str, Any]) -> None:
        """Hand a new block's header to every listener."""
        for listener in list(self._listeners):
            if listener.qsize() >= _ROOM:
                self._end(listener)
            else:
                listener.put_nowait(header)

    def listen(self) -> AsyncIterator[Mapping[str, Any]]:
        """Headers of the blocks made from now on, until the chain stops."""
        queue: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue()
        self._listeners.add(queue)
        return self._follow(queue)

    async def _follow(self, queue: "asyncio.Queue[Mapping[str, Any] | None]") -> AsyncIterator[Mapping[str, Any]]:
        try:
            while (header := await queue.get()) is not None:
                yield header
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End every listener."""
        for listener in list(self._listeners):
            self._end(listener)

    def _end(self, listener: "asyncio.Queue[Mapping[str, Any] | None]") -> None:
        self._listeners.discard(listener)
        listener.put_nowait(None)
