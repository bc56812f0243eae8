"""The steps of a lot's way, as the ledger tells them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final

from tcmchain.values import Address, BlockNumber, Hash32, LotId, MemberId, Milligrams, ShipmentId, UnixTime


class StepKind(StrEnum):
    """What was done; spelled as the event is, in lower case."""

    COMMISSIONED = "commissioned"
    OBSERVED = "observed"
    SHIPPED = "shipped"
    RECEIVED = "received"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    PROCESSED = "processed"
    SPLIT = "split"
    MERGED = "merged"
    PACKED = "packed"
    DISPENSED = "dispensed"
    RETIRED = "retired"
    RECALL_OPENED = "recallopened"
    FROZEN = "frozen"
    SECURED = "secured"
    RELEASED = "released"
    RECALL_CLOSED = "recallclosed"


class Observation(IntEnum):
    """What was observed; numbered as in the contract."""

    FIELD_WORK = 0
    INSPECTION = 1
    STORAGE = 2


class Reason(IntEnum):
    """Why a quantity left the ledger; numbered as in the contract."""

    SAMPLING = 0
    SPOILAGE = 1
    LOSS = 2


class Flow(StrEnum):
    """How a quantity moved for one holder: what came in, what went out, and what was lost on the way."""

    COMMISSIONED = "commissioned"
    MADE = "made"
    PURCHASED = "purchased"
    RETURNED = "returned"
    SHIPPED = "shipped"
    USED = "used"
    DISPENSED = "dispensed"
    RETIRED = "retired"
    LOST = "lost"
    REPACKED = "repacked"
    OBSERVED = "observed"
    FROZEN = "frozen"
    SECURED = "secured"
    RELEASED = "released"


STANDING_STILL: Final = frozenset({Flow.OBSERVED, Flow.FROZEN, Flow.SECURED, Flow.RELEASED})
"""Flows of steps that change no quantity."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a step: ``delta`` is what it changed in the holder's stock, ``amount`` the quantity concerned."""

    lot: LotId
    holder: MemberId
    flow: Flow
    delta: int
    amount: Milligrams


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the ledger.

    ``id`` orders steps as the chain does. ``member`` did it, ``other`` is the party at the other end of a shipment.
    ``happened`` is the moment of the deed as stated, ``recorded`` the moment of the block. ``digest`` is the
    commitment of a dispensing, the terms of a sale or the root of the packed units.
    """

    id: int
    kind: StepKind
    tx: Hash32
    block: BlockNumber
    log_index: int
    recorded: UnixTime
    happened: UnixTime
    member: MemberId
    account: Address
    facts: Mapping[str, Any]
    movements: tuple[Movement, ...] = ()
    other: MemberId | None = None
    shipment: ShipmentId | None = None
    reference: str = ""
    method: str = ""
    observation: Observation | None = None
    conforms: bool | None = None
    reason: Reason | None = None
    digest: Hash32 | None = None
    subject: str = ""
