"""The contracts RewardToken, Rewards and Claims: calls, what members witness, and what refusals mean."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from types import MappingProxyType
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.typed_data import Fields, TypedData
from tcmchain.errors import TcmChainError
from tcmchain.rewards import model
from tcmchain.rewards.model import errors
from tcmchain.rewards.model.earnings import Claim
from tcmchain.values import Address, ChainName, Hash32, MemberId, Points, UnixTime

NAME: Final = "RewardToken"
CHAIN: Final[ChainName] = "care"
EARNED_NAME: Final = "Rewards"
EARNED_CHAIN: Final[ChainName] = "pharmacy"
CLAIMS_NAME: Final = "Claims"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "RewardTokenNotInForce": model.NotInForce,
        "RewardTokenInsufficient": model.TooFewPoints,
        "RewardTokenNotRegulator": model.NotRegulator,
        "RewardTokenOwnPurse": model.OwnPurse,
        "RewardTokenUnknownMember": model.UnknownMember,
        "RewardTokenNothing": model.NoPoints,
        "RewardTokenFactsTooLong": model.ReasonTooLong,
        "RewardsNotInForce": errors.DeedNotInForce,
        "RewardsUnknown": errors.EarningUnknown,
        "RewardsEarnedAlready": errors.EarnedAlready,
        "RewardsNotVoter": errors.NotVoter,
        "RewardsVotedAlready": errors.VotedAlready,
        "RewardsNothing": errors.NoReason,
        "ClaimsNothing": errors.NothingToClaim,
        "ClaimsLapsed": errors.ClaimLapsed,
        "ClaimsCapped": errors.ClaimsCapped,
        "WitnessesTooFew": errors.TooFewWitnesses,
        "WitnessesRefused": errors.WitnessRefused,
    }
)
"""One error of the contracts, one class here; the arguments become details under the same names."""

_CLAIM: Final[Fields] = (
    ("chain", "uint256"),
    ("source", "address"),
    ("account", "address"),
    ("total", "uint256"),
    ("notAfter", "uint64"),
)


class RewardTokenCalls:
    """Typed calls of the contract; whoever holds the key signs them."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def allot(self, member: MemberId, amount: Points, note: str) -> Call:
        """Give a member points out of the reserve."""
        return self._contracts.call(CHAIN, NAME, "allot", member, amount, model.write_reason(note))


def typed_claim(claim: Claim, chain_id: int, contract: Address) -> TypedData:
    """What a member that bears witness signs."""
    domain = {"name": "TCM Chain Claims", "version": "1", "chainId": chain_id, "verifyingContract": contract}
    message = {name: value for (name, _), value in zip(_CLAIM, astuple(claim), strict=True)}
    return TypedData(domain, {"Claim": _CLAIM}, "Claim", message)


class EarningsCalls:
    """Typed calls of Rewards on ``pharmacy`` and Claims on ``care``."""

    def __init__(self, contracts: Contracts, pharmacy: ChainClient, care: ChainClient) -> None:
        self._contracts = contracts
        self._pharmacy = pharmacy
        self._care = care

    def claw_back(self, earning: Hash32, reason: Hash32) -> Call:
        """Want an earning back, as a member that votes; ``reason`` is the SHA-256 of why."""
        return self._contracts.call(EARNED_CHAIN, EARNED_NAME, "clawBack", earning, reason)

    async def typed(
        self, source: Address, account: Address, total: Points, not_after: UnixTime
    ) -> tuple[Claim, TypedData]:
        """A claim on what a contract Rewards has counted, and what is signed of it."""
        claim = Claim(await self._pharmacy.chain_id(), source, account, total, not_after)
        return claim, typed_claim(claim, await self._care.chain_id(), self._contracts.address(CHAIN, CLAIMS_NAME))

    def claim(self, claim: Claim, signatures: Sequence[str]) -> Call:
        """Have a claim paid, with its witnesses in the order of their members; anybody may."""
        raw = [bytes.fromhex(one.removeprefix("0x")) for one in signatures]
        return self._contracts.call(CHAIN, CLAIMS_NAME, "claim", astuple(claim), raw)
