"""Doors of texts that can be erased, and other nodes' doors of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

import httpx
from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from tcmchain.errors import TooMany
from tcmchain.values import Address, Hash32
from tcmchain.web.allowance import Allowance
from tcmchain.web.askings import asking_account
from tcmchain.web.texts import LONGEST, TextMissing, Texts, TextTooLong, read_text

Account = Annotated[Address, Depends(asking_account)]
Digest = Annotated[str, Path(pattern="^0x[0-9a-f]{64}$", description="SHA-256 of the text's canonical form")]

A_MINUTE: Final = 30
"""Texts that one place, or one account, may hand in a minute."""

_SECONDS: Final = 10
_CONNECT_SECONDS: Final = 2
_TEXT: Final = {
    "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
    "required": True,
}


class TextsTooMany(TooMany):
    """This place or account handed in its share of texts: ``seconds`` to wait."""

    code = "texts-too-many"


class KeptTextView(BaseModel):
    """The name under which a text was kept; it is deleted unless the chain names it within a day."""

    digest: str = Field(description="SHA-256 of the text's canonical form, 0x hex")


def add_text_doors(found: APIRouter, texts: Texts, a_minute: int = A_MINUTE) -> None:
    """Add ``POST /texts`` and ``GET /texts/{digest}`` to a slice's router."""
    allowance = Allowance(a_minute)

    @found.post("/texts", status_code=201, openapi_extra={"requestBody": _TEXT})
    async def keep_text(request: Request, account: Account) -> KeptTextView:
        """Hand in a text that the chain is to name next: a JSON object with a random ``salt``.

        What the chain does not name within a day is deleted.
        """
        place = "unknown" if request.client is None else request.client.host
        waits = [allowance.spend(name, time.time()) for name in (place, account)]
        if any(waits):
            raise TextsTooMany(seconds=max(waits))
        text = read_text(await _bounded(request))
        return KeptTextView(digest=await run_in_threadpool(texts.put, text))

    @found.get("/texts/{digest}", response_class=Response, responses={200: {"content": _TEXT["content"]}})
    def read_one(digest: Digest) -> Response:
        """A text that the chain names and this node has, in its canonical form; other nodes ask for it here."""
        headers = {"Cache-Control": "no-store"}
        return Response(texts.here(Hash32(digest)), media_type="application/json", headers=headers)


async def _bounded(request: Request) -> bytes:
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) > 2 * LONGEST:
            raise TextTooLong(most=LONGEST, given=len(held))
    return bytes(held)


def peer_texts(
    url: str, door: str, transport: httpx.AsyncBaseTransport | None = None
) -> Callable[[Hash32], Awaitable[bytes]]:
    """Another node's texts: its address, and the slice's door such as ``/api/reviews``."""
    base = f"{url.rstrip('/')}{door}/texts"
    timeout = httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS)

    async def fetch(digest: Hash32) -> bytes:
        held = bytearray()
        try:
            async with (
                asyncio.timeout(_SECONDS),
                httpx.AsyncClient(timeout=timeout, transport=transport) as http,
                http.stream("GET", f"{base}/{digest}") as answer,
            ):
                if answer.status_code != 200:
                    raise TextMissing(digest=digest)
                async for part in answer.aiter_bytes():
                    held += part
                    if len(held) > LONGEST:
                        raise TextMissing(digest=digest)
        except (httpx.HTTPError, TimeoutError) as error:
            raise TextMissing(digest=digest) from error
        return bytes(held)

    return fetch
