"""Points: the supply, its sources and sinks, and how later members come by some."""

from collections.abc import Sequence

from tcmchain.chain.calls import Call
from tcmchain.rewards.contract import RewardTokenCalls
from tcmchain.rewards.model import Flow, HolderId, Move, NoPoints, Place, Purse, Supply
from tcmchain.rewards.readmodel import RewardsRecords
from tcmchain.values import MemberId, Points


class Rewards:
    """Questions to the ledger of points; every answer is a replay of the chain's events."""

    def __init__(self, calls: RewardTokenCalls, records: RewardsRecords) -> None:
        self._calls = calls
        self._records = records

    def supply(self) -> Supply:
        """Where all points are."""
        places = self._records.places()
        founded = (flow.amount for flow in self._records.flows() if flow.source is Place.FOUNDING)
        wanted = (Place.MEMBERS, Place.FUND, Place.RESERVE, Place.LOCKED)
        return Supply(Points(sum(founded)), *(Points(places.get(place, 0)) for place in wanted))

    def flows(self) -> Sequence[Flow]:
        """Every source and sink, the largest first."""
        return self._records.flows()

    def purse(self, holder: HolderId) -> Purse:
        """What a holder has."""
        return self._records.purse(holder)

    def purses(self, limit: int = 50, offset: int = 0) -> Sequence[Purse]:
        """Holders with points, the one with most first."""
        return self._records.purses(limit, offset)

    def moves(self, holder: HolderId | None = None, limit: int = 50, before: int | None = None) -> Sequence[Move]:
        """Moves to and from a holder, or all, newest first."""
        return self._records.moves(holder, limit, before)

    def allot(self, member: MemberId, amount: Points, note: str) -> list[Call]:
        """Give a member points out of the reserve; by a regulator. Raises ``NoPoints``, ``ReasonTooLong``."""
        if amount <= 0:
            raise NoPoints()
        return [self._calls.allot(member, amount, note)]
