"""What a service wants done on a chain, before anybody has signed it."""

from dataclasses import dataclass
from typing import Any

from tcmchain.values import Address, ChainName


@dataclass(frozen=True, slots=True)
class Call:
    """One contract call: built by a service, signed by whoever holds the key.

    ``arguments`` are in ABI order (bytes32 and addresses as hex text, tuples for structs); ``data`` is the
    calldata as ``0x`` hex; ``gas`` is a sufficient gas limit.
    """

    chain: ChainName
    contract: str
    function: str
    arguments: tuple[Any, ...]
    to: Address
    data: str
    gas: int
