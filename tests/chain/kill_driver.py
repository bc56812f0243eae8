"""Kills a chain again and again at random moments and has each successor check what its predecessor acknowledged.

Run as a program, so that nothing of the test runner is forked: ``kill_driver.py <home> <kills> <seed>``. Prints what
was done as JSON, or ends with an error.
"""

import asyncio
import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

from tests.chain.shelf import Account, Engine, build, mined, put, running, send

from tcmchain.chain.embedded import ledger
from tcmchain.values import Address

_ACKNOWLEDGED = b"A"
_VERIFIED = b"V"
_FAILED = b"F"
_MESSAGE = 33
_IN_FLIGHT = 12


async def _live(home: Path, acknowledged: list[str], shelf: Address, account: Account, told: int) -> None:
    """Check the predecessor's promises, then promise as fast as the chain allows until killed."""
    async with running(home) as engine:
        await _verify(engine, acknowledged)
        os.write(told, _VERIFIED + engine.head.hash)
        account.nonce = int(await engine.request("eth_getTransactionCount", [account.address, "pending"]), 16)
        while True:
            raws = [account.sign(shelf, put(i, account.nonce + 1)) for i in range(_IN_FLIGHT)]
            for sent in [asyncio.create_task(send(engine, raw)) for raw in raws]:
                tx = await sent
                os.write(told, _ACKNOWLEDGED + bytes.fromhex(tx[2:]))


async def _verify(engine: Engine, acknowledged: list[str]) -> None:
    assert engine.halted is None, engine.halted
    places = []
    for tx in acknowledged:
        receipt = await engine.request("eth_getTransactionReceipt", [tx])
        assert receipt is not None, f"lost: {tx}"
        assert receipt["status"] == "0x1", f"failed: {tx}"
        told = await engine.request("eth_getTransactionByHash", [tx])
        places.append((int(told["nonce"], 16), int(receipt["blockNumber"], 16), int(receipt["transactionIndex"], 16)))
    assert sorted(places) == sorted(places, key=lambda place: place[1:]), "the order changed"


def _child(home: Path, acknowledged: list[str], shelf: Address, account: Account, told: int) -> None:
    try:
        asyncio.run(_live(home, acknowledged, shelf, account, told))
    except BaseException as error:
        os.write(told, _FAILED + repr(error).encode()[:32].ljust(32))
        sys.stderr.write(f"{error!r}\n")
    finally:
        os._exit(1)


class Driver:
    """Forks chains and kills them."""

    def __init__(self, home: Path, seed: int) -> None:
        self._home = home
        self._random = random.Random(seed)
        self._account = Account()
        self._acknowledged: list[str] = []
        self.lives = self.verified = self.kills = self.promises = 0

    def found(self) -> None:
        """Make the chain and its contract."""

        async def made() -> Address:
            async with running(self._home) as engine:
                return await build(engine, self._account)

        self._shelf = asyncio.run(made())

    def live(self) -> None:
        """One life: started, killed in parts or whole at random moments, its promises noted."""
        reading, writing = os.pipe()
        # Every successor checks the newest promises, and every tenth all of them.
        promises = self._acknowledged if self.lives % 10 == 0 else self._acknowledged[-500:]
        child = os.fork()
        if child == 0:
            _child(self._home, promises, self._shelf, self._account, writing)
        os.close(writing)
        self.lives += 1
        told = b""
        # Some die while they start or replay; the others once they have begun to promise.
        if self._random.random() < 0.7:
            told += self._read(reading, 20, until=_VERIFIED)
        told += self._read(reading, self._random.random() * 0.15)
        if self._random.random() < 0.4:
            self._kill_executor()
            told += self._read(reading, self._random.random() * 0.3)
        os.kill(child, signal.SIGKILL)
        self.kills += 1
        told += self._read(reading, 20)
        os.waitpid(child, 0)
        os.close(reading)
        self._note(told)

    def _read(self, reading: int, seconds: float, until: bytes | None = None) -> bytes:
        told, deadline = b"", time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([reading], [], [], left)[0]:
                break
            part = os.read(reading, 1 << 16)
            if not part:
                break
            told += part
            if until is not None and until in {told[i : i + 1] for i in range(0, len(told), _MESSAGE)}:
                break
        return told

    def _kill_executor(self) -> None:
        name = "executor.pid" if self._random.random() < 0.75 else "empty-ledger.pid"
        try:
            os.kill(int((self._home / name).read_text(encoding="ascii").split()[0]), signal.SIGKILL)
            self.kills += 1
        except (OSError, ValueError, IndexError):
            return

    def _note(self, told: bytes) -> None:
        for at in range(0, len(told) - _MESSAGE + 1, _MESSAGE):
            kind, body = told[at : at + 1], told[at + 1 : at + _MESSAGE]
            if kind == _FAILED:
                raise SystemExit(f"life {self.lives}: {body.decode(errors='replace')}")
            if kind == _VERIFIED:
                self.verified += 1
            else:
                self._acknowledged.append("0x" + body.hex())
                self.promises += 1

    def end(self) -> int:
        """The last life, which ends in peace; answers its height."""

        async def checked() -> int:
            async with running(self._home) as engine:
                await _verify(engine, self._acknowledged)
                receipt = await mined(engine, await send(engine, await self._next(engine)))
                return int(receipt["blockNumber"], 16)

        return asyncio.run(checked())

    async def _next(self, engine: Engine) -> str:
        nonce = int(await engine.request("eth_getTransactionCount", [self._account.address, "pending"]), 16)
        return self._account.sign(self._shelf, put(1, 1), nonce=nonce)


def main(home: Path, kills: int, seed: int) -> None:
    """Drive until so many kills are done."""
    # Checkpoints often enough that some deaths fall into one.
    ledger._DUE_WHEN_BUSY = 400  # type: ignore[misc]
    driver = Driver(home, seed)
    driver.found()
    while driver.kills < kills:
        driver.live()
    height = driver.end()
    told = {"kills": driver.kills, "lives": driver.lives, "verified": driver.verified}
    print(json.dumps(told | {"promises": driver.promises, "height": height}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
