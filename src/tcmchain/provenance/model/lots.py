"""Lots, quotas and shipments as they stand at a block."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tcmchain.provenance.model.codes import lot_code
from tcmchain.provenance.model.gs1 import DigitalLink, build_link, is_lot_number
from tcmchain.values import FormId, Hash32, LotId, MemberId, Milligrams, QuotaId, ShipmentId, UnixTime


class LotOrigin(StrEnum):
    """The step that made a lot."""

    COMMISSIONED = "commissioned"
    PROCESSED = "processed"
    SPLIT = "split"
    MERGED = "merged"
    PACKED = "packed"


@dataclass(frozen=True, slots=True)
class Lot:
    """A quantity of one form made in one step.

    ``expires`` is 0 when none was stated. ``gtin`` (fourteen digits), ``units`` and ``units_root`` are of packed lots.
    """

    id: LotId
    form: FormId
    maker: MemberId
    reference: str
    made: Milligrams
    expires: UnixTime
    origin: LotOrigin
    happened: UnixTime
    quota: QuotaId | None = None
    gtin: str = ""
    units: int = 0
    units_root: Hash32 | None = None

    @property
    def code(self) -> str:
        """The short code that a person types."""
        return lot_code(self.id)

    @property
    def path(self) -> str:
        """Where its certificate stands: the GS1 Digital Link of a packed lot, else the page of the lot."""
        if self.gtin and is_lot_number(self.reference):
            return build_link(DigitalLink(self.gtin, self.reference))
        return f"/provenance/lots/{self.id}"


@dataclass(frozen=True, slots=True)
class Quota:
    """What a certifier allows a grower to harvest of one plot, species and season."""

    id: QuotaId
    grower: MemberId
    form: FormId
    certifier: MemberId
    reference: str
    total: Milligrams
    drawn: Milligrams
    not_after: UnixTime
    withdrawn: bool
    facts: Mapping[str, Any]

    @property
    def left(self) -> Milligrams:
        """What may still be commissioned."""
        return Milligrams(self.total - self.drawn)


class ShipmentState(StrEnum):
    """How a shipment stands."""

    UNDERWAY = "underway"
    RECEIVED = "received"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Line:
    """One lot of a shipment; ``received`` is ``None`` until somebody received it."""

    lot: LotId
    shipped: Milligrams
    received: Milligrams | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods on the way from one member to another."""

    id: ShipmentId
    sender: MemberId
    consignee: MemberId
    reference: str
    state: ShipmentState
    shipped: UnixTime
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DeclaredForm:
    """A form that the ledger knows, with its place in the order of processing."""

    id: FormId
    rank: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Yield:
    """How much of ``target`` may at most be made of ``source``, in parts per million of mass."""

    source: FormId
    target: FormId
    ppm: int
    auxiliary_ppm: int
