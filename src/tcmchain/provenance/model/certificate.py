"""The certificate of a lot: its whole way, back to the field."""

from collections.abc import Mapping
from dataclasses import dataclass

from tcmchain.provenance.model.lots import Lot, Quota
from tcmchain.provenance.model.steps import Step
from tcmchain.provenance.model.stock import Balance, Holding
from tcmchain.values import BlockNumber, LotId, Milligrams, QuotaId


@dataclass(frozen=True, slots=True)
class Edge:
    """``milligrams`` of ``parent`` went into ``child`` at a step."""

    parent: LotId
    child: LotId
    step: int
    milligrams: Milligrams


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything that the ledger says of a lot's way.

    ``steps`` are in the order of their deeds: those of the lot itself, and of its ancestors those through which its
    goods passed. ``lots`` holds the lot and every ancestor. ``block`` is the block at which this was read.
    ``complete`` is false when the way is longer than a certificate shows.
    """

    lot: Lot
    lots: Mapping[LotId, Lot]
    quotas: Mapping[QuotaId, Quota]
    edges: tuple[Edge, ...]
    steps: tuple[Step, ...]
    holdings: tuple[Holding, ...]
    balance: Balance
    block: BlockNumber
    complete: bool = True
