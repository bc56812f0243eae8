"""One chain, asked in Python's own types over any JSON-RPC door."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tcmchain.chain.abi import checksum
from tcmchain.chain.events import RawLog
from tcmchain.chain.rpc import Rpc, RpcError
from tcmchain.errors import Conflict, NotFound
from tcmchain.values import Address, BlockNumber, ChainName, Hash32, UnixTime


class Reverted(Conflict):
    """A contract refused; ``data`` is what it reverted with."""

    code = "reverted"

    def __init__(self, message: str, data: bytes) -> None:
        super().__init__(message, data="0x" + data.hex())
        self.data = data


class BlockUnknown(NotFound):
    """The chain has no such block."""

    code = "block-unknown"


@dataclass(frozen=True, slots=True)
class Block:
    """The header of a block."""

    number: BlockNumber
    hash: Hash32
    parent: Hash32
    timestamp: UnixTime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction that is in a block."""

    tx: Hash32
    block: BlockNumber
    block_hash: Hash32
    ok: bool
    gas_used: int
    sender: Address
    to: Address | None
    created: Address | None


class ChainClient:
    """Typed questions to one chain.

    Every method raises :class:`tcmchain.errors.Unavailable` when the door does not answer and ``RpcError`` when it
    refuses.
    """

    def __init__(self, name: ChainName, rpc: Rpc) -> None:
        self.name = name
        self.rpc = rpc
        self._chain_id: int | None = None

    async def chain_id(self) -> int:
        """EIP-155 chain id, asked once."""
        if self._chain_id is None:
            self._chain_id = int(await self.rpc.request("eth_chainId", []), 16)
        return self._chain_id

    async def head(self) -> Block:
        """The newest block."""
        return await self._header("latest")

    async def block(self, number: int) -> Block:
        """A block's header; raises :class:`BlockUnknown`."""
        return await self._header(hex(number))

    async def blocks(self, numbers: Sequence[int]) -> list[Block]:
        """Several headers, asked at the same time."""
        return list(await asyncio.gather(*(self.block(number) for number in numbers)))

    async def _header(self, tag: str) -> Block:
        found = await self.rpc.request("eth_getBlockByNumber", [tag, False])
        if found is None:
            raise BlockUnknown(f"no block {tag} on {self.name}", chain=self.name, block=tag)
        return Block(
            BlockNumber(int(found["number"], 16)),
            Hash32(found["hash"]),
            Hash32(found["parentHash"]),
            UnixTime(int(found["timestamp"], 16)),
        )

    async def logs(self, first: int, last: int, addresses: Sequence[Address] | None = None) -> list[RawLog]:
        """Log entries of the blocks ``first`` to ``last`` (both included) in chain order, with block times."""
        wanted: dict[str, Any] = {"fromBlock": hex(first), "toBlock": hex(last)}
        if addresses is not None:
            wanted["address"] = list(addresses)
        found = await self.rpc.request("eth_getLogs", [wanted])
        times = await self._times(found)
        logs = [self._log(entry, times) for entry in found if not entry.get("removed")]
        logs.sort(key=lambda log: (log.block, log.index))
        return logs

    async def _times(self, entries: Sequence[Mapping[str, Any]]) -> dict[str, UnixTime]:
        """Block times of entries by block number's hex; nodes differ in whether a log tells its own."""
        times = {e["blockNumber"]: UnixTime(int(e["blockTimestamp"], 16)) for e in entries if e.get("blockTimestamp")}
        missing = sorted({e["blockNumber"] for e in entries} - times.keys())
        blocks = await self.blocks([int(number, 16) for number in missing])
        times.update((number, block.timestamp) for number, block in zip(missing, blocks, strict=True))
        return times

    def _log(self, entry: Mapping[str, Any], times: Mapping[str, UnixTime]) -> RawLog:
        return RawLog(
            self.name,
            checksum(entry["address"]),
            tuple(entry["topics"]),
            entry["data"],
            BlockNumber(int(entry["blockNumber"], 16)),
            Hash32(entry["blockHash"]),
            times[entry["blockNumber"]],
            Hash32(entry["transactionHash"]),
            int(entry["logIndex"], 16),
        )

    async def call(self, to: Address, data: bytes, sender: Address | None = None, block: int | None = None) -> bytes:
        """Run a call without a transaction; raises :class:`Reverted`."""
        wanted = {"to": to, "data": "0x" + data.hex()}
        if sender is not None:
            wanted["from"] = sender
        try:
            found = await self.rpc.request("eth_call", [wanted, "latest" if block is None else hex(block)])
        except RpcError as error:
            _raise_reverted(error)
            raise
        return bytes.fromhex(found[2:])

    async def gas_price(self) -> int:
        """What the network asks for a unit of gas in wei; 0 on zero-gas networks."""
        return int(await self.rpc.request("eth_gasPrice", []), 16)

    async def send(self, raw: bytes) -> Hash32:
        """Hand in a signed transaction."""
        return Hash32(await self.rpc.request("eth_sendRawTransaction", ["0x" + raw.hex()]))

    async def nonce(self, account: Address) -> int:
        """Number of the account's next transaction, those waiting included."""
        return int(await self.rpc.request("eth_getTransactionCount", [account, "pending"]), 16)

    async def code(self, account: Address) -> bytes:
        """The code that stands at an address, empty if none."""
        return bytes.fromhex((await self.rpc.request("eth_getCode", [account, "latest"]))[2:])

    async def transaction(self, tx: Hash32) -> Mapping[str, Any] | None:
        """A transaction as the node tells it; ``None`` when it is not known."""
        found: Mapping[str, Any] | None = await self.rpc.request("eth_getTransactionByHash", [tx])
        return found

    async def receipt(self, tx: Hash32) -> Receipt | None:
        """What became of a transaction; ``None`` while it is not in a block."""
        found = await self.rpc.request("eth_getTransactionReceipt", [tx])
        if found is None or found.get("blockNumber") is None:
            return None
        return Receipt(
            tx=tx,
            block=BlockNumber(int(found["blockNumber"], 16)),
            block_hash=Hash32(found["blockHash"]),
            ok=int(found["status"], 16) == 1,
            gas_used=int(found["gasUsed"], 16),
            sender=checksum(found["from"]),
            to=checksum(found["to"]) if found.get("to") else None,
            created=checksum(found["contractAddress"]) if found.get("contractAddress") else None,
        )


def _raise_reverted(error: RpcError) -> None:
    """Raise :class:`Reverted` when ``error`` is one: told by its data, whichever error number the node gives it."""
    data = error.data
    if isinstance(data, str) and data.startswith("0x"):
        raise Reverted(error.message, bytes.fromhex(data[2:])) from error
    if error.rpc_code == 3:
        raise Reverted(error.message, b"") from error
