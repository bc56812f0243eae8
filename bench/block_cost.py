"""What a block of one transaction costs when 100,000 lots are stored, and how the executor was chosen.

Lots of five slots each are commissioned through the contract in batches, then single commissions are timed from the
moment the engine takes them until their block is stored. Beside it, in the same run, the same executor without its
empty fork parent (the plain way to run anvil) gets as many slots, and its blocks are timed.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from eth_utils.crypto import keccak

from measured import keep
from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.embedded import Engine
from tcmchain.chain.embedded.pipe import Pipe, result
from tcmchain.chain.embedded.process import Process
from tcmchain.chain.signers import LocalSigner
from tcmchain.settings import Settings
from tcmchain.values import Address

LOTS: Final = 100_000
BATCH: Final = 500
TIMED: Final = 60
TARGET_MS: Final = 50

# put(key, value, count): stores value at count keys from key on
_RUNTIME: Final = bytes.fromhex(
    "36602014603257604035"
    "5b8015602257600190038060203501816000350155600a56"
    "5b60203560005260003560206000a100"
    "5b6000355460005260206000f3"
)
_SLOTS: Final = 5


def _code() -> bytes:
    size = len(_RUNTIME)
    return bytes([0x60, size, 0x60, 0x0C, 0x60, 0, 0x39, 0x60, size, 0x60, 0, 0xF3]) + _RUNTIME


def _store(first: int, count: int) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in (first * _SLOTS, first + 1, count * _SLOTS))


async def _mined(engine: Engine, tx: str) -> dict[str, Any]:
    while True:
        receipt: dict[str, Any] | None = await engine.request("eth_getTransactionReceipt", [tx])
        if receipt is not None:
            assert receipt["status"] == "0x1", receipt
            return receipt
        await asyncio.sleep(0.0005)


async def _ours(folder: Path) -> dict[str, Any]:
    engine = Engine("care", CHAIN_IDS["care"], folder / "care", Settings().executor)
    await engine.start()
    signer, chain = LocalSigner(b"\1" * 32), CHAIN_IDS["care"]
    nonce = 0

    async def send(to: Address | None, data: bytes, gas: int) -> dict[str, Any]:
        nonlocal nonce
        raw = signer.sign_transaction(chain, nonce, to, data, gas)
        nonce += 1
        return await _mined(engine, await engine.request("eth_sendRawTransaction", ["0x" + raw.hex()]))

    place = Address((await send(None, _code(), 1_000_000))["contractAddress"])
    at: dict[int, float] = {}
    for first in range(0, LOTS, BATCH):
        if first in (0, LOTS // 4, LOTS // 2):
            at[first] = await _timed(send, place, 10_000_000 + first)
        await send(place, _store(first, BATCH), 100_000_000)
    at[LOTS] = await _timed(send, place, 20_000_000)
    await engine.stop()
    return {str(lots): round(milliseconds, 2) for lots, milliseconds in at.items()}


async def _timed(send: Any, place: Address, first: int) -> float:
    taken = []
    for turn in range(TIMED):
        started = time.perf_counter()
        await send(place, _store(first + turn, 1), 1_000_000)
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


async def _plain(folder: Path) -> float:
    """A block of one transaction on an anvil that keeps a state root, in milliseconds."""
    flags = ["--accounts", "1", "--no-mining", "--order", "fifo", "--hardfork", "cancun", "--gas-price", "0"]
    flags += ["--block-base-fee-per-gas", "0", "--disable-min-priority-fee", "--gas-limit", "3000000000", "--quiet"]
    process = await Process.start(Settings().executor, flags, folder / "plain.pid")
    pipe = await Pipe.connect(process.port)

    async def ask(method: str, *params: Any) -> Any:
        return result(await pipe.ask(method, list(params)))

    (account,) = await ask("eth_accounts")
    await ask(
        "eth_sendTransaction", {"from": account, "data": "0x" + _code().hex(), "gas": "0xf4240", "gasPrice": "0x0"}
    )
    await ask("evm_mine")
    place = "0x" + keccak(b"\xd6\x94" + bytes.fromhex(account[2:]) + b"\x80")[12:].hex()

    async def store(first: int, count: int) -> float:
        call = {
            "from": account,
            "to": place,
            "data": "0x" + _store(first, count).hex(),
            "gas": hex(100_000_000),
            "gasPrice": "0x0",
        }
        started = time.perf_counter()
        await ask("eth_sendTransaction", call)
        await ask("evm_mine")
        return (time.perf_counter() - started) * 1000

    for first in range(0, LOTS, BATCH):
        await store(first, BATCH)
    taken = [await store(10_000_000 + turn, 1) for turn in range(20)]
    pipe.close()
    await process.kill()
    return statistics.median(taken)


async def _measure(folder: Path) -> tuple[dict[str, Any], float]:
    return await _ours(folder), await _plain(folder)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, plain = asyncio.run(_measure(Path(folder)))
    cost = ours[str(LOTS)]
    keep(
        "block_cost",
        milliseconds_by_lots_stored=ours,
        milliseconds_at_100000_lots=cost,
        plain_executor_milliseconds=round(plain, 2),
        ratio_to_plain_executor=round(cost / plain, 3),
        target_milliseconds=TARGET_MS,
        reached=cost <= TARGET_MS,
    )


if __name__ == "__main__":
    main()
