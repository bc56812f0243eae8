"""``/consent``: what is granted, asked for, looked at, and what happens when keys are lost or minutes count.

The node knows no opening of a grant, so these pages hold words and places; everything else is opened, signed and
sealed in the browser.
"""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from tcmchain.consent.pages.care_words import ACCESSES, EMERGENCIES, GUARDIANS, PROXIES, RECEIVED
from tcmchain.consent.pages.words import GRANTS, VISITS
from tcmchain.web.i18n import N_, language_of, translator
from tcmchain.web.pages import Pages

SECTIONS: Final = (
    ("/consent", N_("授权")),
    ("/consent/requests", N_("医师请求")),
    ("/consent/show", N_("出示给医师")),
    ("/consent/accesses", N_("访问记录")),
    ("/consent/received", N_("授给我的")),
    ("/consent/proxies", N_("家人代理")),
    ("/consent/guardians", N_("监护人与恢复")),
    ("/consent/emergencies", N_("紧急调阅")),
)

_ICONS: Final = (
    "alarm-clock", "arrow-left", "badge-check", "ban", "check", "circle-alert", "circle-check", "circle-x", "clock",
    "eye", "eye-off", "file-spreadsheet", "fingerprint", "handshake", "heart-pulse", "hourglass", "inbox", "key-round",
    "life-buoy", "lock", "lock-open", "mail", "pencil", "plus", "qr-code", "refresh-cw", "send", "shield-alert",
    "shield-check", "shield-x", "signature", "stethoscope", "timer", "trash-2", "triangle-alert", "undo-2", "user",
    "user-check", "user-plus", "users", "wallet", "wifi-off", "x",
)  # fmt: skip
"""Icons that scripts put into these pages."""

_WORDS: Final = {**GRANTS, **VISITS, **ACCESSES, **PROXIES, **GUARDIANS, **EMERGENCIES, **RECEIVED}

_PAGES: Final = {
    "": "grants",
    "/new": "writing",
    "/requests": "requests",
    "/show": "show",
    "/accesses": "accesses",
    "/received": "received",
    "/proxies": "proxies",
    "/guardians": "guardians",
    "/emergencies": "emergencies",
}


def router(pages: Pages) -> APIRouter:
    """The shells; the same for everybody."""
    found = APIRouter(prefix="/consent", include_in_schema=False)
    for path, name in _PAGES.items():
        found.add_api_route(path, _shell(pages, name), methods=["GET"], name=f"show_{name}")
    return found


def _shell(pages: Pages, name: str) -> Callable[[Request], Response]:
    def show(request: Request) -> Response:
        _ = translator(language_of(request))
        words = {key: _(text) for key, text in _WORDS.items()}
        return pages.render(request, f"consent/{name}.html", words=words, sections=SECTIONS, icons=_ICONS)

    return show
