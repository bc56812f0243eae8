"""``/prescriptions``: shells that the browser fills; which prescription is meant no address tells the node."""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from tcmchain.prescriptions.pages.wording import PAPER, WORDS
from tcmchain.prescriptions.readmodel.records import Wanted
from tcmchain.prescriptions.service.building import Prescriptions
from tcmchain.values import day_of
from tcmchain.web.i18n import language_of, translator
from tcmchain.web.pages import Pages

_ICONS: Final = (
    *("badge-check", "check", "circle-alert", "circle-check", "circle-help", "circle-x", "copy", "eye", "inbox"),
    *("info", "lock", "lock-open", "ban", "package-open", "pencil", "plus", "printer", "qr-code", "refresh-cw"),
    *("scroll-text", "signature", "stethoscope", "trash-2", "triangle-alert", "users", "wallet", "x"),
)
_PAGES: Final = {"/write": "write", "/sign": "sign", "/dispense": "dispense"}


def router(pages: Pages, prescriptions: Prescriptions) -> APIRouter:
    """The pages."""
    found = APIRouter(prefix="/prescriptions", include_in_schema=False)
    for path, name in _PAGES.items():
        found.add_api_route(path, _shell(pages, name), methods=["GET"], name=f"show_prescription_{name}")

    @found.get("")
    def show_home(request: Request) -> Response:
        """A patient's slips, and how many prescriptions there are."""
        counts = prescriptions.rights.counts(Wanted())
        return pages.render(request, "prescriptions/home.html", counts=counts, **_surface(request))

    @found.get("/rules")
    def show_rules(request: Request) -> Response:
        """Rule sets with who signed them."""
        published = [(one, day_of(one.at)) for one in prescriptions.rule_sets.published()]
        return pages.render(request, "prescriptions/rules.html", published=published, **_surface(request))

    return found


def _shell(pages: Pages, name: str) -> Callable[[Request], Response]:
    def show(request: Request) -> Response:
        return pages.render(request, f"prescriptions/{name}.html", **_surface(request))

    return show


def _surface(request: Request) -> dict[str, object]:
    language = language_of(request)
    _ = translator(language)
    device: dict[str, object] = {"words": {}, "thresholds": {}, "icons": {}}
    words = {key: _(text) for key, text in WORDS.items()}
    return {"words": words, "paper": dict(PAPER), "icons": _ICONS, "device": device}
