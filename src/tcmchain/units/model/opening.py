"""Opening a unit: what its key signs, and what the chain then has."""

from dataclasses import dataclass
from enum import IntEnum

from tcmchain.units.model.codes import Serial
from tcmchain.values import BlockNumber, Hash32, LotId, UnixTime


class Purpose(IntEnum):
    """Why somebody opens a unit; numbered as in the contract."""

    TAKE = 0
    GIFT = 1
    CHECK = 2

    @property
    def word(self) -> str:
        """As doors spell it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Opening:
    """What is signed. ``place`` is a GB/T 2260 code of six digits, 0 if not told; ``happened`` as stated."""

    lot: LotId
    serial: Serial
    purpose: Purpose
    happened: UnixTime
    place: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The first and only opening as the chain has it; ``recorded`` is the moment of its block."""

    opening: Opening
    recorded: UnixTime
    block: BlockNumber
    tx: Hash32
