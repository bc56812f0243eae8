"""Results on their way to a subscriber's own server."""

import asyncio
import hashlib
import hmac
import socket
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx

from tcmchain.epcis.model.refusals import DestinationForbidden

_TIMEOUT: Final = httpx.Timeout(10, connect=5)
_PORTS: Final = {"http": 80, "https": 443}


class Post:
    """Posts documents to addresses that anybody could reach, and to no other.

    A node stands inside an institution's network, and subscribers choose where it posts to; so names are looked up
    here, every address found must be public, and it is that address which is connected to.
    """

    def __init__(self, private: bool = False, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._private = private
        self._http = httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=False, transport=transport)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    def check(self, dest: str) -> None:
        """Refuse what is no http or https address; raises ``DestinationForbidden``."""
        self._parts(dest)

    async def send(self, dest: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """Post a body; whether the subscriber took it (2xx). Raises ``DestinationForbidden``."""
        parts = self._parts(dest)
        host = parts.hostname or ""
        address = await self._address(dest, host, parts.port or _PORTS[parts.scheme])
        if address is None:
            return False
        shown = f"[{address}]" if ":" in address else address
        netloc = shown if parts.port is None else f"{shown}:{parts.port}"
        url = parts._replace(netloc=netloc, fragment="").geturl()
        host_header = host if parts.port is None else f"{host}:{parts.port}"
        try:
            answer = await self._http.post(
                url, content=body, headers={**headers, "Host": host_header}, extensions={"sni_hostname": host}
            )
        except httpx.HTTPError:
            return False
        return answer.is_success

    def _parts(self, dest: str) -> SplitResult:
        try:
            parts = urlsplit(dest)
            wrong = parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.port == 0
        except ValueError as error:
            raise DestinationForbidden(dest=dest[:200]) from error
        if wrong or len(dest) > 2000:
            raise DestinationForbidden(dest=dest[:200])
        return parts

    async def _address(self, dest: str, host: str, port: int) -> str | None:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            return None
        addresses = [str(entry[4][0]) for entry in found]
        if not self._private and not all(ip_address(address).is_global for address in addresses):
            raise DestinationForbidden(dest=dest[:200])
        return addresses[0]


def signature(secret: str, body: bytes) -> str:
    """The GS1-Signature of a body: ``sha256=`` and its HMAC under the subscriber's own token."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
