"""The certificate of a lot, for everybody."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.errors import GtinInvalid, IdUnreadable, LinkInvalid, UnknownLot
from tcmchain.provenance.model.gs1 import parse_link
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.panels import Panel, shown
from tcmchain.provenance.pages.resolver import Resolver
from tcmchain.provenance.pages.shelf import Kept, Shelf, Stamp
from tcmchain.provenance.pages.story import proofs_of, story_of
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import LotId
from tcmchain.web.drawing.guilloche import guilloche
from tcmchain.web.drawing.qr import qr
from tcmchain.web.i18n import language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.session import caller

_DAY: Final = 86_400


class Certificates:
    """Renders certificates and keeps those that people look at."""

    def __init__(
        self,
        ledger: Ledger,
        recalls: Recalls,
        roll: Roll,
        pages: Pages,
        behind: Behind,
        panels: Sequence[Panel] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._recalls = recalls
        self._roll = roll
        self._pages = pages
        self._behind = behind
        self._panels = panels
        self._now = now
        self._shelf = Shelf()

    def at_hand(self, request: Request) -> Response | None:
        """The kept page of an address while it is fresh; quick enough to be asked between other requests."""
        variant = _variant(request)
        kept = None if variant is None else self._shelf.find(variant)
        if kept is None or kept.stamp != self._stamp(kept.lot):
            return None
        return _answer(request, kept)

    def show(self, request: Request, lot: Lot, serial: str = "") -> Response:
        """The page of a lot or of one of its units; that of a lot is kept for whoever is not signed in."""
        variant = None if serial else _variant(request)
        if variant is None:
            return self._render(request, lot, serial)
        # read before rendering: what moves meanwhile makes the page stale at once
        stamp = self._stamp(lot.id)
        page = self._render(request, lot, serial)
        self._shelf.put(lot.id, variant, stamp, bytes(page.body))
        return page

    def _stamp(self, lot: LotId) -> Stamp:
        panels = sum(panel.version(lot) for panel in self._panels)
        return self._ledger.version(lot) + panels, int(self._now()) // _DAY

    def _render(self, request: Request, lot: Lot, serial: str) -> Response:
        found = self._ledger.certificate(lot.id)
        language = language_of(request)
        _ = translator(language)
        url = f"{self._behind.url}{lot.path}"
        return self._pages.render(
            request,
            "provenance/certificate.html",
            story=story_of(found, Names(self._roll, language), self._now()),
            found=found,
            recalls=self._recalls.holding_up([lot.id]).get(lot.id, ()),
            code=qr(url, _("本证书的二维码")),
            rosette=guilloche(lot.id),
            serial=serial,
            panels=shown(self._panels, request, lot, serial),
            proofs={
                "rpc": self._behind.rpc,
                "chainId": self._behind.chain_id,
                "ledgers": self._behind.ledgers(),
                "members": self._behind.members,
                "peers": self._behind.peers,
                "steps": proofs_of(found),
            },
        )

    def unknown(self, request: Request, text: str) -> Response:
        """The page that says that a code is on no record."""
        return self._pages.render(request, "provenance/unknown.html", 404, text=text[:80])


def router(ledger: Ledger, certificates: Certificates, resolver: Resolver) -> APIRouter:
    """GS1 Digital Links, the pages of lots, and short codes."""
    found = APIRouter(include_in_schema=False)

    @found.api_route("/01/{rest:path}", methods=["GET", "HEAD"])
    async def follow_link(request: Request) -> Response:
        """The certificate of a packed lot, a unit's serial shows its lot; or whatever else is asked of the link."""
        if resolver.is_asked(request):
            return await run_in_threadpool(resolver.resolve, request)
        kept = certificates.at_hand(request)
        return resolver.announce(request, await run_in_threadpool(linked, request) if kept is None else kept)

    def linked(request: Request) -> Response:
        path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
        try:
            link = parse_link(path)
            return certificates.show(request, ledger.by_gtin(link.gtin, link.lot), link.serial)
        except (UnknownLot, LinkInvalid, GtinInvalid):
            listed = resolver.list_item(request)
            if listed is not None:
                return listed
            return certificates.unknown(request, request.path_params["rest"].replace("/10/", " "))

    @found.get("/provenance/lots/{lot}")
    async def show_lot(request: Request, lot: str) -> Response:
        """The certificate of any lot."""
        kept = certificates.at_hand(request)
        return await run_in_threadpool(known, request, lot) if kept is None else kept

    def known(request: Request, lot: str) -> Response:
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

    return found


def _answer(request: Request, kept: Kept) -> Response:
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return HTMLResponse(kept.compressed, headers={**headers, "Content-Encoding": "gzip"})
    return HTMLResponse(kept.plain, headers=headers)


def _variant(request: Request) -> str | None:
    """What a page depends on besides its lot; ``None`` when it is for this request alone."""
    if request.url.query or caller(request) is not None:
        return None
    return f"{request.url.path} {language_of(request)}"
