"""The door ``/rpc/<chain>``: JSON-RPC for wallets and tools, denied by default."""

from tcmchain.chain.door.quota import AskedTooMuch, Limits
from tcmchain.chain.door.routes import router

__all__ = ["AskedTooMuch", "Limits", "router"]
