"""``/units``: looking a unit up by what is printed on it."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from tcmchain.gs1.errors import TraceCodeRefused
from tcmchain.gs1.trace_code import parse as parse_trace_code
from tcmchain.provenance.model.errors import GtinInvalid, LinkInvalid, UnknownLot
from tcmchain.provenance.model.gs1 import DigitalLink, build_link, parse_link
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.units.model.codes import read_serial, write_serial
from tcmchain.units.model.errors import SerialUnreadable
from tcmchain.units.service.verdicts import Verdicts
from tcmchain.web.pages import Pages


def router(ledger: Ledger, verdicts: Verdicts, pages: Pages) -> APIRouter:
    """The page, which leads on to the unit when it knows one."""
    found = APIRouter(include_in_schema=False)

    @found.get("/units")
    def look_up(request: Request, q: Annotated[str, Query(max_length=300)] = "") -> Response:
        """A serial, a Digital Link or a drug trace code (药品追溯码)."""
        text = q.strip()
        code = _trace_code(text)
        path = "" if code or not text else _path(text, ledger, verdicts)
        if path:
            return RedirectResponse(path, 303)
        lots = list(ledger.lots(verdicts.by_trace_code(code)).values()) if code else []
        unknown = bool(text) and not lots
        return pages.render(
            request, "units/lookup.html", 404 if unknown else 200, q=text, traced=bool(code), lots=lots, unknown=unknown
        )

    return found


def _trace_code(text: str) -> str:
    try:
        return parse_trace_code(text).code
    except TraceCodeRefused:
        return ""


def _path(text: str, ledger: Ledger, verdicts: Verdicts) -> str:
    """Where the page of a unit or a lot is, empty when nothing is meant."""
    try:
        path = urlsplit(text).path
        if "/01/" in path:
            return build_link(parse_link(path[path.index("/01/") :]))
    except (LinkInvalid, GtinInvalid, ValueError):
        return ""
    try:
        serial = write_serial(read_serial(text))
        for id in verdicts.having(read_serial(text)):
            return unit_path(ledger.lot(id), serial)
    except SerialUnreadable:
        pass
    try:
        return ledger.by_code(text).path
    except UnknownLot:
        return ""


def unit_path(lot: Lot, serial: str) -> str:
    """The page of a unit."""
    return build_link(DigitalLink(lot.gtin, lot.reference, serial)) if lot.gtin else lot.path
