"""``/encounters``: shells that the physician's browser fills; which visit is meant no address tells the node."""

from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from tcmchain.encounters.pages.wording import WORDS
from tcmchain.web.drawing.icon import icon
from tcmchain.web.i18n import Language, language_of, translator
from tcmchain.web.pages import Pages

Words = Callable[[Language], Mapping[str, str]]
"""Sentences in which files of records are read out."""

_ICONS: Final = (
    *(
        "badge-check",
        "check",
        "circle-alert",
        "circle-check",
        "circle-x",
        "eye",
        "history",
        "inbox",
        "key-round",
        "lock",
    ),
    *("lock-open", "pencil", "plus", "qr-code", "refresh-cw", "send", "signature", "stethoscope", "triangle-alert"),
    *("wallet", "x"),
)
_DRAWN: Final = (
    *("stethoscope", "heart-pulse", "clipboard-list", "scroll-text", "pill", "package-open", "cpu", "flask-conical"),
    *("microscope", "file-text", "user", "triangle-alert", "pen", "circle-alert", "info", "eye", "download", "printer"),
)
_PAGES: Final = {"": "desk", "/visit": "visit"}


def router(pages: Pages, records_words: Words) -> APIRouter:
    """The shells; the same for everybody."""
    found = APIRouter(prefix="/encounters", include_in_schema=False)
    for path, name in _PAGES.items():
        found.add_api_route(path, _shell(pages, name, records_words), methods=["GET"], name=f"show_encounter_{name}")
    return found


def _shell(pages: Pages, name: str, records_words: Words) -> Callable[[Request], Response]:
    def show(request: Request) -> Response:
        language = language_of(request)
        _ = translator(language)
        words = {key: _(text) for key, text in WORDS.items()}
        device = {
            "words": records_words(language),
            "thresholds": {},
            "icons": {drawing: icon(drawing) for drawing in _DRAWN},
        }
        return pages.render(request, f"encounters/{name}.html", words=words, icons=_ICONS, device=device)

    return show
