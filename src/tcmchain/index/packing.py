"""Log entries of a block as one compressed row: mostly zeros and repetitions, they shrink to a tenth."""

import zlib
from collections.abc import Sequence
from typing import Any, Final

import orjson

from tcmchain.chain.events import RawLog
from tcmchain.index.in_force import INSTALLED
from tcmchain.values import Address, BlockNumber, ChainName, Hash32, UnixTime

_FAST: Final = 1


def packed(logs: Sequence[RawLog]) -> dict[str, Any]:
    """The row of a block's entries."""
    first = logs[0]
    content = [(log.index, log.tx, log.address, log.topics, log.data) for log in logs]
    return {
        "chain": first.chain,
        "block": first.block,
        "hash": first.block_hash,
        "timestamp": first.timestamp,
        "installs": any(log.topics and log.topics[0] == INSTALLED for log in logs),
        "logs": zlib.compress(orjson.dumps(content), _FAST),
    }


def unpacked(chain: ChainName, row: Any) -> list[RawLog]:
    """The entries of a row."""
    return [
        RawLog(
            chain,
            Address(address),
            tuple(topics),
            data,
            BlockNumber(row.block),
            Hash32(row.hash),
            UnixTime(row.timestamp),
            Hash32(tx),
            index,
        )
        for index, tx, address, topics, data in orjson.loads(zlib.decompress(row.logs))
    ]
