"""Stock as a replay of the ledger."""

from dataclasses import dataclass

from tcmchain.provenance.model.lots import Lot
from tcmchain.values import FormId, LotId, MemberId, Milligrams, UnixTime


@dataclass(frozen=True, slots=True)
class Account:
    """One holder's quantities over a period, in milligrams.

    购入 ``came_in`` · 存储量 ``stored`` = opening + came_in · 流出量 ``went_out`` ·
    剩余量 ``left`` = stored − went_out.
    """

    opening: Milligrams
    came_in: Milligrams
    went_out: Milligrams

    @property
    def stored(self) -> Milligrams:
        """All that was at hand in the period."""
        return Milligrams(self.opening + self.came_in)

    @property
    def left(self) -> Milligrams:
        """What remains at its end."""
        return Milligrams(self.stored - self.went_out)


@dataclass(frozen=True, slots=True)
class StockLine:
    """One form in a holder's stock."""

    holder: MemberId
    form: FormId
    account: Account
    lots: int
    earliest_expiry: UnixTime
    low: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """What a holder has of one lot."""

    lot: Lot
    holder: MemberId
    milligrams: Milligrams


@dataclass(frozen=True, slots=True)
class Pick:
    """A quantity of a lot, proposed for dispensing or shipping: first expired, first out."""

    lot: LotId
    milligrams: Milligrams


@dataclass(frozen=True, slots=True)
class Balance:
    """Where all that was made of a lot is; the parts add up to ``made``, always."""

    made: Milligrams
    held: Milligrams
    in_transit: Milligrams
    used: Milligrams
    dispensed: Milligrams
    retired: Milligrams
    lost: Milligrams

    @property
    def closes(self) -> bool:
        """Whether the parts add up."""
        parts = (self.held, self.in_transit, self.used, self.dispensed, self.retired, self.lost)
        return self.made == sum(parts)
