"""Contract events as they stand on a chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tcmchain.values import Address, BlockNumber, ChainName, Hash32, UnixTime


@dataclass(frozen=True, slots=True)
class Event:
    """One decoded log entry.

    ``args`` maps the parameter names of the ABI to values: bytesN and addresses as hex text (addresses
    checksummed), integers as ``int``, structs as tuples in ABI order.
    """

    chain: ChainName
    contract: str
    name: str
    args: Mapping[str, Any]
    address: Address
    block: BlockNumber
    timestamp: UnixTime
    tx: Hash32
    index: int


@dataclass(frozen=True, slots=True)
class RawLog:
    """One log entry as a node answers it: ``topics`` and ``data`` are lower-case ``0x`` hex text."""

    chain: ChainName
    address: Address
    topics: tuple[str, ...]
    data: str
    block: BlockNumber
    block_hash: Hash32
    timestamp: UnixTime
    tx: Hash32
    index: int
