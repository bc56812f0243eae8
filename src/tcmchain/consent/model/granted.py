"""What stands on the chain of grants and of break-glass."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from tcmchain.values import ZERO_HASH, Address, Hash32, MemberId, UnixTime

_NEVER: Final = UnixTime(0)

SECONDS_TO_READ: Final = 24 * 3600
"""How long a seconded break-glass lets its first practitioner read."""


class Reading(IntEnum):
    """Whether a grant can be used now, and if not, why; numbers are those of the contract."""

    ALLOWED = 0
    UNKNOWN = 1
    WITHDRAWN = 2
    EXPIRED = 3
    WRONG_TERMS = 4
    SUSPENDED = 5

    @property
    def word(self) -> str:
        """As doors spell it: ``wrong-terms``."""
        return self.name.lower().replace("_", "-")


class GrantState(StrEnum):
    """How a grant stands, as far as the chain alone can tell."""

    IN_FORCE = "in-force"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant on the chain. ``parent`` is zero unless it was passed on; ``withdrawn`` is 0 while it is not.

    ``withdrawn`` of what was passed on is that of its parent where that came first.
    """

    id: Hash32
    patient: Address
    terms: Hash32
    writer: Hash32
    passer: Hash32
    until: UnixTime
    by: Address
    at: UnixTime
    tx: Hash32
    parent: Hash32 = ZERO_HASH
    withdrawn: UnixTime = _NEVER
    withdrawn_by: Address | None = None

    def state(self, at: UnixTime) -> GrantState:
        """How it stands at a moment."""
        if self.withdrawn:
            return GrantState.WITHDRAWN
        return GrantState.IN_FORCE if at <= self.until else GrantState.ENDED


class GlassState(StrEnum):
    """Where a break-glass stands."""

    BROKEN = "broken"
    LAPSED = "lapsed"
    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Two practitioners of different members read the emergency category of a patient for a day.

    ``until`` is the last second of reading, or, while nobody confirmed, of confirming. ``review_by`` is 0 until then;
    ``justified`` is ``None`` until a regulator reviewed it.
    """

    id: Hash32
    patient: Address
    first: Address
    member: MemberId
    reason: Hash32
    reading_key: bytes
    until: UnixTime
    at: UnixTime
    second: Address | None = None
    second_member: MemberId | None = None
    review_by: UnixTime = _NEVER
    ended_by: Address | None = None
    ended: UnixTime = _NEVER
    regulator: MemberId | None = None
    justified: bool | None = None
    findings: Hash32 | None = None

    def state(self, at: UnixTime) -> GlassState:
        """How it stands at a moment."""
        if self.ended_by is not None:
            return GlassState.ENDED
        if self.second is None:
            return GlassState.BROKEN if at <= self.until else GlassState.LAPSED
        return GlassState.OPEN if at <= self.until else GlassState.ENDED

    def review_is_due(self, at: UnixTime) -> bool:
        """Whether it was to be reviewed by now and was not."""
        return self.justified is None and 0 < self.review_by < at


@dataclass(frozen=True, slots=True)
class EmergencyCount:
    """How often a member's practitioners broke glass: what everybody may know."""

    member: MemberId
    broken: int
    seconded: int
    reviewed: int
    unjustified: int
