"""A contract small enough to be written by hand, to fill blocks with, and an account that uses it.

``put(key, value, count)`` stores ``value + i`` at ``key + i`` for each ``i < count`` and emits ``value`` under the
topic ``key``; a call of one word reads a key.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.embedded import Engine
from tcmchain.chain.signers import LocalSigner
from tcmchain.settings import Settings
from tcmchain.values import Address

CHAIN_ID = CHAIN_IDS["care"]
_RUNTIME = bytes.fromhex(
    "36602014603257604035"  # one word of input: read
    "5b8015602257600190038060203501816000350155600a56"  # as long as there is something to store
    "5b60203560005260003560206000a100"  # emit
    "5b6000355460005260206000f3"  # read
)
CODE = bytes([0x60, len(_RUNTIME), 0x60, 0x0C, 0x60, 0, 0x39, 0x60, len(_RUNTIME), 0x60, 0, 0xF3]) + _RUNTIME


def put(key: int, value: int, count: int = 1) -> bytes:
    """Input that stores."""
    return b"".join(number.to_bytes(32, "big") for number in (key, value, count))


class Account:
    """An account that numbers its own transactions."""

    def __init__(self, secret: int = 1, chain_id: int = CHAIN_ID) -> None:
        self.signer = LocalSigner(secret.to_bytes(32, "big"))
        self.address = self.signer.address
        self.nonce = 0
        self.chain_id = chain_id

    def sign(self, to: Address | None, data: bytes, gas: int = 1_000_000, nonce: int | None = None) -> str:
        """A raw transaction; with a number of its own when one is given."""
        if nonce is None:
            nonce, self.nonce = self.nonce, self.nonce + 1
        return "0x" + self.signer.sign_transaction(self.chain_id, nonce, to, data, gas).hex()


@asynccontextmanager
async def running(home: Path) -> AsyncIterator[Engine]:
    """A running engine on a folder."""
    engine = Engine("care", CHAIN_ID, home, Settings().executor)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


async def send(engine: Any, raw: str) -> str:
    """Hand in a raw transaction."""
    tx: str = await engine.request("eth_sendRawTransaction", [raw])
    return tx


async def mined(engine: Any, tx: str) -> dict[str, Any]:
    """The receipt of a transaction, once there is one."""
    for _ in range(4000):
        receipt: dict[str, Any] | None = await engine.request("eth_getTransactionReceipt", [tx])
        if receipt is not None:
            return receipt
        await asyncio.sleep(0.005)
    raise AssertionError(f"{tx} comes into no block")


async def build(engine: Any, account: Account) -> Address:
    """Create a shelf."""
    receipt = await mined(engine, await send(engine, account.sign(None, CODE)))
    assert receipt["status"] == "0x1"
    return Address(receipt["contractAddress"])


async def stored(engine: Any, shelf: Address, key: int) -> int:
    """What stands at a key."""
    return int(await engine.request("eth_call", [{"to": shelf, "data": "0x" + key.to_bytes(32, "big").hex()}]), 16)
