"""Other nodes' witnesses, over HTTP."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Final

import httpx

from tcmchain.rewards.model.errors import PeerSilent
from tcmchain.values import Address, Points, UnixTime

_DOOR: Final = "/api/rewards"
_SECONDS: Final = 5
_LONGEST: Final = 16 << 10
MOST_WITNESSES: Final = 32
"""Signatures that are taken from one peer, as many as the contract takes."""


class PeerClaims:
    """Another node's witnesses to claims, by its address."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._transport = transport

    async def __call__(self, source: Address, account: Address, total: Points, not_after: UnixTime) -> Sequence[str]:
        """Its members' signatures; raises ``PeerSilent``."""
        params = {"source": source, "total": str(total), "not_after": str(not_after)}
        return await ask_witnesses(f"{self._url}{_DOOR}/claims/{account}", params, self._transport)


async def ask_witnesses(
    url: str, params: Mapping[str, str], transport: httpx.AsyncBaseTransport | None = None
) -> Sequence[str]:
    """The signatures that a door of witnesses answers; raises ``PeerSilent``."""
    try:
        async with (
            asyncio.timeout(_SECONDS),
            httpx.AsyncClient(timeout=_SECONDS, transport=transport) as http,
            http.stream("GET", url, params=dict(params)) as answer,
        ):
            found = json.loads(await _bounded(answer))["signatures"] if answer.status_code == httpx.codes.OK else []
        return [one for one in list(found)[:MOST_WITNESSES] if isinstance(one, str)]
    except (httpx.HTTPError, TimeoutError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PeerSilent(peer=url) from error


async def _bounded(answer: httpx.Response) -> bytes:
    held = bytearray()
    async for part in answer.aiter_bytes():
        held += part
        if len(held) > _LONGEST:
            raise ValueError("too long")
    return bytes(held)
