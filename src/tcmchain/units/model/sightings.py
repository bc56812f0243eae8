"""What was seen of one unit: scans that this node counted, and steps of the ledger that name it."""

from dataclasses import dataclass
from enum import IntEnum

from tcmchain.units.model.codes import Serial
from tcmchain.units.model.opening import Opened
from tcmchain.values import Hash32, LotId, MemberId, RecallId, UnixTime


class ScanKind(IntEnum):
    """Who scanned: anybody who looks, or a member that trades the unit or hands it out."""

    LOOK = 0
    TRADE = 1

    @property
    def word(self) -> str:
        """As doors spell it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan; nothing in it tells who a person is.

    ``place`` is a GB/T 2260 code, 0 if none was chosen; of a member's scan it is the member's seat.
    """

    at: UnixTime
    kind: ScanKind
    place: int = 0
    member: MemberId | None = None


@dataclass(frozen=True, slots=True)
class Dispensing:
    """A step of the ledger that handed this unit to a patient."""

    happened: UnixTime
    member: MemberId
    place: int
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Hold:
    """A recall that holds the unit's lot up."""

    recall: RecallId
    opened: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Sightings:
    """All that is known of one unit.

    ``proven`` tells whether the lot's tree has the serial, ``None`` when the tree is out of reach. ``channels`` are
    the GB/T 2260 codes of the regions that the lot was packed or shipped for. Scans and dispensings are in order of
    time; ``looks`` counts all looks, of which ``scans`` may hold only the newest.
    """

    lot: LotId
    serial: Serial
    proven: bool | None
    opened: Opened | None = None
    dispensings: tuple[Dispensing, ...] = ()
    scans: tuple[Scan, ...] = ()
    holds: tuple[Hold, ...] = ()
    channels: tuple[int, ...] = ()
    looks: int = 0
    root: Hash32 | None = None
    packed_tx: Hash32 | None = None
