"""Points through a node's doors, for the SDK and the command line."""

from typing import Any, Final

from tcmchain.rewards.model import Flow, HolderId, Place, Purse, Supply
from tcmchain.values import MemberId, Points
from tcmchain.web.http import NodeHttp

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
