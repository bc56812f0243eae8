"""Calling lots back: what a recall reaches, who has it, and whether every milligram of it is accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.stock import Balance
from tcmchain.values import BlockNumber, Hash32, LotId, MemberId, Milligrams, RecallId, UnixTime, short_text


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall as the ledger has it; a drill goes the same way and holds nothing up.

    ``opened`` and ``closed`` are moments of blocks, ``closed`` 0 while it runs; ``happened`` is when it was decided.
    """

    id: RecallId
    by: MemberId
    reference: str
    drill: bool
    happened: UnixTime
    opened: UnixTime
    closed: UnixTime
    tx: Hash32
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reached:
    """A lot that a recall has frozen, when, and since when it is free again (0: it is not)."""

    recall: RecallId
    lot: LotId
    seed: bool
    frozen: UnixTime
    released: UnixTime


@dataclass(frozen=True, slots=True)
class Secured:
    """What a holder says it has put aside of a lot; its newest statement counts."""

    holder: MemberId
    lot: LotId
    milligrams: Milligrams
    recorded: UnixTime


@dataclass(frozen=True, slots=True)
class LotReach:
    """A lot within reach: where all that was made of it is, and how it stands in the recall (``None``: not yet)."""

    lot: Lot
    balance: Balance
    reached: Reached | None = None


@dataclass(frozen=True, slots=True)
class UnitRange:
    """The units that a lot within reach was packed as; ``root`` is that of their codes, if they have any."""

    lot: LotId
    gtin: str
    number: str
    units: int
    root: Hash32 | None


@dataclass(frozen=True, slots=True)
class HolderReach:
    """What one member has, and has given out, of the lots within reach, in milligrams."""

    holder: MemberId
    lots: int
    held: Milligrams
    coming: Milligrams
    dispensed: Milligrams
    retired: Milligrams
    secured: Milligrams
    answered: UnixTime


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Where everything is that entered the lots within reach.

    ``entered`` is what was made of the lots that begin it, and what was put to their offspring from elsewhere;
    ``processing_loss`` is what processing took in and did not give out.
    """

    entered: Milligrams
    dispensed: Milligrams
    held: Milligrams
    in_transit: Milligrams
    retired: Milligrams
    lost: Milligrams
    processing_loss: Milligrams

    @property
    def unexplained(self) -> int:
        """What entered and is nowhere, in milligrams; anything but zero is a fault of the ledger."""
        parts = (self.dispensed, self.held, self.in_transit, self.retired, self.lost, self.processing_loss)
        return self.entered - sum(parts)


@dataclass(frozen=True, slots=True)
class Reach:
    """Every lot, unit and holder that seeds reach, forward; and backward the lots they came from.

    Lots stand after those they were made of. ``complete`` is false when there are more than one answer holds.
    """

    seeds: tuple[LotId, ...]
    lots: tuple[LotReach, ...]
    sources: tuple[Lot, ...]
    units: tuple[UnitRange, ...]
    holders: tuple[HolderReach, ...]
    reconciliation: Reconciliation
    block: BlockNumber
    complete: bool

    @property
    def free(self) -> tuple[LotReach, ...]:
        """Lots within reach that the recall has not frozen yet; none is left at the fixpoint."""
        return tuple(found for found in self.lots if found.reached is None)


@dataclass(frozen=True, slots=True)
class Score:
    """How well a recall, or a drill, went.

    ``frozen_after`` are the seconds from its opening to the last lot frozen, ``answered_after`` to the last holder's
    statement; ``None`` while any is missing. Shares are of milligrams and of lots, in [0, 1].
    """

    lots: int
    lots_frozen: int
    holders: int
    holders_answered: int
    frozen_after: int | None
    answered_after: int | None
    secured_share: float
    explained_share: float

    @property
    def completeness(self) -> float:
        """The least of the shares: frozen lots, secured milligrams, explained milligrams."""
        frozen = self.lots_frozen / self.lots if self.lots else 1.0
        return min(frozen, self.secured_share, self.explained_share)


@dataclass(frozen=True, slots=True)
class Notice:
    """A recall that a member has to answer, with what the member holds of the lots frozen."""

    recall: Recall
    lots: tuple[tuple[Lot, Milligrams], ...]
    answered: bool


def recall_id(by: MemberId, reference: str) -> RecallId:
    """The id of the recall that a member opens under a number, as the contract computes it."""
    words = bytes.fromhex(by[2:]), bytes.fromhex(short_text(reference)[2:])
    return RecallId("0x" + keccak(encode(["string", "bytes32", "bytes32"], ["recall", *words])).hex())


def score_of(recall: Recall, reach: Reach) -> Score:
    """How far a recall has come."""
    frozen = [found.reached for found in reach.lots if found.reached is not None]
    asked = [holder for holder in reach.holders if holder.held or holder.answered]
    answered = [holder.answered for holder in asked if holder.answered]
    held = sum(holder.held for holder in reach.holders)
    secured = sum(min(holder.secured, holder.held) for holder in reach.holders)
    entered = reach.reconciliation.entered
    return Score(
        lots=len(reach.lots),
        lots_frozen=len(frozen),
        holders=len(asked),
        holders_answered=len(answered),
        frozen_after=_after(recall, [found.frozen for found in frozen], len(reach.lots)),
        answered_after=_after(recall, answered, len(asked)),
        secured_share=secured / held if held else 1.0,
        explained_share=1 - abs(reach.reconciliation.unexplained) / entered if entered else 1.0,
    )


def _after(recall: Recall, moments: list[UnixTime], wanted: int) -> int | None:
    return max((moment - recall.opened for moment in moments), default=0) if len(moments) == wanted else None
