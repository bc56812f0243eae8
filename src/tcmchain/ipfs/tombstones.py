"""What was erased, so that no copy of it comes back by itself."""

import os
from collections.abc import Iterator
from pathlib import Path

from tcmchain.ipfs.cid import read_cid
from tcmchain.values import Cid


class Tombstones:
    """One empty file for each block that was erased."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def set(self, cid: Cid) -> None:
        """Note, durably, that a block is erased."""
        self._file(cid).touch(mode=0o600)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def lift(self, cid: Cid) -> None:
        """Forget it, as the block was put again."""
        self._file(cid).unlink(missing_ok=True)

    def stands(self, cid: Cid) -> bool:
        """Whether a block was erased."""
        return self._file(cid).exists()

    def __iter__(self) -> Iterator[Cid]:
        yield from (Cid(name) for name in sorted(os.listdir(self._folder)))

    def _file(self, cid: Cid) -> Path:
        read_cid(cid)
        return self._folder / cid
