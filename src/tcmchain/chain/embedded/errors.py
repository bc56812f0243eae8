"""What can go wrong with an embedded chain."""

from typing import ClassVar

from tcmchain.chain.rpc import REFUSED, RpcError
from tcmchain.errors import Conflict, Unavailable
from tcmchain.values import ChainName


class ExecutorLost(Unavailable):
    """The executor's process ended, or its connection broke, before it answered."""

    code: ClassVar[str] = "executor-lost"


class ExecutorMissing(Unavailable):
    """The executor's program is not there or does not start: ``path``, ``reason``."""

    code: ClassVar[str] = "executor-missing"


class ChainHalted(Unavailable):
    """The chain does not go on, as its own records contradict each other: ``chain``, ``reason``."""

    code: ClassVar[str] = "chain-halted"

    def __init__(self, chain: ChainName, reason: str) -> None:
        super().__init__(f"the chain {chain} is halted: {reason}", chain=chain, reason=reason)
        self.reason = reason


class ChainRestarting(Unavailable):
    """The chain is starting, restarting or stopping; ask again in a moment: ``chain``."""

    code: ClassVar[str] = "chain-restarting"


class LogUnwritable(Unavailable):
    """The chain's log takes no record now, as when the disk is full: ``chain``, ``reason``."""

    code: ClassVar[str] = "log-unwritable"


class ChainInUse(Conflict):
    """Another node runs on the same folder: ``home``."""

    code: ClassVar[str] = "chain-in-use"


class TransactionRefused(RpcError):
    """A transaction that the chain does not take, refused before it is logged."""

    code: ClassVar[str] = "transaction-refused"

    def __init__(self, message: str) -> None:
        super().__init__(REFUSED, message)


class Contradiction(Exception):
    """Inside the engine: a record, a block or a checkpoint is not what another one says it is."""
