"""The embedded chains: a durable log, and anvil to execute it."""

from tcmchain.chain.embedded.engine import Engine
from tcmchain.chain.embedded.errors import ChainHalted, ChainInUse, ChainRestarting, TransactionRefused

__all__ = ["ChainHalted", "ChainInUse", "ChainRestarting", "Engine", "TransactionRefused"]
