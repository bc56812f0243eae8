"""The right to be dispensed a prescription once, as the chain tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from tcmchain.values import Address, Hash32, MemberId, PrescriptionId, UnixTime

LONGEST = 3 * 86_400
"""A prescription may be dispensed for three days at most (处方管理办法 art. 18)."""


class RightState(IntEnum):
    """Where a right stands, as the contract numbers it."""

    NONE = 0
    ISSUED = 1
    DISPENSED = 2
    CANCELLED = 3

    @property
    def word(self) -> str:
        """Its name in lower case."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Override:
    """A finding, by its salted commitment, that the prescriber overrides; ``second`` says that another must sign."""

    finding: Hash32
    second: bool
    signed_by: Address | None = None

    @property
    def waits(self) -> bool:
        """Whether a second signature is missing."""
        return self.second and self.signed_by is None


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Where a right was used, and under which commitment its portions left the lots."""

    member: MemberId
    account: Address
    commitment: Hash32
    voucher: Hash32 | None
    at: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Right:
    """A prescription on the chain: a commitment to sealed content, and what may be done with it until when."""

    id: PrescriptionId
    member: MemberId
    prescriber: Address
    key: Address
    content: Hash32
    rules: int
    issued: UnixTime
    until: UnixTime
    state: RightState
    step: int
    tx: Hash32
    overrides: Sequence[Override] = ()
    fulfilment: Fulfilment | None = None

    @property
    def missing(self) -> int:
        """Second signatures that are missing."""
        return sum(override.waits for override in self.overrides)

    def lapsed(self, now: float) -> bool:
        """Whether its time is over without having been used."""
        return self.state is RightState.ISSUED and now > self.until


@dataclass(frozen=True, slots=True)
class PublishedRules:
    """A rule set that a pharmacist signed."""

    version: int
    digest: Hash32
    pharmacist: Address
    name: str
    changes: str
    at: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Counts:
    """What everybody may know of a member or prescriber: how many prescriptions, and what became of them."""

    issued: int
    dispensed: int
    cancelled: int
    overridden: int
