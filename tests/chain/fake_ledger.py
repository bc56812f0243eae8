"""A chain in memory that takes transactions as strictly as the embedded one: every number must be the next."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import rlp
from eth_account import Account
from eth_utils.crypto import keccak

from tcmchain.chain.client import ChainClient
from tcmchain.chain.rpc import RpcError
from tcmchain.values import ChainName

CONTRACT = "0x" + "22" * 20
CHAIN_ID = 720101


@dataclass(slots=True)
class FakeLedger:
    """``taken`` are (sender, number, calldata) in the order in which they came; ``faults`` are raised one by one.

    ``mixes_up`` lets transactions overtake each other on their way.
    """

    name: ChainName = "care"
    price: int = 0
    taken: list[tuple[str, int, bytes]] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    transactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    revert: str | None = None
    pending: int = 0
    most_pending: int = 0
    in_block: bool = True
    mixes_up: bool = False
    _came: int = 0

    def client(self) -> ChainClient:
        return ChainClient(self.name, self)

    def number(self, account: str) -> int:
        return sum(1 for sender, _, _ in self.taken if sender == account)

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        if method == "eth_sendRawTransaction":
            return await self._take(params[0])
        if method == "eth_call" and self.revert is not None:
            raise RpcError(3, "execution reverted", self.revert)
        answers = {
            "eth_chainId": lambda: hex(CHAIN_ID),
            "eth_gasPrice": lambda: hex(self.price),
            "eth_getTransactionCount": lambda: hex(self.number(params[0])),
            "eth_getTransactionReceipt": lambda: self.receipts.get(params[0]) if self.in_block else None,
            "eth_getTransactionByHash": lambda: self.transactions.get(params[0]),
            "eth_call": lambda: "0x",
        }
        return answers[method]()

    async def _take(self, raw: str) -> str:
        if self.faults:
            raise self.faults.pop(0)
        self._came += 1
        if self.mixes_up:
            await asyncio.sleep(0.001 * (self._came * 7 % 5))
        sender = Account.recover_transaction(raw)
        number, price, gas, to, _, data, *_ = rlp.decode(bytes.fromhex(raw[2:]))
        given = int.from_bytes(number, "big")
        expected = self.number(sender)
        if given != expected:
            raise RpcError(-32003, f"nonce too {'low' if given < expected else 'high'}", None)
        assert int.from_bytes(price, "big") >= self.price
        self.taken.append((sender, given, data))
        self.pending += 1
        self.most_pending = max(self.most_pending, self.pending)
        await asyncio.sleep(0)
        self.pending -= 1
        tx = "0x" + keccak(hexstr=raw).hex()
        ok = self.revert is None
        self.transactions[tx] = {"from": sender, "to": "0x" + to.hex() if to else None, "input": "0x" + data.hex()}
        created = "0x" + keccak(rlp.encode([bytes.fromhex(sender[2:]), given]))[12:].hex() if not to else None
        self.receipts[tx] = {
            "blockNumber": hex(len(self.taken)),
            "blockHash": "0x" + "ab" * 32,
            "status": hex(int(ok)),
            "gasUsed": hex(int.from_bytes(gas, "big")),
            "from": sender,
            "to": "0x" + to.hex() if to else None,
            "contractAddress": created,
        }
        return tx
