"""The certificate of a lot, for everybody."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.errors import GtinInvalid, IdUnreadable, LinkInvalid, UnknownLot
from tcmchain.provenance.model.gs1 import parse_link
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.shelf import Shelf
from tcmchain.provenance.pages.story import proofs_of, story_of
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import LotId
from tcmchain.web.drawing.guilloche import guilloche
from tcmchain.web.drawing.qr import qr
from tcmchain.web.i18n import language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.session import caller

_DAY: Final = 86_400
_PEER_SECONDS: Final = 4.0


class Certificates:
    """Renders certificates and keeps those that people look at."""

    def __init__(
        self, ledger: Ledger, roll: Roll, pages: Pages, behind: Behind, now: Callable[[], float] = time.time
    ) -> None:
        self._ledger = ledger
        self._roll = roll
        self._pages = pages
        self._behind = behind
        self._now = now
        self._shelf = Shelf()

    def show(self, request: Request, lot: Lot) -> Response:
        """The page of a lot; from the shelf for whoever is not signed in."""
        stamp = (self._ledger.version(lot.id), int(self._now()) // _DAY)
        language = language_of(request)
        anonymous = caller(request) is None
        if anonymous:
            kept = self._shelf.find(lot.id, language, stamp)
            if kept is not None:
                return HTMLResponse(kept)
        page = self._render(request, lot)
        if anonymous:
            self._shelf.put(lot.id, language, stamp, bytes(page.body))
        return page

    def _render(self, request: Request, lot: Lot) -> Response:
        found = self._ledger.certificate(lot.id)
        language = language_of(request)
        _ = translator(language)
        url = f"{self._behind.url}{lot.path}"
        return self._pages.render(
            request,
            "provenance/certificate.html",
            story=story_of(found, Names(self._roll, language), self._now()),
            found=found,
            behind=self._behind,
            url=url,
            code=qr(url, _("本证书的二维码")),
            rosette=guilloche(lot.id),
            proofs={
                "rpc": self._behind.rpc,
                "chainId": self._behind.chain_id,
                "provenance": self._behind.provenance,
                "members": self._behind.members,
                "peers": len(self._behind.peers),
                "steps": proofs_of(found),
            },
        )

    def unknown(self, request: Request, text: str) -> Response:
        """The page that says that a code is on no record."""
        page = self._pages.render(request, "provenance/unknown.html", text=text[:80])
        page.status_code = 404
        return page


def router(ledger: Ledger, certificates: Certificates, behind: Behind) -> APIRouter:
    """GS1 Digital Links, the pages of lots, and short codes."""
    found = APIRouter(include_in_schema=False)

    @found.get("/01/{rest:path}")
    def follow_link(request: Request) -> Response:
        """The certificate of a packed lot; a unit's serial shows its lot."""
        path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
        try:
            link = parse_link(path)
            return certificates.show(request, ledger.by_gtin(link.gtin, link.lot))
        except (UnknownLot, LinkInvalid, GtinInvalid):
            return certificates.unknown(request, request.path_params["rest"].replace("/10/", " "))

    @found.get("/provenance/lots/{lot}")
    def show_lot(request: Request, lot: str) -> Response:
        """The certificate of any lot."""
        try:
            return certificates.show(request, ledger.lot(LotId(read_id(lot))))
        except (UnknownLot, IdUnreadable):
            return certificates.unknown(request, lot)

    @found.get("/provenance/codes/{code}")
    def follow_code(request: Request, code: str) -> Response:
        """The certificate of a short code."""
        try:
            return RedirectResponse(ledger.by_code(code).path, 303)
        except UnknownLot:
            return certificates.unknown(request, code)

    @found.get("/provenance/peers/{block}")
    async def ask_peers(block: int) -> list[dict[str, str]]:
        """Which hash other members' nodes know a block by; empty for a node that does not answer."""
        return await _block_hashes(behind.peers, behind.rpc, block)

    return found


async def _block_hashes(peers: tuple[str, ...], rpc: str, block: int) -> list[dict[str, str]]:
    async with httpx.AsyncClient(timeout=_PEER_SECONDS) as client:
        hashes = await asyncio.gather(*(_block_hash(client, f"{peer}{rpc}", block) for peer in peers))
    return [{"peer": peer, "hash": known} for peer, known in zip(peers, hashes, strict=True)]


async def _block_hash(client: httpx.AsyncClient, url: str, block: int) -> str:
    question = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": [hex(block), False]}
    try:
        answer = (await client.post(url, json=question)).json()
        return str((answer.get("result") or {}).get("hash", ""))
    except (httpx.HTTPError, ValueError, AttributeError):
        return ""
