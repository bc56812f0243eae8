"""What an entry costs, what is locked for it, and how a case about it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tcmchain.values import CaseId, Hash32, LotId, MemberId, Milligrams, Points, RecallId, UnixTime

CLEAN_LOTS_PER_STEP: Final = 5
MOST_STEPS: Final = 5
"""Every five lots returned since the last verdict lower a bond by a tenth, five times at most."""


class BondState(StrEnum):
    """How a lot's bond stands."""

    LOCKED = "locked"
    ACCUSED = "accused"
    TAKEN = "taken"
    RETURNED = "returned"


class CaseState(StrEnum):
    """How a case stands."""

    OPEN = "open"
    DISMISSED = "dismissed"
    LAPSED = "lapsed"
    CONFIRMED = "confirmed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Tariff:
    """Points in thousandths; times in seconds.

    ``fee`` goes to the fund for each entry; ``bond`` and, for each kilogram, ``bond_rate`` are locked;
    ``compensation`` is for each kilogram of frozen goods; the fund adds at most ``cover`` times the bond to a pot; a
    bond stays locked for ``term``; holders may claim for ``window``.
    """

    fee: Points
    bond: Points
    bond_rate: Points
    compensation: Points
    cover: int
    term: int
    window: int


def discount_steps(clean: int) -> int:
    """By how many tenths a good history lowers a bond."""
    return min(clean // CLEAN_LOTS_PER_STEP, MOST_STEPS)


@dataclass(frozen=True, slots=True)
class SetTariff:
    """A tariff that a regulator set."""

    tariff: Tariff
    by: MemberId
    happened: UnixTime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bond:
    """What a grower paid and locked for a lot; ``closed`` is when it went back or was taken, 0 before."""

    lot: LotId
    grower: MemberId
    milligrams: Milligrams
    fee: Points
    amount: Points
    until: UnixTime
    state: BondState
    posted: UnixTime
    closed: UnixTime
    step: int


@dataclass(frozen=True, slots=True)
class Case:
    """What a lab holds against a lot, and what came of it.

    ``until`` is when it lapses undecided or when claims end. ``pot`` is what there is for claimants: the bond, or, once
    settled, all shares. ``weight`` is what was claimed for in all. Moments are 0 while they have not come.
    """

    id: CaseId
    lot: LotId
    grower: MemberId
    lab: MemberId
    findings: Hash32
    facts: Mapping[str, Any]
    state: CaseState
    opened: UnixTime
    until: UnixTime
    regulator: MemberId | None
    recall: RecallId | None
    decided: UnixTime
    reason: Mapping[str, Any]
    weight: Milligrams
    pot: Points
    due: Points
    from_fund: Points
    to_fund: Points
    settled: UnixTime
    step: int

    def claims_open(self, now: float) -> bool:
        """Whether holders may claim now."""
        return self.state is CaseState.CONFIRMED and now <= self.until

    def may_settle(self, now: float) -> bool:
        """Whether shares may be fixed now."""
        return self.state is CaseState.CONFIRMED and now > self.until


@dataclass(frozen=True, slots=True)
class Claim:
    """What a member claims for of a frozen lot."""

    case: CaseId
    member: MemberId
    lot: LotId
    milligrams: Milligrams
    happened: UnixTime


@dataclass(frozen=True, slots=True)
class Share:
    """A member's part in a case: what it claimed for and, once ``settled``, what that is worth.

    ``waiting`` is what it has still to collect, ``struck`` whether it was found to be related.
    """

    case: CaseId
    member: MemberId
    weight: Milligrams
    collected: Points
    waiting: Points
    struck: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """Whether two members are related parties, by the newest word of a regulator."""

    a: MemberId
    b: MemberId
    related: bool
    by: MemberId
    happened: UnixTime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """A grower's sums, out of events alone."""

    entries: int
    milligrams: Milligrams
    fees: Points
    locked: Points
    returned: int
    clean: int
    verdicts: int
    open_cases: int
    dismissed: int
    taken: Points


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all bonds and cases."""

    locked_bonds: int
    locked: Points
    fees: Points
    open_cases: int
    verdicts: int
    in_pots: Points
    compensated: Points


@dataclass(frozen=True, slots=True)
class Claimable:
    """What a member may claim for of one frozen lot of a case."""

    case: Case
    lot: LotId
    milligrams: Milligrams


def share_of(pot: int, milligrams: int, weight: int) -> Points:
    """A claim's part of a pot, rounded down as the contract does."""
    return Points(pot * milligrams // weight) if weight else Points(0)
