"""Questions that are answered from the stored blocks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from tcmchain.chain.embedded import params as read
from tcmchain.chain.embedded.blocks import unpack
from tcmchain.chain.embedded.journal import Journal
from tcmchain.chain.embedded.store import BlockRow, BlockStore, LogRow, TxRow
from tcmchain.chain.embedded.transactions import as_json, decode
from tcmchain.chain.rpc import LIMIT_EXCEEDED, RpcError

Params = Sequence[Any]
MOST_LOGS: Final = 50_000


class Reading:
    """Blocks, transactions, receipts and logs of one chain."""

    def __init__(self, store: BlockStore, journal: Journal, chain_id: int) -> None:
        self._store = store
        self._journal = journal
        self._chain_id = chain_id
        self.methods: Final[Mapping[str, Callable[[Params], Any | Awaitable[Any]]]] = {
            "eth_blockNumber": self._block_number,
            "eth_getBlockByNumber": lambda p: self._block(self._by_number(p), p[1:]),
            "eth_getBlockByHash": lambda p: self._block(self._by_hash(p), p[1:]),
            "eth_getBlockReceipts": lambda p: self._receipts(self._by_either(p)),
            "eth_getBlockTransactionCountByNumber": lambda p: self._count(self._by_number(p)),
            "eth_getBlockTransactionCountByHash": lambda p: self._count(self._by_hash(p)),
            "eth_getTransactionByBlockNumberAndIndex": lambda p: self._at(self._by_number(p), p),
            "eth_getTransactionByBlockHashAndIndex": lambda p: self._at(self._by_hash(p), p),
            "eth_getTransactionByHash": self._by_transaction_hash,
            "eth_getRawTransactionByHash": self._raw_transaction,
            "eth_getTransactionReceipt": self._receipt_of,
            "eth_getLogs": self._logs,
            "eth_getUncleCountByBlockNumber": lambda _: "0x0",
            "eth_getUncleCountByBlockHash": lambda _: "0x0",
        }

    def _block_number(self, _: Params) -> str:
        return hex(self._head())

    def _head(self) -> int:
        head = self._store.head
        return 0 if head is None else head.number

    def _by_number(self, params: Params) -> BlockRow | None:
        return self._store.by_number(read.block_number(read.parameter(params, 0), self._head()))

    def _by_hash(self, params: Params) -> BlockRow | None:
        return self._store.by_hash(read.data(read.parameter(params, 0), 32))

    def _by_either(self, params: Params) -> BlockRow | None:
        tag = read.parameter(params, 0)
        return self._by_hash(params) if isinstance(tag, str) and len(tag) == 66 else self._by_number(params)

    def _block(self, block: BlockRow | None, rest: Params) -> dict[str, Any] | None:
        if block is None:
            return None
        full = bool(rest and rest[0])
        transactions: list[Any] = (
            [self._transaction(tx, block) for tx in self._store.transactions(block.number)]
            if full
            else ["0x" + digest.hex() for digest in self._store.hashes(block.number)]
        )
        return unpack(block.header) | {"transactions": transactions}

    def _receipts(self, block: BlockRow | None) -> list[dict[str, Any]] | None:
        return None if block is None else [self._receipt(tx, block) for tx in self._store.transactions(block.number)]

    def _count(self, block: BlockRow | None) -> str | None:
        return None if block is None else hex(len(self._store.hashes(block.number)))

    def _at(self, block: BlockRow | None, params: Params) -> dict[str, Any] | None:
        index = read.quantity(read.parameter(params, 1))
        found = [] if block is None else self._store.transactions(block.number)
        return self._transaction(found[index], block) if block is not None and index < len(found) else None

    def _by_transaction_hash(self, params: Params) -> dict[str, Any] | None:
        tx = self._store.transaction(read.data(read.parameter(params, 0), 32))
        block = None if tx is None else self._store.by_number(tx.block)
        return None if tx is None or block is None else self._transaction(tx, block)

    def _raw_transaction(self, params: Params) -> str | None:
        tx = self._store.transaction(read.data(read.parameter(params, 0), 32))
        return None if tx is None else "0x" + self._journal.raws(tx.block)[tx.place].hex()

    def _receipt_of(self, params: Params) -> dict[str, Any] | None:
        tx = self._store.transaction(read.data(read.parameter(params, 0), 32))
        block = None if tx is None else self._store.by_number(tx.block)
        return None if tx is None or block is None else self._receipt(tx, block)

    def _transaction(self, tx: TxRow, block: BlockRow) -> dict[str, Any]:
        raw = self._journal.raws(tx.block)[tx.place]
        return as_json(decode(raw, self._chain_id), self._chain_id) | _where(tx, block)

    def _receipt(self, tx: TxRow, block: BlockRow) -> dict[str, Any]:
        logs = [_log_json(row) for row in self._store.logs_of(tx)] if tx.logs else []
        return unpack(tx.receipt) | _where(tx, block) | {"transactionHash": "0x" + tx.hash.hex(), "logs": logs}

    async def _logs(self, params: Params) -> list[dict[str, Any]]:
        return await asyncio.to_thread(self._find_logs, read.log_filter(params), self._head())

    def _find_logs(self, wanted: Mapping[str, Any], head: int) -> list[dict[str, Any]]:
        addresses, topics = read.addresses(wanted.get("address")), read.topics(wanted.get("topics"))
        if (digest := wanted.get("blockHash")) is not None:
            block = self._store.by_hash(read.data(digest, 32))
            if block is None:
                raise read.invalid("there is no block of that hash")
            first = last = block.number
        else:
            first = read.block_number(wanted.get("fromBlock"), head)
            last = min(read.block_number(wanted.get("toBlock"), head), head)
        if first > last:
            return []
        found = self._store.logs(first, last, addresses, MOST_LOGS + 1)
        if len(found) > MOST_LOGS:
            raise RpcError(LIMIT_EXCEEDED, f"more than {MOST_LOGS} logs: ask for fewer blocks")
        return [_log_json(row) for row in found if not topics or read.matches(topics, row.topics)]


def _where(tx: TxRow, block: BlockRow) -> dict[str, Any]:
    return {
        "blockHash": "0x" + block.hash.hex(),
        "blockNumber": hex(block.number),
        "transactionIndex": hex(tx.position),
    }


def _log_json(row: LogRow) -> dict[str, Any]:
    topics = row.topics.hex()
    return {
        "address": "0x" + row.address.hex(),
        "topics": ["0x" + topics[i : i + 64] for i in range(0, len(topics), 64)],
        "data": "0x" + row.data.hex(),
        "blockNumber": hex(row.block),
        "blockHash": "0x" + row.block_hash.hex(),
        "blockTimestamp": hex(row.timestamp),
        "transactionHash": "0x" + row.tx_hash.hex(),
        "transactionIndex": hex(row.tx_position),
        "logIndex": hex(row.position),
        "removed": False,
    }
