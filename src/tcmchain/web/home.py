"""Pages of the kit itself: the front door, the wallet, what stands behind the ledger, the API's index."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response

from tcmchain.web.i18n import N_, language_of, translator
from tcmchain.web.pages import Pages
from tcmchain.web.wallet_words import WORDS

Health = Callable[[], Awaitable[Mapping[str, Any]]]

_CHAINS: Final = {
    "care": (N_("第一条链 · 健康"), N_("药材溯源与健康档案")),
    "pharmacy": (N_("第二条链 · 药房"), N_("方剂、咨询与评价")),
    "resources": (N_("第三条链 · 资源"), N_("医师、器械与调剂")),
}
_HOUR: Final = {"Cache-Control": "public, max-age=3600"}


@dataclass(frozen=True, slots=True)
class ChainCard:
    """How one chain stands, for the front page."""

    title: str
    what: str
    ok: bool
    head: int | None
    lag: int | None


@dataclass(frozen=True, slots=True)
class ApiDoor:
    """One operation of the HTTP API."""

    method: str
    path: str
    summary: str


def router(pages: Pages, health: Health) -> APIRouter:
    """``/``, ``/wallet``, ``/words``, ``/about/ledger`` and ``/api``."""
    found = APIRouter(include_in_schema=False)

    @found.get("/")
    async def home(request: Request) -> Response:
        """The front door."""
        _ = translator(language_of(request))
        told = (await health())["chains"]
        chains = [
            ChainCard(_(title), _(what), told[name]["ok"], told[name]["head"], told[name]["lag"])
            for name, (title, what) in _CHAINS.items()
        ]
        return pages.render(request, "home.html", chains=chains)

    @found.get("/wallet")
    def wallet(request: Request) -> Response:
        """The browser's wallet."""
        return pages.render(request, "wallet.html")

    @found.get("/words")
    def words(request: Request) -> Response:
        """The wallet's sentences in the reader's language."""
        _ = translator(language_of(request))
        return JSONResponse({name: _(sentence) for name, sentence in WORDS.items()}, headers=_HOUR)

    @found.get("/about/ledger")
    def ledger(request: Request) -> Response:
        """What kind of ledger stands behind this node."""
        return pages.render(request, "ledger.html")

    @found.get("/api")
    def api(request: Request) -> Response:
        """Every door of the HTTP API."""
        return pages.render(request, "api.html", groups=_doors(request.app))

    return found


def _doors(app: FastAPI) -> dict[str, list[ApiDoor]]:
    groups: dict[str, list[ApiDoor]] = defaultdict(list)
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            group = (operation.get("tags") or ["node"])[0]
            groups[group].append(ApiDoor(method.upper(), path, operation.get("summary", "")))
    return groups
