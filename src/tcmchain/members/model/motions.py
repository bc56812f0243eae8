"""What the members decide together."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from tcmchain.members.model.errors import MembershipInvalid
from tcmchain.members.model.membership import Kind
from tcmchain.members.model.profile import Profile
from tcmchain.values import (
    ZERO_ADDRESS,
    ZERO_HASH,
    Address,
    ChainName,
    Hash32,
    MemberId,
    UnixTime,
    short_text,
)

_NOW: Final = UnixTime(0)


class Matter(IntEnum):
    """What a motion decides; numbers are those of the contract."""

    ADMIT = 0
    SUSPEND = 1
    REINSTATE = 2
    EXPEL = 3
    REPLACE_OFFICER = 4
    PUBLISH_AGREEMENT = 5
    INSTALL = 6

    @property
    def word(self) -> str:
        """The matter in lower-case letters and hyphens."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a motion is about; fields are those of the contract, whose ``IMembers`` says what they mean."""

    matter: Matter
    subject: Hash32
    kind: Kind | None = None
    voting: bool = False
    account: Address = ZERO_ADDRESS
    number: int = 0
    starts: UnixTime = _NOW
    digest: Hash32 = ZERO_HASH
    text: str = ""

    def numbered(self, serial: int, not_after: UnixTime) -> "Motion":
        """The motion that officers sign."""
        return Motion(serial, not_after, self)


@dataclass(frozen=True, slots=True)
class Motion:
    """A decision as officers sign it: with its place in the order of motions and the moment when it lapses."""

    serial: int
    not_after: UnixTime
    decision: Decision


@dataclass(frozen=True, slots=True)
class Vote:
    """An officer's signature over a motion."""

    voter: Address
    member: MemberId
    signature: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A motion proposed at this node, with the votes gathered so far; ``id`` is the hash of the message
    that officers sign, by which the chains call it too.

    ``carried`` are the chains that have carried it out; ``open`` tells whether it can still be.
    """

    id: Hash32
    motion: Motion
    proposer: Address
    proposed: UnixTime
    votes: tuple[Vote, ...]
    quorum: int
    carried: tuple[ChainName, ...]
    open: bool

    @property
    def decided(self) -> bool:
        """Whether enough officers have signed."""
        return len(self.votes) >= self.quorum


@dataclass(frozen=True, slots=True)
class CarriedMotion:
    """A motion as a chain carried it."""

    serial: int
    matter: Matter
    id: Hash32
    votes: tuple[Address, ...]
    at: UnixTime
    tx: Hash32


def admit(member: MemberId, kind: Kind, voting: bool, officer: Address, profile: Profile) -> Decision:
    """Take in a member."""
    return Decision(Matter.ADMIT, Hash32(member), kind, voting, officer, text=profile.write())


def suspend(member: MemberId, reason: str, digest: Hash32 = ZERO_HASH) -> Decision:
    """Keep a member from acting until further notice."""
    return Decision(Matter.SUSPEND, Hash32(member), digest=digest, text=reason)


def reinstate(member: MemberId, reason: str, digest: Hash32 = ZERO_HASH) -> Decision:
    """Let a suspended member act again."""
    return Decision(Matter.REINSTATE, Hash32(member), digest=digest, text=reason)


def expel(member: MemberId, reason: str, digest: Hash32 = ZERO_HASH) -> Decision:
    """Put a member out for good."""
    return Decision(Matter.EXPEL, Hash32(member), digest=digest, text=reason)


def replace_officer(member: MemberId, officer: Address, reason: str) -> Decision:
    """Give a member another officer, as when a key is lost."""
    return Decision(Matter.REPLACE_OFFICER, Hash32(member), account=officer, text=reason)


def publish_agreement(version: int, digest: Hash32, starts: UnixTime, title: str) -> Decision:
    """Put a new version of the agreement in force from a moment on."""
    return Decision(Matter.PUBLISH_AGREEMENT, ZERO_HASH, number=version, starts=starts, digest=digest, text=title)


def install(contract: str, address: Address, chain_id: int, reason: str) -> Decision:
    """Put another contract in force on one chain; raises :class:`MembershipInvalid`."""
    try:
        name = short_text(contract)
    except ValueError as error:
        raise MembershipInvalid(str(error), contract=contract) from error
    return Decision(Matter.INSTALL, name, account=address, number=chain_id, text=reason)


def in_order(votes: Sequence[Vote]) -> list[Vote]:
    """Votes by ascending signer, as the contract wants them."""
    return sorted(votes, key=lambda vote: int(vote.voter, 16))
