"""A visit: a practitioner asks, a patient permits, the visit takes place and ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from eth_utils.crypto import keccak

from tcmchain.values import Address, Hash32, MemberId, UnixTime, VisitId

LONGEST: Final = 30 * 86_400
"""No request and no visit lasts longer than this many seconds."""


class VisitState(IntEnum):
    """Where a visit stands; numbers are those of the contract."""

    REQUESTED = 1
    PERMITTED = 2
    DECLINED = 3
    FINISHED = 4

    @property
    def word(self) -> str:
        """The state as doors and files spell it: ``permitted``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as the chain has it.

    ``whom`` and ``terms`` are commitments: who is asked, and for what. ``patient`` is the pseudonym that permitted,
    ``permission`` the commitment to the grants that were given. ``until`` is the last second of the request, once
    permitted that of the visit; ``answered`` and ``ended`` are moments of their blocks.
    """

    id: VisitId
    member: MemberId
    practitioner: Address
    state: VisitState
    whom: Hash32
    terms: Hash32
    until: UnixTime
    requested: UnixTime
    patient: Address | None = None
    permission: Hash32 | None = None
    answered: UnixTime | None = None
    ended: UnixTime | None = None
    ended_by: Address | None = None
    step: int = 0

    def is_open(self, now: float) -> bool:
        """Whether the visit takes place at a moment."""
        return self.state is VisitState.PERMITTED and now <= self.until


def permission_of(salt: Hash32, grants: Sequence[Hash32]) -> Hash32:
    """The commitment to the grants of a permission: keccak256(salt ‖ keccak256(ids, one after the other)).

    The salt is a fresh one: that of the offer stands in the open once it permitted, and ids of grants stand there too.
    """
    inner = keccak(b"".join(bytes.fromhex(grant[2:]) for grant in grants))
    return Hash32("0x" + keccak(bytes.fromhex(salt[2:]) + inner).hex())
