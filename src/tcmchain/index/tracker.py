"""How far a transaction is: submitted, confirmed, indexed."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tcmchain.chain.client import ChainClient, Receipt
from tcmchain.chain.failures import Failures
from tcmchain.errors import NotFound, TcmChainError
from tcmchain.index.indexing import Index
from tcmchain.values import BlockNumber, ChainName, Hash32

State = Literal["unknown", "submitted", "confirmed", "indexed", "failed"]
_REMEMBERED: Final = 4_096


class ChainUnknown(NotFound):
    """The node follows no chain of this name: ``chain``."""

    code = "chain-unknown"


@dataclass(frozen=True, slots=True)
class WriteState:
    """What became of a transaction; ``code``, ``message`` and ``details`` tell why one failed."""

    state: State
    block: BlockNumber | None = None
    code: str | None = None
    message: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class Tracker:
    """Follows transactions for those who sent them."""

    def __init__(self, clients: Mapping[ChainName, ChainClient], index: Index, failures: Failures) -> None:
        self._clients = clients
        self._index = index
        self._failures = failures
        self._failed: OrderedDict[tuple[ChainName, Hash32], tuple[BlockNumber, TcmChainError]] = OrderedDict()

    async def state(self, chain: ChainName, tx: Hash32) -> WriteState:
        """How far a transaction is; raises :class:`ChainUnknown`."""
        client = self._clients.get(chain)
        if client is None:
            raise ChainUnknown(chain=chain)
        receipt = await client.receipt(tx)
        if receipt is None:
            known = await client.transaction(tx) is not None
            return WriteState("submitted" if known else "unknown")
        if not receipt.ok:
            return await self._failure(chain, receipt)
        indexed = receipt.block <= self._index.head(chain)
        return WriteState("indexed" if indexed else "confirmed", receipt.block)

    async def _failure(self, chain: ChainName, receipt: Receipt) -> WriteState:
        key = chain, receipt.tx
        block, reason = self._failed.get(key, (None, None))
        if reason is None or block != receipt.block:
            # Found while it is fresh: later the same call may be taken.
            reason = await self._failures.reason(chain, receipt.tx)
            self._failed[key] = receipt.block, reason
            while len(self._failed) > _REMEMBERED:
                self._failed.popitem(last=False)
        return WriteState("failed", receipt.block, reason.code, str(reason), reason.details)
