"""The contract RewardToken: its one call for members, and what its refusals mean."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.errors import TcmChainError
from tcmchain.rewards import model
from tcmchain.values import MemberId, Points

NAME: Final = "RewardToken"
CHAIN: Final = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "RewardTokenNotInForce": model.NotInForce,
        "RewardTokenInsufficient": model.TooFewPoints,
        "RewardTokenNotRegulator": model.NotRegulator,
        "RewardTokenOwnPurse": model.OwnPurse,
        "RewardTokenUnknownMember": model.UnknownMember,
        "RewardTokenNothing": model.NoPoints,
        "RewardTokenFactsTooLong": model.ReasonTooLong,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""


class RewardTokenCalls:
    """Typed calls of the contract; whoever holds the key signs them."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def allot(self, member: MemberId, amount: Points, note: str) -> Call:
        """Give a member points out of the reserve."""
        return self._contracts.call(CHAIN, NAME, "allot", member, amount, model.write_reason(note))
