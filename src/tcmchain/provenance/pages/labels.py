"""Labels to print: of lots, and of units by their open codes."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.errors import UnknownLot
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.pages.behind import Behind
from tcmchain.provenance.pages.names import Names
from tcmchain.provenance.pages.search import found_of
from tcmchain.provenance.service.labels import TITLE, Goods, lot_labels, open_codes, unit_labels
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import LotId
from tcmchain.web.i18n import language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.printing.press import Press
from tcmchain.web.printing.sheets import PAPERS, Label, TooManyLabels, draw_sheet, paper_of
from tcmchain.web.session import caller

_SHOWN: Final = 30
_MOST: Final = 2_000
_MOST_SERIALS: Final = 500
_A4_24: Final = "a4-24"


class LabelPages:
    """Gathers what is to be printed."""

    def __init__(self, ledger: Ledger, roll: Roll, behind: Behind) -> None:
        self._ledger = ledger
        self._roll = roll
        self._behind = behind

    def offered(self, request: Request, q: str, chosen: Sequence[str]) -> list[Lot]:
        """Lots to choose from: those chosen, what is searched for, else what the reader's member has at hand."""
        lots = {lot.id: lot for lot in (self._ledger.by_code(text) for text in chosen)}
        asking = caller(request)
        if q.strip() or asking is None or asking.member is None:
            more = self._ledger.search(q, _SHOWN, 0)
        else:
            more = [held.lot for held in self._ledger.holdings(asking.member)][:_SHOWN]
        return [*lots.values(), *(lot for lot in more if lot.id not in lots)]

    def labels(self, names: Names, lots: Sequence[str], copies: int, serials: str) -> Iterator[Label]:
        """Labels of lots, or of one packed lot's units when serials are given.

        Raises ``UnknownLot``, ``TooManyLabels``, ``CodesOffered`` and ``LinkInvalid``.
        """
        units = open_codes(serials)
        found = [self._ledger.by_code(text) for text in lots]
        limit = _MOST_SERIALS if units else _MOST
        if (len(units) or copies) * len(found) > limit:
            raise TooManyLabels(limit=limit)
        for lot in found:
            if not units:
                yield from lot_labels(self._goods(lot, names), self._link(lot), lot.code, copies, names.language)
                continue
            if not lot.gtin:
                raise UnknownLot(lot=lot.reference)
            yield from unit_labels(self._goods(lot, names), self._behind.url, units, names.language)

    def _link(self, lot: Lot) -> str:
        return f"{self._behind.url}{lot.path}"

    def _goods(self, lot: Lot, names: Names) -> Goods:
        return Goods(lot.form, lot.reference, lot.gtin, lot.expires, names.party(lot.maker).name)


def router(ledger: Ledger, roll: Roll, pages: Pages, behind: Behind, press: Press) -> APIRouter:
    """``/labels``: choose lots and paper; ``/labels/sheet.pdf``: the labels."""
    found = APIRouter(prefix="/labels", include_in_schema=False)
    labels = LabelPages(ledger, roll, behind)

    @found.get("")
    def choose(
        request: Request,
        q: Annotated[str, Query(max_length=100)] = "",
        lot: Annotated[list[str] | None, Query(max_length=50)] = None,
    ) -> Response:
        """The page on which lots, paper and copies are chosen."""
        chosen = lot or []
        names = Names(roll, language_of(request))
        lots = labels.offered(request, q, chosen)
        return pages.render(
            request,
            "provenance/labels.html",
            q=q,
            lots=found_of(lots, names),
            chosen={lot.id for lot in lots[: len(set(chosen))]},
            papers=PAPERS.values(),
            preset=_A4_24,
            most=_MOST,
        )

    @found.post("/sheet.pdf")
    def print_sheet(
        request: Request,
        lot: Annotated[list[LotId] | None, Form(max_length=50)] = None,
        copies: Annotated[int, Form(ge=1, le=_MOST)] = 1,
        paper: Annotated[str, Form(max_length=40)] = _A4_24,
        serials: Annotated[str, Form(max_length=20_000)] = "",
    ) -> Response:
        """The labels as PDF."""
        language = language_of(request)
        wanted = labels.labels(Names(roll, language), lot or [], copies, serials)
        title = translator(language)(TITLE)
        with press.turn():
            return pdf_file("labels.pdf", draw_sheet(wanted, paper_of(paper), title, language))

    return found


def pdf_file(name: str, content: bytes) -> Response:
    """A PDF file that browsers show."""
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-cache"}
    return Response(content, media_type="application/pdf", headers=headers)
