"""``/records``: shells that the patient's device fills. Which patient or file is meant, no address tells the node."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tcmchain.members.service.roll import Roll
from tcmchain.records.pages.thresholds import thresholds
from tcmchain.records.pages.wording import words
from tcmchain.web.drawing.icon import icon
from tcmchain.web.drawing.qr import qr
from tcmchain.web.i18n import Language, language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.session import caller

SHELLS: Final[Mapping[str, str]] = {
    "/records": "records/home.html",
    "/records/register": "records/register.html",
    "/records/profile": "records/profile.html",
    "/records/add": "records/add.html",
    "/records/file": "records/file.html",
    "/records/export": "records/export.html",
}
"""Pages that are the same for everybody."""

ICONS: Final = (
    *("stethoscope", "heart-pulse", "clipboard-list", "scroll-text", "pill", "package-open", "cpu", "flask-conical"),
    *("microscope", "file-text", "user", "triangle-alert", "pen", "lock", "lock-open", "fingerprint", "plus", "upload"),
    *("shield-check", "shield-x", "eye", "trash-2", "download", "printer", "users", "hospital", "x", "inbox", "info"),
    *("link", "search", "cloud-upload", "check", "key-round", "circle-alert", "refresh-cw", "history", "building-2"),
)
"""What the scripts draw: a picture a kind of record, and those of their buttons."""


def router(roll: Roll, pages: Pages, url: str) -> APIRouter:
    """The pages; ``url`` is the node's public one, to which the code at a hospital's desk leads."""
    found = APIRouter(include_in_schema=False)
    for path, template in SHELLS.items():
        _shell(found, path, template, pages)

    @found.get("/records/welcome")
    def welcome(request: Request) -> Response:
        """The code at a hospital's desk: with it a patient's own device registers there."""
        who = caller(request)
        if who is None or who.member is None:
            return pages.render(request, "records/welcome.html", name="", link="", code="")
        language = language_of(request)
        link = f"{url}/records/register#at={who.member}"
        return pages.render(
            request,
            "records/welcome.html",
            name=roll.member(who.member).profile.name(language),
            link=link,
            code=qr(link, translator(language)("在本院登记的二维码")),
        )

    return found


def _shell(found: APIRouter, path: str, template: str, pages: Pages) -> None:
    @found.get(path)
    def shell(request: Request) -> Response:
        return pages.render(request, template, device=_device(language_of(request)))


def _device(language: Language) -> Mapping[str, object]:
    """What the scripts of these pages need of us: sentences, drawings, and from which values on something is told."""
    return {
        "words": words(language),
        "thresholds": thresholds(language),
        "icons": {name: icon(name) for name in ICONS},
    }
