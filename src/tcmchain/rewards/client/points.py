"""Points through a node's doors, for the SDK and the command line."""

from collections.abc import Mapping
from typing import Any, Final

from tcmchain.rewards.model import Flow, HolderId, Place, Purse, Supply
from tcmchain.values import Hash32, MemberId, Points
from tcmchain.web.http import NodeHttp, Sent

_DOOR: Final = "/api/rewards"


class RewardsClient:
    """Every write is signed here, handed in and followed until the node has indexed it."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def supply(self) -> Supply:
        """Where all points are."""
        found = await self._http.get(f"{_DOOR}/supply")
        return Supply(*(Points(found[name]) for name in ("total", "members", "fund", "reserve", "locked")))

    async def flows(self) -> list[Flow]:
        """Every source and sink of points."""
        found = await self._http.get(f"{_DOOR}/flows")
        return [Flow(Place(f["source"]), Place(f["sink"]), f["why"], Points(f["amount"]), f["moves"]) for f in found]

    async def purse(self, holder: HolderId | MemberId) -> Points:
        """How many points a holder has, in thousandths."""
        return Points((await self._http.get(f"{_DOOR}/purses/{holder}"))["amount"])

    async def purses(self, limit: int = 50) -> list[Purse]:
        """Holders with points, the one with most first."""
        found = await self._http.get(f"{_DOOR}/purses", limit=limit)
        return [Purse(HolderId(purse["holder"]), Points(purse["amount"])) for purse in found]

    async def moves(self, holder: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """Moves to and from a holder, or all, newest first."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/moves", holder=holder, limit=limit)
        return found

    async def allot(self, member: MemberId, amount: str, note: str = "") -> None:
        """Give a member points out of the reserve; raises ``NotRegulator``, ``TooFewPoints``."""
        await self._http.write(f"{_DOOR}/allotments", {"member": member, "amount": amount, "note": note})

    async def earned(self, account: str) -> Mapping[str, Any]:
        """What an account has earned: ``vested``, ``vesting``, ``paid``, ``claimable`` and the newest ``earnings``."""
        found: Mapping[str, Any] = await self._http.get(f"{_DOOR}/earnings/{account}")
        return found

    async def earnings(self, limit: int = 50) -> list[dict[str, Any]]:
        """The newest earnings of all."""
        found: list[dict[str, Any]] = await self._http.get(f"{_DOOR}/earnings", limit=limit)
        return found

    async def claim(self, account: str) -> int:
        """Have what vested paid to an account's purse on ``care``; answers what was paid before and now, together."""
        told = await self._http.post(f"{_DOOR}/claims/{account}")
        await self._http.wait([Sent("care", Hash32(tx)) for tx in told["txs"]])
        return int((await self.earned(account))["paid"])

    async def claw_back(self, earning: Hash32, reason: str) -> None:
        """As a member that votes, want an earning back; raises ``NotVoter``, ``VotedAlready``."""
        await self._http.write(f"{_DOOR}/earnings/{earning}/claw-back", {"reason": reason})
