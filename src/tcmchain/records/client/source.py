"""A clear body to be written, from memory or from a file."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

_PIECE: Final = 1 << 20


class Source:
    """Bytes of a body, from memory or a file, as often as they are wanted."""

    def __init__(self, body: bytes | Path) -> None:
        self._body = body
        self.size = len(body) if isinstance(body, bytes) else body.stat().st_size

    def digest(self) -> bytes:
        """SHA-256 of all of it."""
        if isinstance(self._body, bytes):
            return hashlib.sha256(self._body).digest()
        with self._body.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if isinstance(self._body, bytes):
            for at in range(0, len(self._body), _PIECE):
                yield self._body[at : at + _PIECE]
            return
        with self._body.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece
