"""Passing an asking on to a custodian, and its answer back, word for word."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final

import httpx

from tcmchain.custodians.model.custodians import Custodian
from tcmchain.custodians.model.errors import AnswerTooLarge, CustodianSilent, NoSuchDoor
from tcmchain.web.askings import HEADER

_SECONDS: Final = 10.0
_LARGEST: Final = 1 << 20
_URL: Final = re.compile(r"https?://[^\s/?#@\\]+/?")
_DOORS: Final = (
    ("GET", re.compile(r"card|healthz|receipts")),
    ("POST", re.compile(r"fragments|reencryptions|emergencies/0x[0-9a-f]{64}/shares")),
)
_PASSED: Final = (HEADER, "accept-language", "content-type")


@dataclass(frozen=True, slots=True)
class Passed:
    """What a custodian answered."""

    status: int
    content: bytes
    kind: str


class Relay:
    """To enrolled custodians only, to their own doors only, and never after a redirect."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        limits = httpx.Limits(max_connections=128, max_keepalive_connections=32)
        self._http = httpx.AsyncClient(timeout=seconds, follow_redirects=False, limits=limits, transport=transport)

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def ask(
        self,
        custodian: Custodian,
        method: str,
        path: str,
        query: str = "",
        body: bytes = b"",
        headers: httpx.Headers | dict[str, str] | None = None,
    ) -> Passed:
        """Ask a custodian; raises :class:`NoSuchDoor`, :class:`CustodianSilent` and :class:`AnswerTooLarge`."""
        # What members enrol is theirs to choose: with a path or a query of its own it would lead to other doors.
        if _URL.fullmatch(custodian.url) is None:
            raise CustodianSilent(custodian=custodian.account)
        if not any(method == known and door.fullmatch(path) for known, door in _DOORS):
            raise NoSuchDoor(path=path[:80])
        given = httpx.Headers(headers)
        sent = {name: given[name] for name in _PASSED if name in given} | {"accept": "application/json"}
        url = f"{custodian.url.rstrip('/')}/{path}" + (f"?{query}" if query else "")
        try:
            # A time for the whole, so that one that answers byte by byte holds no connection for ever.
            async with (
                asyncio.timeout(self._seconds),
                self._http.stream(method, url, content=body, headers=sent) as answer,
            ):
                return Passed(answer.status_code, await _read(answer, custodian), _kind(answer, custodian))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise CustodianSilent(custodian=custodian.account) from error


async def _read(answer: httpx.Response, custodian: Custodian) -> bytes:
    found = bytearray()
    async for part in answer.aiter_bytes():
        found += part
        if len(found) > _LARGEST:
            raise AnswerTooLarge(custodian=custodian.account, limit=_LARGEST)
    return bytes(found)


def _kind(answer: httpx.Response, custodian: Custodian) -> str:
    """Only JSON comes back, so that nobody can show pages under the node's name."""
    kind = answer.headers.get("content-type", "application/json").partition(";")[0].strip()
    if answer.is_redirect or kind != "application/json":
        raise CustodianSilent(custodian=custodian.account)
    return str(kind)
