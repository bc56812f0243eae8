"""Blocks and files that the tests of the kit make."""

import hashlib
from collections.abc import AsyncIterator, Iterator

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from tcmchain.ipfs.errors import BlockMissing
from tcmchain.ipfs.sources import PeerSilent
from tcmchain.values import Cid

MIB = 1 << 20
_PART = 1 << 18


def keystream(size: int, seed: str) -> Iterator[bytes]:
    """The bytes that Kubo's own tests make of a seed: ChaCha20 under its SHA-256, counter and nonce zero."""
    key = hashlib.sha256(seed.encode()).digest()
    stream = Cipher(algorithms.ChaCha20(key, bytes(16)), mode=None).encryptor()
    while size:
        part = min(size, _PART)
        yield stream.update(bytes(part))
        size -= part


async def flowing(parts: Iterator[bytes] | list[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


class LyingPeer:
    """A source that gives what it likes."""

    def __init__(self, name: str, block: bytes | None = None, silent: bool = False) -> None:
        self.name = name
        self.block = block
        self.silent = silent
        self.asked = 0

    async def fetch(self, cid: Cid) -> bytes:
        self.asked += 1
        if self.silent:
            raise PeerSilent(cid=cid)
        if self.block is None:
            raise BlockMissing(cid=cid)
        return self.block
