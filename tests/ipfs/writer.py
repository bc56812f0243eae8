"""Keeps blocks as fast as it can and says the CID of each that was acknowledged; made to be killed.

Run as a program: ``python -m tests.ipfs.writer <folder>``.
"""

import asyncio
import os
import sys
from pathlib import Path

from tcmchain.ipfs.local import LocalBlocks

_AT_ONCE = 16


async def _write(folder: Path) -> None:
    store = LocalBlocks(folder)
    await store.start()
    while True:
        for done in asyncio.as_completed([store.put(os.urandom(200_000)) for _ in range(_AT_ONCE)]):
            os.write(1, f"{await done}\n".encode())


if __name__ == "__main__":
    asyncio.run(_write(Path(sys.argv[1])))
