"""A node's blocks as its settings say."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tcmchain.ipfs.kubo import Kubo, KuboBlocks
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.sources import Blocks, Source

FOLDER = "ipfs"


def open_blocks(
    home: Path,
    backend: Literal["local", "kubo"] = "local",
    rpc: Sequence[str] = (),
    token: str | None = None,
    sources: Sequence[Source] = (),
) -> Blocks:
    """The blocks of the node in ``home``, with other nodes behind them."""
    folder = home / FOLDER
    if backend == "local":
        return Blocks(LocalBlocks(folder), sources)
    own, *copies = (Kubo(url, token) for url in rpc)
    return Blocks(KuboBlocks(own, copies, folder), sources)
