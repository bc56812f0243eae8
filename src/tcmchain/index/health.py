"""How a chain and what is indexed of it are doing."""

from typing import Any

from tcmchain.chain.client import ChainClient
from tcmchain.chain.embedded import Engine
from tcmchain.errors import TcmChainError
from tcmchain.index.indexing import Index


async def health_of(client: ChainClient, index: Index, engine: Engine | None) -> dict[str, Any]:
    """Head of a chain, how many blocks the index is behind it, what stands behind the chain, and any trouble."""
    trouble = index.trouble(client.name)
    head: int | None = None
    try:
        head = (await client.head()).number
    except TcmChainError as error:
        trouble = str(error)
    indexed = int(index.head(client.name))
    return {
        "ok": trouble is None,
        "head": head,
        "indexed": indexed,
        "lag": None if head is None else max(0, head - indexed),
        "ledger": "network" if engine is None else "embedded",
        "engine": "external network" if engine is None else engine.executor,
        "trouble": trouble,
    }
