"""One chain's log, executed: whatever happens to the executor, its state is that of the log's last record."""

import asyncio
import fcntl
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from tcmchain.chain.embedded.blocks import Block
from tcmchain.chain.embedded.checkpoints import Checkpoint, Checkpoints
from tcmchain.chain.embedded.errors import (
    ChainHalted,
    ChainInUse,
    ChainRestarting,
    Contradiction,
    ExecutorLost,
    ExecutorMissing,
)
from tcmchain.chain.embedded.executor import Executor
from tcmchain.chain.embedded.journal import Journal, Record
from tcmchain.chain.embedded.store import BlockRow, BlockStore
from tcmchain.chain.embedded.transactions import Identity, identify
from tcmchain.chain.rpc import RpcError
from tcmchain.values import ChainName

_LOG: Final = logging.getLogger(__name__)
_ATTEMPTS: Final = 5
_READ_ATTEMPTS: Final = 3
_PATIENCE: Final = 30
_MOVED_ON: Final = "BlockOutOfRange"
_WORK_OF_A_BLOCK: Final = 5
_DUE_WHEN_BUSY: Final = 10_000
_DUE_WHEN_IDLE: Final = 500


class Ledger:
    """Log, blocks, checkpoints and executor of one chain. ``turn`` is held by whoever makes blocks or checkpoints."""

    def __init__(self, chain: ChainName, chain_id: int, home: Path, anvil: Path) -> None:
        self.chain = chain
        self.turn = asyncio.Lock()
        self.halted: str | None = None
        self.version = ""
        self.on_block: Callable[[Block], None] = lambda _: None
        self._home = home
        self._anvil = anvil
        self._executor = Executor(chain_id, home, anvil)
        self._lock: TextIO | None = None
        self._at = 0
        self._work = 0
        self._ready = asyncio.Event()
        self._lost = asyncio.Event()
        self._doubted: set[int] = set()
        self._saving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the files, start the executor and replay; afterwards the chain stands at the log's end, or halted."""
        if not self._anvil.exists():
            raise ExecutorMissing(f"{self._anvil} is not there", path=str(self._anvil), reason="not installed")
        self._home.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self._home / "lock")
        self._checkpoints = Checkpoints(self._home / "checkpoints")
        try:
            self.journal = Journal(self._home / "log.db")
            self.store = _open_store(self._home / "blocks.db")
            self._cut_torn_record()
        except sqlite3.DatabaseError as error:
            self.halted = f"its files cannot be read: {error}"
            raise ChainHalted(self.chain, self.halted) from error
        async with self.turn:
            await self.catch_up()

    def _cut_torn_record(self) -> None:
        number = self.journal.torn()
        head = self.store.head
        if number is None or (head is not None and head.number >= number):
            return
        _LOG.warning("the last record of the log of %s, %d, is torn and was never acknowledged", self.chain, number)
        self.journal.cut(number)

    @property
    def head(self) -> BlockRow:
        """The newest block."""
        found = self.store.head
        if found is None:
            raise ChainRestarting(f"the chain {self.chain} is starting", chain=self.chain)
        return found

    def check_running(self) -> None:
        """Raise :class:`ChainHalted` when the chain is."""
        if self.halted is not None:
            raise ChainHalted(self.chain, self.halted)

    def halt(self, reason: str) -> None:
        """Stop making blocks for good; what is stored can still be read."""
        _LOG.error("the chain %s is halted: %s", self.chain, reason)
        self.halted = reason
        self._ready.set()

    async def append(self, record: Record, identities: Sequence[Identity], acknowledge: Callable[[], None]) -> None:
        """Log a record, acknowledge it, and execute it; the turn is held."""
        await asyncio.to_thread(self.journal.append, record)
        acknowledge()
        try:
            if self._executor.alive and self._at == record.number - 1:
                await self._apply(record, identities)
                return
        except ExecutorLost as error:
            await self._down(error)
        except (Contradiction, sqlite3.Error) as error:
            self.halt(str(error))
            return
        await self.catch_up()

    async def catch_up(self) -> None:
        """Bring the executor to the log's end, starting it anew as often as it takes; the turn is held."""
        failures = 0
        while self.halted is None:
            before = self._at
            try:
                await self._replay()
                return
            except ExecutorLost as error:
                failures = 1 if self._at > before else failures + 1
                await self._down(error)
                if failures >= _ATTEMPTS:
                    self.halt(f"the executor keeps failing: {error}")
            except ExecutorMissing as error:
                self.halt(str(error))
            except (Contradiction, sqlite3.Error) as error:
                self.halt(str(error))

    async def _down(self, error: ExecutorLost) -> None:
        _LOG.warning("the executor of %s is started anew: %s", self.chain, error)
        self._ready.clear()
        await self._executor.kill()

    async def _replay(self) -> None:
        if not self._executor.alive:
            await self._start_executor()
        last = self.journal.last
        if self.head.number > last:
            raise Contradiction(f"the log ends at record {last}, but block {self.head.number} is stored")
        if self._at < last:
            for record in self.journal.read(self._at + 1):
                await self._apply(record, [identify(raw) for raw in record.raws])
        self._lost.clear()
        self._ready.set()

    async def _start_executor(self) -> None:
        await self._executor.kill()
        await self._executor.start()
        self.version = await self._executor.version()
        genesis = await self._executor.genesis()
        kept = self.store.by_number(0)
        if kept is None:
            self.store.add(genesis)
        elif kept.hash != genesis.hash:
            raise Contradiction("the stored chain begins with another block 0")
        self._at = await self._load()
        self._work = 0

    async def _load(self) -> int:
        """Load the newest checkpoint that fits the log; answers its block."""
        for checkpoint in await asyncio.to_thread(lambda: list(self._checkpoints.valid())):
            kept = self.store.by_number(checkpoint.number)
            if kept is None or kept.hash != checkpoint.hash or checkpoint.number > self.journal.last:
                continue
            newest = await self._executor.load(checkpoint.state, self.store.creations(checkpoint.number))
            if newest != checkpoint.hash:
                raise Contradiction(f"the checkpoint of block {checkpoint.number} holds another block")
            return checkpoint.number
        return 0

    async def _apply(self, record: Record, identities: Sequence[Identity]) -> None:
        outcome = await self._executor.execute(record, identities)
        block, kept = outcome.block, self.store.by_number(record.number)
        expected = kept.hash if kept is not None else self.journal.parent(record.number + 1)
        if outcome.refused and expected is None and record.number not in self._doubted:
            # Validation leaves nothing to refuse, so a failing executor is the likelier cause: ask a fresh one.
            self._doubted.add(record.number)
            raise ExecutorLost(f"it left transactions out of block {record.number}: {dict(outcome.refused)}")
        if block.parent != record.parent or (expected is not None and block.hash != expected):
            told = (expected or record.parent).hex()
            raise Contradiction(f"block {record.number} executes to {block.hash.hex()}, but the log says {told}")
        for digest, reason in outcome.refused.items():
            _LOG.error("block %d of %s leaves out %s: %s", record.number, self.chain, digest, reason)
        if kept is None:
            await asyncio.to_thread(self.store.add, block)
            self.on_block(block)
        self._at = record.number
        self._work += len(record.raws) + _WORK_OF_A_BLOCK

    async def checkpoint(self, idle: bool) -> None:
        """Take a checkpoint when enough was executed since the last; the turn is held."""
        saving = self._saving is not None and not self._saving.done()
        if self.halted or saving or self._work < (_DUE_WHEN_IDLE if idle else _DUE_WHEN_BUSY):
            return
        head = self.head
        try:
            state = await self._executor.dump()
        except (ExecutorLost, Contradiction) as error:
            _LOG.warning("no checkpoint of %s at block %d: %s", self.chain, head.number, error)
            return
        self._work = 0
        self._saving = asyncio.create_task(self._save(Checkpoint(head.number, head.hash, state)))

    async def _save(self, checkpoint: Checkpoint) -> None:
        try:
            await asyncio.to_thread(self.store.flush)
            await asyncio.to_thread(self._checkpoints.save, checkpoint)
        except (OSError, sqlite3.Error) as error:
            _LOG.warning("no checkpoint of %s at block %d: %s", self.chain, checkpoint.number, error)

    async def ask(self, method: str, params: Sequence[Any]) -> Any:
        """Ask the executor about the newest state, waiting while it is started anew."""
        for _ in range(_READ_ATTEMPTS):
            self.check_running()
            try:
                await self._wait_ready()
                self.check_running()
                return await self._executor.ask(method, params)
            except ExecutorLost:
                self._ready.clear()
                self._lost.set()
            except RpcError as error:
                # The newest block moved on between the executor's looking it up and reading its state.
                if _MOVED_ON not in error.message:
                    raise
        raise ChainRestarting(f"the chain {self.chain} is restarting", chain=self.chain)

    async def _wait_ready(self) -> None:
        try:
            await asyncio.wait_for(self._ready.wait(), _PATIENCE)
        except TimeoutError:
            raise ChainRestarting(f"the chain {self.chain} is restarting", chain=self.chain) from None

    async def watch(self) -> None:
        """Start the executor anew whenever it ends; runs until cancelled."""
        while self.halted is None:
            await _first(self._executor.ended, self._lost.wait)
            async with self.turn:
                if not self._executor.alive:
                    await self._down(ExecutorLost("it ended"))
                    await self.catch_up()
                self._lost.clear()
                self._ready.set()

    async def close(self) -> None:
        """Take a last checkpoint, end the executor and close the files, whatever fails."""
        try:
            async with self.turn:
                if self._ready.is_set():
                    await self.checkpoint(idle=True)
            if self._saving is not None:
                await self._saving
        finally:
            await self._release()

    async def _release(self) -> None:
        self._ready.clear()
        await self._executor.kill()
        for name in ("journal", "store"):
            if hasattr(self, name):
                getattr(self, name).close()
        if self._lock is not None:
            self._lock.close()


async def _first(*waits: Callable[[], Awaitable[Any]]) -> None:
    tasks = [asyncio.ensure_future(wait()) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


def _lock(path: Path) -> TextIO:
    file = path.open("w", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise ChainInUse(f"another node uses {path.parent}", home=str(path.parent)) from error
    return file


def _open_store(path: Path) -> BlockStore:
    try:
        return BlockStore(path)
    except sqlite3.DatabaseError as error:
        _LOG.warning("%s cannot be read and is built anew: %s", path.name, error)
        for file in path.parent.glob(path.name + "*"):
            file.unlink()
        return BlockStore(path)
