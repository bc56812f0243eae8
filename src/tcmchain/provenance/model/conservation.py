"""Mass as a whole: what is made is somewhere, of every lot."""

from dataclasses import dataclass

from tcmchain.values import BlockNumber, LotId, Milligrams


@dataclass(frozen=True, slots=True)
class OpenLot:
    """A lot of which ``made`` was made and ``found`` is held, under way, used, dispensed, retired or lost."""

    lot: LotId
    made: Milligrams
    found: Milligrams


@dataclass(frozen=True, slots=True)
class Conservation:
    """The sums over all lots at a block; ``open_lots`` are those that do not close, a hundred at most."""

    block: BlockNumber
    lots: int
    open_lots: tuple[OpenLot, ...]
