"""Other nodes' witnesses to counts of dispensings."""

from collections.abc import Sequence
from typing import Final

import httpx

from tcmchain.rewards.service.witnessing import ask_witnesses
from tcmchain.values import MemberId

DOOR: Final = "/api/reviews"


class PeerTallies:
    """One peer by its address."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._transport = transport

    async def __call__(self, member: MemberId, count: int) -> Sequence[str]:
        """Its members' signatures; raises ``PeerSilent``."""
        return await ask_witnesses(f"{self._url}{DOOR}/tallies/{member}", {"count": str(count)}, self._transport)
