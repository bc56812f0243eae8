"""Results on their way to a subscriber's own server."""

import asyncio
import hashlib
import hmac
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx

from tcmchain.epcis.model.refusals import DestinationForbidden

_TIMEOUT: Final = httpx.Timeout(10, connect=5)
_LONGEST: Final = 20.0
_PORTS: Final = {"http": 80, "https": 443}
_UNICAST: Final = ip_network("2000::/3")
_TRANSLATED: Final = ip_network("64:ff9b::/96")


class Post:
    """Posts documents to addresses that anybody could reach, and to no other.

    A node stands inside an institution's network, and subscribers choose where it posts to; so names are looked up
    here, every address found must be public, and it is that address which is connected to.
    """

    def __init__(
        self, private: bool = False, transport: httpx.AsyncBaseTransport | None = None, longest: float = _LONGEST
    ) -> None:
        self._private = private
        self._longest = longest
        self._http = httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=False, transport=transport)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    def check(self, dest: str) -> None:
        """Refuse what is no http or https address; raises ``DestinationForbidden``."""
        _host(dest, self._parts(dest))

    async def send(self, dest: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """Post a body; whether the subscriber took it (2xx) in time. Raises ``DestinationForbidden``."""
        try:
            async with asyncio.timeout(self._longest):
                return await self._send(dest, body, headers)
        except TimeoutError:
            return False

    async def _send(self, dest: str, body: bytes, headers: Mapping[str, str]) -> bool:
        parts = self._parts(dest)
        host = _host(dest, parts)
        address = await self._address(dest, host, parts.port or _PORTS[parts.scheme])
        if address is None:
            return False
        shown = f"[{address}]" if ":" in address else address
        netloc = shown if parts.port is None else f"{shown}:{parts.port}"
        url = parts._replace(netloc=netloc, fragment="").geturl()
        host_header = host if parts.port is None else f"{host}:{parts.port}"
        sent = {**headers, "Host": host_header}
        try:
            # What the subscriber answers beyond the status is not read: it could have no end.
            async with self._http.stream(
                "POST", url, content=body, headers=sent, extensions={"sni_hostname": host}
            ) as answer:
                return answer.is_success
        except (httpx.HTTPError, httpx.InvalidURL):
            return False

    def _parts(self, dest: str) -> SplitResult:
        try:
            parts = urlsplit(dest)
            wrong = parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.port == 0
        except ValueError as error:
            raise DestinationForbidden(dest=dest[:200]) from error
        if wrong or len(dest) > 2000 or not dest.isprintable():
            raise DestinationForbidden(dest=dest[:200])
        return parts

    async def _address(self, dest: str, host: str, port: int) -> str | None:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            return None
        addresses = [str(entry[4][0]) for entry in found]
        if not self._private and not all(map(is_public, addresses)):
            raise DestinationForbidden(dest=dest[:200])
        return addresses[0]


def _host(dest: str, parts: SplitResult) -> str:
    """The host's name as DNS spells it."""
    try:
        return (parts.hostname or "").encode("idna").decode()
    except UnicodeError as error:
        raise DestinationForbidden(dest=dest[:200]) from error


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet, also where it stands for an IPv4 address (RFC 3056, RFC 6052)."""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    inner = address.sixtofour
    if address in _TRANSLATED:
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    if inner is not None:
        return is_public(str(inner))
    return address.is_global and address in _UNICAST


def signature(secret: str, body: bytes) -> str:
    """The GS1-Signature of a body: ``sha256=`` and its HMAC under the subscriber's own token."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
