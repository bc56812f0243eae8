"""Desks of other members, asked of their nodes."""

from typing import Any, Final

import httpx

from tcmchain.values import Address

DESKS: Final = "/api/records/desks"
_SECONDS: Final = 5
_MOST: Final = 200
_ADDRESS: Final = 42


class PeerDesks:
    """One peer by its address."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._transport = transport

    def __call__(self) -> list[Address]:
        """Accounts of the desks that the peer says it has; none when it does not answer."""
        try:
            with httpx.Client(timeout=_SECONDS, transport=self._transport) as client:
                answer = client.get(f"{self._url}{DESKS}")
            found: Any = answer.json() if answer.status_code == 200 else []
        except (httpx.HTTPError, ValueError):
            return []
        if not isinstance(found, list):
            return []
        accounts = (one.get("account") for one in found[:_MOST] if isinstance(one, dict))
        return [Address(one) for one in accounts if isinstance(one, str) and len(one) == _ADDRESS]
