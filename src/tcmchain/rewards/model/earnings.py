"""What a deed earned, when it vests, and the rules of the contract in numbers that people can read."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from tcmchain.values import Address, Hash32, MemberId, Points, UnixTime

DAY: Final = 86_400


class Deed(IntEnum):
    """What earns points; numbers are those of the contract."""

    SHARING = 1
    REVIEWING = 2

    @property
    def word(self) -> str:
        """The deed as doors spell it."""
        return self.name.lower()


class EarningState(StrEnum):
    """How an earning stands at a moment."""

    VESTING = "vesting"
    VESTED = "vested"
    CAPPED = "capped"
    CANCELLED = "cancelled"
    CLAWED_BACK = "clawed-back"


@dataclass(frozen=True, slots=True)
class Rules:
    """The constants of the contracts Rewards and Claims; a test holds them against the source."""

    sharing: int = 50_000
    reviewing: int = 2_000
    sharing_vests: int = 90 * DAY
    reviewing_vests: int = 30 * DAY
    period: int = 30 * DAY
    sharings_of_account: int = 4
    reviews_of_account: int = 4
    reviews_at_member: int = 2_000
    reviews_of_formula_a_day: int = 50
    likeness: int = 800_000
    claims_a_period: int = 100_000_000


RULES: Final = Rules()


@dataclass(frozen=True, slots=True)
class Earning:
    """What a deed earned; ``about`` is the formula shared or the review's id. ``votes`` are for taking it back."""

    id: Hash32
    account: Address
    deed: Deed
    amount: Points
    vests: UnixTime
    about: Hash32
    happened: UnixTime
    tx: Hash32
    cancelled: bool
    clawed_back: bool
    votes: int

    def state(self, now: int) -> EarningState:
        """How it stands at a moment."""
        if self.clawed_back:
            return EarningState.CLAWED_BACK
        if self.cancelled:
            return EarningState.CANCELLED
        if self.amount == 0:
            return EarningState.CAPPED
        return EarningState.VESTED if now >= self.vests else EarningState.VESTING


@dataclass(frozen=True, slots=True)
class Counted:
    """What one contract Rewards counted for an account, and what was paid of it, in thousandths."""

    source: Address
    vested: Points
    vesting: Points
    clawed_back: Points
    paid: Points

    @property
    def claimable(self) -> Points:
        """What a claim would pay now; after a clawback of what was paid it is nothing until more has vested."""
        return Points(max(0, self.vested - self.paid))


@dataclass(frozen=True, slots=True)
class Account:
    """What an account has earned, contract by contract: a later one does not pay again what an earlier one did."""

    sources: tuple[Counted, ...] = ()

    @property
    def vested(self) -> Points:
        """What has vested and was not taken back."""
        return Points(sum(one.vested for one in self.sources))

    @property
    def vesting(self) -> Points:
        """What has not vested yet."""
        return Points(sum(one.vesting for one in self.sources))

    @property
    def clawed_back(self) -> Points:
        """What was taken back by vote."""
        return Points(sum(one.clawed_back for one in self.sources))

    @property
    def paid(self) -> Points:
        """What was paid to the purse on ``care``."""
        return Points(sum(one.paid for one in self.sources))

    @property
    def claimable(self) -> Points:
        """What claims would pay now."""
        return Points(sum(one.claimable for one in self.sources))


@dataclass(frozen=True, slots=True)
class Claim:
    """What an account has earned since the beginning, in the order in which the contract Claims hashes it."""

    chain: int
    source: Address
    account: Address
    total: Points
    not_after: UnixTime


@dataclass(frozen=True, slots=True)
class Witness:
    """A member's signature under a fact of another chain, ``0x`` hex of 65 bytes."""

    member: MemberId
    signature: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A member that wants an earning back; ``reason`` is the SHA-256 of why."""

    member: MemberId
    reason: Hash32
    at: UnixTime
    tx: Hash32
