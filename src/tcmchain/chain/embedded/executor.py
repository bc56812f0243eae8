"""anvil as a machine that executes blocks: no mining of its own, no fees, no accounts, no history.

It is forked from a second, empty anvil, as a forked one computes no state root: a block costs the same at 100,000
stored lots as at none (docs/decisions/0001-executor.md).
"""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tcmchain.chain.embedded.blocks import Block, block_of
from tcmchain.chain.embedded.errors import Contradiction, ExecutorLost, ExecutorMissing
from tcmchain.chain.embedded.journal import Record
from tcmchain.chain.embedded.pipe import Pipe, result
from tcmchain.chain.embedded.process import Process
from tcmchain.chain.embedded.transactions import BLOCK_GAS, Identity
from tcmchain.chain.rpc import RpcError

GENESIS_TIME: Final = 1_767_225_600
_READERS: Final = 4
_COMMON: Final = (
    *("--accounts", "0", "--no-mining", "--order", "fifo", "--hardfork", "cancun", "--gas-price", "0"),
    *("--block-base-fee-per-gas", "0", "--disable-min-priority-fee", "--gas-limit", str(BLOCK_GAS)),
    *("--host", "127.0.0.1", "--no-cors", "--quiet", "--no-request-size-limit", "--threads", "2"),
)
_FORKED: Final = (
    *("--fork-block-number", "0", "--no-storage-caching", "--retries", "0", "--no-rate-limit"),
    *("--prune-history", "--transaction-block-keeper", "16"),
)
# What anvil says of a question when the empty ledger is gone.
_SIGNS_OF_LOSS: Final = ("Fork Error", "tcp connect error", "error sending request")
_CREATION: Final = {"data": "0x", "gas": "0x100000", "gasPrice": "0x0"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A block as executed; ``refused`` tells the executor's reason by the hash of each transaction it left out."""

    block: Block
    refused: Mapping[str, str]


class Executor:
    """The two processes of a chain and the connections to them."""

    def __init__(self, chain_id: int, home: Path, anvil: Path) -> None:
        self._chain_id = chain_id
        self._home = home
        self._anvil = anvil
        self._processes: list[Process] = []
        self._writer: Pipe | None = None
        self._readers: list[Pipe] = []
        self._turns = itertools.cycle(range(_READERS))

    async def start(self) -> None:
        """Start both processes at block 0; raises ``ExecutorMissing``, or ``ExecutorLost`` when one ends meanwhile."""
        common = [*_COMMON, "--chain-id", str(self._chain_id)]
        empty = await Process.start(
            self._anvil, [*common, "--timestamp", str(GENESIS_TIME)], self._home / "empty-ledger.pid"
        )
        self._processes.append(empty)
        try:
            forked = await Process.start(
                self._anvil,
                [*common, *_FORKED, "--fork-url", f"http://127.0.0.1:{empty.port}"],
                self._home / "executor.pid",
            )
        except ExecutorMissing as error:
            if empty.alive:
                raise
            raise ExecutorLost("the empty ledger ended as the executor started") from error
        self._processes.append(forked)
        try:
            self._writer = await Pipe.connect(forked.port)
            self._readers = [await Pipe.connect(forked.port) for _ in range(_READERS)]
        except OSError as error:
            raise ExecutorLost("the executor ended as it started") from error

    async def kill(self) -> None:
        """End both processes."""
        for pipe in [*self._readers, *([self._writer] if self._writer else [])]:
            pipe.close()
        self._writer, self._readers = None, []
        for process in reversed(self._processes):
            await process.kill()
        self._processes = []

    @property
    def alive(self) -> bool:
        """Whether both processes run and are connected."""
        running = len(self._processes) == 2 and all(process.alive for process in self._processes)
        pipes = [*self._readers, *([self._writer] if self._writer else [])]
        return running and len(pipes) == _READERS + 1 and all(pipe.open for pipe in pipes)

    async def ended(self) -> None:
        """Wait until one of the processes has ended."""
        waits = [asyncio.ensure_future(process.ended()) for process in self._processes]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def ask(self, method: str, params: Sequence[Any]) -> Any:
        """Ask about the newest state, beside the blocks being executed."""
        pipes = self._readers
        if not pipes:
            raise ExecutorLost("the executor is not running")
        first = next(self._turns)
        pipe = min((pipes[(first + i) % len(pipes)] for i in range(len(pipes))), key=lambda p: p.load)
        try:
            return await pipe.request(method, params)
        except RpcError as error:
            if any(sign in error.message for sign in _SIGNS_OF_LOSS):
                raise ExecutorLost(error.message) from error
            raise

    async def execute(self, record: Record, identities: Sequence[Identity]) -> Outcome:
        """Execute a record's transactions as one block."""
        pipe = self._pipe()
        sent = [pipe.ask("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in record.raws]
        number = hex(record.number)
        steps = (
            pipe.ask("evm_setNextBlockTimestamp", [record.timestamp]),
            pipe.ask("evm_mine", []),
            pipe.ask("eth_getBlockByNumber", [number, False]),
            pipe.ask("eth_getBlockReceipts", [number]),
        )
        told, receipts = [await _answer(step) for step in steps][2:]
        if told is None or receipts is None:
            raise Contradiction(f"the executor has no block {record.number} after executing it")
        places = {"0x" + tx.hash.hex(): (place, tx.nonce) for place, tx in enumerate(identities)}
        refused = {digest: await _refusal(sent[place]) for digest, (place, _) in places.items()}
        for digest in told["transactions"]:
            refused.pop(digest, None)
        if refused:
            await _answer(pipe.ask("anvil_dropAllTransactions", []))
        return Outcome(block_of(told, receipts, places), refused)

    async def genesis(self) -> Block:
        """Block 0."""
        told = await _answer(self._pipe().ask("eth_getBlockByNumber", ["0x0", False]))
        return block_of(told, [], {})

    async def dump(self) -> bytes:
        """The whole state, compressed; meant for a moment between two blocks."""
        return bytes.fromhex((await _answer(self._pipe().ask("anvil_dumpState", [])))[2:])

    async def load(self, state: bytes, creations: Sequence[tuple[bytes, int]]) -> bytes:
        """Take over a dumped state; answers the newest block's hash.

        Contracts of ``creations`` (account and nonce) are created empty first: the executor then knows that their
        storage is all here, and does not ask the empty ledger about each slot that it meets for the first time.
        """
        pipe = self._pipe()
        asked = []
        for account, nonce in creations:
            sender = "0x" + account.hex()
            asked += [
                pipe.ask("anvil_impersonateAccount", [sender]),
                pipe.ask("anvil_setNonce", [sender, hex(nonce)]),
                pipe.ask("eth_sendTransaction", [_CREATION | {"from": sender, "nonce": hex(nonce)}]),
                pipe.ask("evm_mine", []),
                pipe.ask("anvil_stopImpersonatingAccount", [sender]),
            ]
        asked.append(pipe.ask("anvil_loadState", ["0x" + state.hex()]))
        for answer in asked:
            await _answer(answer)
        newest = await _answer(pipe.ask("eth_getBlockByNumber", ["latest", False]))
        return bytes.fromhex(newest["hash"][2:])

    async def version(self) -> str:
        """The executor's name and version."""
        return str(await _answer(self._pipe().ask("web3_clientVersion", [])))

    def _pipe(self) -> Pipe:
        if self._writer is None:
            raise ExecutorLost("the executor is not running")
        return self._writer


async def _answer(answer: "asyncio.Future[bytes]") -> Any:
    """The answer to one of the engine's own questions, which a sound executor has no reason to refuse.

    One that does has most likely lost the empty ledger behind it, so it is as good as gone.
    """
    try:
        return result(await answer)
    except RpcError as error:
        raise ExecutorLost(f"the executor refuses a step: {error.message}") from error


async def _refusal(answer: "asyncio.Future[bytes]") -> str:
    try:
        result(await answer)
    except RpcError as error:
        return error.message
    return "left out of the block"
