"""Makes blocks: collects transactions, logs them together, acknowledges, executes."""

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

from tcmchain.chain.embedded.errors import ChainHalted, ChainRestarting, LogUnwritable, TransactionRefused
from tcmchain.chain.embedded.journal import Record
from tcmchain.chain.embedded.ledger import Ledger
from tcmchain.chain.embedded.transactions import BLOCK_GAS, Identity, Transaction, decode
from tcmchain.errors import TooMany

_MAX_WAITING: Final = 10_000
_BLOCK_TRANSACTIONS: Final = 500
_BLOCK_BYTES: Final = 4 * 1024 * 1024
_IDLE_SECONDS: Final = 2.0
_NONCES_KEPT: Final = 20_000


class ChainFull(TooMany):
    """More transactions wait for a block than the chain holds: ``chain``."""

    code = "chain-full"


@dataclass(frozen=True, slots=True)
class _Waiting:
    tx: Transaction
    logged: "asyncio.Future[bytes]"


class Sealer:
    """Takes raw transactions for one chain and makes blocks of them."""

    def __init__(self, ledger: Ledger, chain_id: int) -> None:
        self._ledger = ledger
        self._chain_id = chain_id
        self._queue: deque[_Waiting] = deque()
        self._unsealed: dict[bytes, _Waiting] = {}
        self._nonces: dict[bytes, int] = {}
        self._arrived = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self._stopping = False

    async def submit(self, raw: bytes) -> bytes:
        """Take a transaction; answers its hash once it is in the log on the disk.

        Everything up to the queue happens without a pause, so transactions are taken in the order of the calls.
        """
        self._ledger.check_running()
        if self._stopping:
            raise ChainRestarting(f"the chain {self._ledger.chain} is stopping", chain=self._ledger.chain)
        tx = decode(raw, self._chain_id)
        if (waiting := self._unsealed.get(tx.hash)) is not None:
            return await asyncio.shield(waiting.logged)
        self._check_nonce(tx)
        if self._ledger.store.transaction(tx.hash) is not None:
            return tx.hash
        if len(self._queue) >= _MAX_WAITING:
            raise ChainFull(f"the chain {self._ledger.chain} has no room now", chain=self._ledger.chain)
        waiting = _Waiting(tx, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._unsealed[tx.hash] = waiting
        self._nonces[tx.sender] = tx.nonce + 1
        self._settled.clear()
        self._arrived.set()
        return await asyncio.shield(waiting.logged)

    def _check_nonce(self, tx: Transaction) -> None:
        expected = self.next_nonce(tx.sender)
        if tx.nonce > expected:
            raise TransactionRefused(f"nonce too high: next nonce {expected}, tx nonce {tx.nonce}")
        if tx.nonce < expected and self._ledger.store.transaction(tx.hash) is None:
            raise TransactionRefused(f"nonce too low: next nonce {expected}, tx nonce {tx.nonce}")

    def next_nonce(self, sender: bytes) -> int:
        """Number of an account's next transaction, those waiting included."""
        known = self._nonces.get(sender)
        return self._ledger.store.next_nonce(sender) if known is None else known

    def unsealed(self, digest: bytes) -> Transaction | None:
        """A transaction that is in the log, or on its way there, but in no block yet."""
        waiting = self._unsealed.get(digest)
        return None if waiting is None else waiting.tx

    async def run(self) -> None:
        """Make blocks until cancelled or halted."""
        while self._ledger.halted is None:
            if not self._queue:
                self._settled.set()
                await self._idle()
                continue
            async with self._ledger.turn:
                await self._seal(self._take())
                await self._ledger.checkpoint(idle=False)
        self._fail(self._queue, ChainHalted(self._ledger.chain, self._ledger.halted))
        self._settled.set()

    async def _idle(self) -> None:
        self._arrived.clear()
        try:
            await asyncio.wait_for(self._arrived.wait(), _IDLE_SECONDS)
        except TimeoutError:
            if len(self._nonces) > _NONCES_KEPT:
                self._nonces.clear()
            async with self._ledger.turn:
                await self._ledger.checkpoint(idle=True)

    def _take(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        gas = size = 0
        while self._queue and len(taken) < _BLOCK_TRANSACTIONS:
            tx = self._queue[0].tx
            gas += tx.gas
            size += len(tx.raw)
            if taken and (gas > BLOCK_GAS or size > _BLOCK_BYTES):
                break
            taken.append(self._queue.popleft())
        return taken

    async def _seal(self, taken: list[_Waiting]) -> None:
        head = self._ledger.head
        timestamp = max(int(time.time()), head.timestamp)
        record = Record(head.number + 1, timestamp, head.hash, tuple(waiting.tx.raw for waiting in taken))

        def acknowledge() -> None:
            for waiting in taken:
                if not waiting.logged.done():
                    waiting.logged.set_result(waiting.tx.hash)

        try:
            identities = [Identity(waiting.tx.hash, waiting.tx.nonce) for waiting in taken]
            await self._ledger.append(record, identities, acknowledge)
        except sqlite3.Error as error:
            self._unwritable(taken, error)
        finally:
            for waiting in taken:
                self._unsealed.pop(waiting.tx.hash, None)
        self._forget_left_out(record.number, taken)

    def _unwritable(self, taken: list[_Waiting], error: sqlite3.Error) -> None:
        """Refuse everything that waits, as each may stand on one that is not in the log."""
        chain = self._ledger.chain
        self._fail(taken, LogUnwritable(f"the log of {chain} takes nothing: {error}", chain=chain, reason=str(error)))
        self._fail(self._queue, LogUnwritable(f"the log of {chain} takes nothing", chain=chain, reason=str(error)))
        self._nonces.clear()
        with contextlib.suppress(sqlite3.Error):
            if self._ledger.journal.last == self._ledger.head.number:
                return
        self._ledger.halt(f"it is not known what the log holds after a failed write: {error}")

    def _forget_left_out(self, number: int, taken: list[_Waiting]) -> None:
        if self._ledger.halted is not None:
            return  # what waits is told why once the loop ends
        sealed = set(self._ledger.store.hashes(number))
        senders = {waiting.tx.sender for waiting in taken if waiting.tx.hash not in sealed}
        if not senders:
            return
        for sender in senders:
            self._nonces.pop(sender, None)
        stale = [waiting for waiting in self._queue if waiting.tx.sender in senders]
        self._queue = deque(waiting for waiting in self._queue if waiting.tx.sender not in senders)
        self._fail(stale, TransactionRefused("nonce too high: a transaction before this one was left out"))

    def _fail(self, waiting: "list[_Waiting] | deque[_Waiting]", error: Exception) -> None:
        for one in list(waiting):
            self._unsealed.pop(one.tx.hash, None)
            if not one.logged.done():
                one.logged.set_exception(error)
                one.logged.exception()
        waiting.clear()

    async def drain(self) -> None:
        """Take nothing more and wait until everything taken is in a block."""
        self._stopping = True
        await self._settled.wait()
