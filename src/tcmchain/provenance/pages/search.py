"""Finding lots, for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.pages.names import HerbName, Names, Party
from tcmchain.provenance.pages.stages import day_text
from tcmchain.provenance.pages.tables import lots_table
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.web.i18n import language_of
from tcmchain.web.pages import Pages

_PAGE: Final = 20
_HITS: Final = 8
_MOST_EXPORTED: Final = 5_000
Text = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Found:
    """A lot as a list of results shows it."""

    lot: Lot
    herb: HerbName
    maker: Party
    made: str
    expires: str


def found_of(lots: Sequence[Lot], names: Names) -> list[Found]:
    """Name lots for a reader."""
    names.read({lot.maker for lot in lots})
    return [
        Found(lot, names.herb(lot.form), names.party(lot.maker), format_mass(lot.made), day_text(lot.expires))
        for lot in lots
    ]


def router(ledger: Ledger, roll: Roll, pages: Pages) -> APIRouter:
    """``/provenance``: the search page, its results as one types, and what was found as a table."""
    found = APIRouter(prefix="/provenance", include_in_schema=False)

    @found.get("")
    def search(request: Request, q: Text = "", page: Annotated[int, Query(ge=1, le=50_000)] = 1) -> Response:
        """The page, or its results alone when htmx asks."""
        names = Names(roll, language_of(request))
        lots = ledger.search(q, _PAGE, (page - 1) * _PAGE)
        total = ledger.count(q)
        part = request.headers.get("hx-request") == "true" and request.headers.get("hx-target") == "results"
        return pages.render(
            request,
            "provenance/search/results.html" if part else "provenance/search.html",
            q=q,
            page=page,
            pages=max(1, -(-total // _PAGE)),
            total=total,
            results=found_of(lots, names),
        )

    @found.get("/hits")
    def list_hits(request: Request, q: Text = "") -> Response:
        """The first results, for the list under a search field."""
        names = Names(roll, language_of(request))
        lots = ledger.search(q, _HITS, 0) if q.strip() else []
        return pages.render(request, "provenance/search/hits.html", q=q, results=found_of(lots, names))

    @found.get("/lots.csv")
    def export(request: Request, q: Text = "") -> Response:
        """What was found as CSV."""
        return lots_table(ledger.search(q, _MOST_EXPORTED, 0), Names(roll, language_of(request)))

    return found
