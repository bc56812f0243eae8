"""The contract Epcis: its one call, and what its refusals mean."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.epcis.model import refusals
from tcmchain.errors import TcmChainError
from tcmchain.values import ChainName, Hash32, MemberId

NAME: Final = "Epcis"
CHAIN: Final[ChainName] = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "EpcisNothing": refusals.NothingToAnchor,
        "EpcisWrongBatch": refusals.WrongBatch,
        "EpcisAnchoredAlready": refusals.AnchoredAlready,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""


class EpcisCalls:
    """Typed calls of the contract, and its answers."""

    def __init__(self, contracts: Contracts, client: ChainClient) -> None:
        self._contracts = contracts
        self._client = client

    def anchor(self, root: bytes, count: int, batch: int) -> Call:
        """Anchor the root of so many observations as a member's batch."""
        return self._contracts.call(CHAIN, NAME, "anchor", Hash32("0x" + root.hex()), count, batch)

    async def last_batch(self, member: MemberId) -> int:
        """Number of a member's last batch, 0 if there is none."""
        (found,) = await self._contracts.ask(self._client, NAME, "lastBatch", member)
        return int(found)

    async def anchored(self, member: MemberId, batch: int) -> Hash32:
        """The root of a member's batch, zero if there is none."""
        (found,) = await self._contracts.ask(self._client, NAME, "anchored", member, batch)
        return Hash32(found)
