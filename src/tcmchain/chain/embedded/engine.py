"""An embedded chain: an EVM ledger of one operator, behind the same questions as any network."""

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tcmchain.chain.embedded import params as read
from tcmchain.chain.embedded.blocks import Block
from tcmchain.chain.embedded.errors import ChainHalted, ChainRestarting
from tcmchain.chain.embedded.heads import Heads
from tcmchain.chain.embedded.journal import Written
from tcmchain.chain.embedded.ledger import Ledger
from tcmchain.chain.embedded.reading import Reading
from tcmchain.chain.embedded.sealer import Sealer
from tcmchain.chain.embedded.store import BlockRow
from tcmchain.chain.embedded.transactions import as_json
from tcmchain.chain.rpc import METHOD_NOT_FOUND, RESOURCE_NOT_FOUND, RpcError
from tcmchain.values import ChainName

_BLOCK_AT: Final = {
    "eth_call": 1,
    "eth_estimateGas": 1,
    "eth_createAccessList": 1,
    "eth_getCode": 1,
    "eth_getBalance": 1,
    "eth_getStorageAt": 2,
}
_MOST_HISTORY: Final = 1024


class Engine:
    """One embedded chain in the folder ``home``. Implements :class:`tcmchain.chain.rpc.Rpc`."""

    def __init__(self, chain: ChainName, chain_id: int, home: Path, anvil: Path) -> None:
        self.chain = chain
        self._chain_id = chain_id
        self._ledger = Ledger(chain, chain_id, home, anvil)
        self._ledger.on_block = self._tell
        self._sealer = Sealer(self._ledger, chain_id)
        self._heads = Heads()
        self._reading: Reading | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._own: Mapping[str, Callable[[Sequence[Any]], Any | Awaitable[Any]]] = {
            "eth_sendRawTransaction": self._send,
            "eth_getTransactionCount": self._transaction_count,
            "eth_getTransactionByHash": self._transaction,
            "eth_chainId": lambda _: hex(chain_id),
            "net_version": lambda _: str(chain_id),
            "net_listening": lambda _: True,
            "web3_clientVersion": lambda _: f"tcmchain/{self._ledger.version}",
            "eth_syncing": lambda _: False,
            "eth_accounts": lambda _: [],
            "eth_gasPrice": lambda _: "0x0",
            "eth_maxPriorityFeePerGas": lambda _: "0x0",
            "eth_blobBaseFee": lambda _: "0x1",
            "eth_feeHistory": self._fee_history,
        }

    async def start(self) -> None:
        """Bring the chain to the end of its log. A chain whose records contradict each other starts halted."""
        try:
            await self._ledger.open()
        except ChainHalted:
            return
        except BaseException:
            await self._ledger.close()
            raise
        self._reading = Reading(self._ledger.store, self._ledger.journal, self._chain_id)
        self._tasks = [asyncio.create_task(self._sealer.run()), asyncio.create_task(self._ledger.watch())]

    async def stop(self) -> None:
        """Put everything taken into blocks, take a checkpoint, and end."""
        await self._sealer.drain()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._reading = None
        self._heads.close()
        await self._ledger.close()

    @property
    def head(self) -> BlockRow:
        """The newest block: ``number``, ``hash``, ``timestamp``."""
        return self._ledger.head

    @property
    def executor(self) -> str:
        """What executes the blocks, by name and version."""
        return self._ledger.version

    @property
    def written(self) -> Written:
        """What was put into the log since the start; nothing before it."""
        return self._ledger.journal.written if hasattr(self._ledger, "journal") else Written()

    @property
    def halted(self) -> str | None:
        """Why the chain does not go on; ``None`` while it does."""
        return self._ledger.halted

    def subscribe(self) -> AsyncIterator[Mapping[str, Any]]:
        """Headers of new blocks, as ``eth_subscribe`` tells them, until the chain stops."""
        return self._heads.listen()

    def _tell(self, block: Block) -> None:
        if self._heads.heard:
            self._heads.tell(block.head)

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        """Ask one question."""
        if self._reading is None:
            self._ledger.check_running()
            raise ChainRestarting(f"the chain {self.chain} is not running", chain=self.chain)
        handler = self._own.get(method) or self._reading.methods.get(method)
        if handler is not None:
            answer = handler(params)
            return await answer if inspect.isawaitable(answer) else answer
        if method in _BLOCK_AT:
            return await self._ledger.ask(method, self._at_head(method, params))
        raise RpcError(METHOD_NOT_FOUND, f"the chain has no method {method[:80]}")

    def _at_head(self, method: str, params: Sequence[Any]) -> list[Any]:
        """The parameters with the block asked for checked to be the newest: no other state is kept."""
        place = _BLOCK_AT[method]
        asked = [*params]
        read.parameter(asked, place - 1)
        tag = asked[place] if len(asked) > place else None
        if not self._is_head(tag):
            raise RpcError(RESOURCE_NOT_FOUND, 'only the newest state is kept: ask for the block "latest"')
        return [*asked[:place], "latest", *asked[place + 1 :]]

    def _is_head(self, tag: Any) -> bool:
        head = self._ledger.head
        if isinstance(tag, Mapping):
            if "blockHash" in tag:
                return read.data(tag["blockHash"], 32) == head.hash
            tag = tag.get("blockNumber")
        return read.block_number(tag, head.number) == head.number

    async def _send(self, params: Sequence[Any]) -> str:
        return "0x" + (await self._sealer.submit(read.data(read.parameter(params, 0)))).hex()

    async def _transaction_count(self, params: Sequence[Any]) -> str:
        account = read.data(read.parameter(params, 0), 20)
        tag = params[1] if len(params) > 1 else "latest"
        if tag == "pending" and (waiting := self._sealer.next_nonce(account)):
            return hex(waiting)
        if not self._is_head(tag):
            raise RpcError(RESOURCE_NOT_FOUND, 'only the newest state is kept: ask for the block "latest"')
        if sent := self._ledger.store.next_nonce(account):
            return hex(sent)
        return str(await self._ledger.ask("eth_getTransactionCount", [params[0], "latest"]))

    def _transaction(self, params: Sequence[Any]) -> Any:
        waiting = self._sealer.unsealed(read.data(read.parameter(params, 0), 32))
        assert self._reading is not None
        stored = self._reading.methods["eth_getTransactionByHash"](params)
        return as_json(waiting, self._chain_id) if stored is None and waiting is not None else stored

    def _fee_history(self, params: Sequence[Any]) -> dict[str, Any]:
        asked = read.parameter(params, 0)
        head = self._ledger.head.number
        count = asked if isinstance(asked, int) else read.quantity(asked)
        newest = min(read.block_number(params[1] if len(params) > 1 else None, head), head)
        count = max(0, min(count, newest + 1, _MOST_HISTORY))
        percentiles = params[2] if len(params) > 2 else None
        told = {
            "oldestBlock": hex(newest - count + 1),
            "baseFeePerGas": ["0x0"] * (count + 1),
            "gasUsedRatio": [0.0] * count,
        }
        return told if not percentiles else told | {"reward": [["0x0"] * len(percentiles)] * count}
