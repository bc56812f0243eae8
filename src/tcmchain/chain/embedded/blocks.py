"""What an executed block looks like, cut from the executor's JSON into what the store keeps."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

_FROM_THE_STORE: Final = ("logs", "blockHash", "blockNumber", "blockTimestamp", "transactionHash", "transactionIndex")


@dataclass(frozen=True, slots=True)
class Log:
    """An entry that a contract emitted."""

    address: bytes
    topics: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Executed:
    """A transaction in its block; ``place`` is where it stands in the log's record."""

    hash: bytes
    place: int
    sender: bytes
    nonce: int
    created: bytes | None
    receipt: bytes
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block with everything in it."""

    number: int
    hash: bytes
    parent: bytes
    timestamp: int
    header: bytes
    transactions: tuple[Executed, ...]

    @property
    def head(self) -> dict[str, Any]:
        """The header as ``newHeads`` tells it."""
        return unpack(self.header)


def pack(told: Mapping[str, Any]) -> bytes:
    """JSON, compressed."""
    return zlib.compress(orjson.dumps(told), 1)


def unpack(packed: bytes) -> dict[str, Any]:
    """What :func:`pack` packed."""
    told: dict[str, Any] = orjson.loads(zlib.decompress(packed))
    return told


def block_of(
    told: Mapping[str, Any], receipts: Sequence[Mapping[str, Any]], places: Mapping[str, tuple[int, int]]
) -> Block:
    """Read a block as the executor tells it; ``places`` are place and nonce by a transaction's hash."""
    return Block(
        number=int(told["number"], 16),
        hash=_raw(told["hash"]),
        parent=_raw(told["parentHash"]),
        timestamp=int(told["timestamp"], 16),
        header=pack({name: value for name, value in told.items() if name != "transactions"}),
        transactions=tuple(_executed(receipt, *places[receipt["transactionHash"]]) for receipt in receipts),
    )


def _executed(receipt: Mapping[str, Any], place: int, nonce: int) -> Executed:
    created = receipt.get("contractAddress")
    return Executed(
        hash=_raw(receipt["transactionHash"]),
        place=place,
        sender=_raw(receipt["from"]),
        nonce=nonce,
        created=_raw(created) if created and receipt["status"] == "0x1" else None,
        receipt=pack({name: value for name, value in receipt.items() if name not in _FROM_THE_STORE}),
        logs=tuple(
            Log(_raw(log["address"]), b"".join(_raw(topic) for topic in log["topics"]), _raw(log["data"]))
            for log in receipt["logs"]
        ),
    )


def _raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])
