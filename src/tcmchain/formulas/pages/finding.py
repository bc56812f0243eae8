"""``/formulas/find``: the formulas that a description may ask for, each with its grounds."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from tcmchain.formulas.model.query import Hit
from tcmchain.formulas.pages import compare, learning, search
from tcmchain.formulas.pages.search import row_of
from tcmchain.formulas.service.finding import LONGEST_DESCRIPTION, Finding
from tcmchain.formulas.service.shelf import Shelf
from tcmchain.web.i18n import language_of
from tcmchain.web.pages import Pages

_FIRST: Final = 10


def finding_pages(finding: Finding, shelf: Shelf, pages: Pages) -> APIRouter:
    """Searching, finding by description, comparing, doses and learning; they stand before the page of a formula."""
    found = APIRouter()
    found.include_router(search.router(finding, pages))
    found.include_router(_description(finding, pages))
    found.include_router(compare.router(finding, shelf, pages))
    found.include_router(learning.router(finding, shelf, pages))
    return found


def _description(finding: Finding, pages: Pages) -> APIRouter:
    """The form, and its answer, which is drawn and kept nowhere."""
    found = APIRouter(prefix="/formulas", include_in_schema=False)

    def answer(request: Request, text: str) -> Response:
        language = language_of(request)
        suggested = finding.suggest(text, _FIRST)
        return pages.render(
            request,
            "formulas/find_results.html" if "hx-request" in request.headers else "formulas/find.html",
            text=text,
            longest=LONGEST_DESCRIPTION,
            rows=[(row_of(Hit(one.formula, ()), language), one) for one in suggested],
            count=finding.count(),
        )

    @found.get("/find")
    def show_form(request: Request) -> Response:
        """An empty form."""
        return answer(request, "")

    @found.post("/find")
    def find(request: Request, text: Annotated[str, Form(max_length=LONGEST_DESCRIPTION)] = "") -> Response:
        """What a description may ask for. It is sent in the body, so that it stands in no address and no log."""
        return answer(request, text)

    return found
