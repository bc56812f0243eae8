"""Putting contracts on a chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import rlp  # type: ignore[import-untyped]
from eth_utils.crypto import keccak

from tcmchain.chain.abi import checksum
from tcmchain.chain.artifacts import Artifact
from tcmchain.values import Address, ChainName

_GAS: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Deployment:
    """One contract to be put on a chain; ``data`` is its code with the constructor's arguments."""

    chain: ChainName
    contract: str
    data: bytes
    gas: int = _GAS


def deployment(chain: ChainName, contract: str, arguments: Sequence[Any]) -> Deployment:
    """Deployment of a compiled contract; raises ``ArtifactUnknown`` or ``MalformedData``."""
    return Deployment(chain, contract, Artifact.load(contract).deployment(*arguments))


def created_address(account: Address, nonce: int) -> Address:
    """Where the contract stands that ``account`` deploys with its transaction number ``nonce``."""
    return checksum("0x" + keccak(rlp.encode([bytes.fromhex(account[2:]), nonce]))[12:].hex())
