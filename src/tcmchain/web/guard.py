"""What stands before every request: hosts, origins, sizes, and headers that browsers obey."""

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tcmchain.errors import Invalid, NotPermitted, TcmChainError, TooLarge

MEBIBYTE: Final = 1 << 20
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'{peers}; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'; media-src 'self' blob:"
)


class HostUnknown(Invalid):
    """The node was asked under a name that is not its own: ``host``."""

    code = "host-unknown"


class OriginForeign(NotPermitted):
    """A page of another site tried to write: ``origin``."""

    code = "origin-foreign"


class BodyTooLarge(TooLarge):
    """The body is larger than this door takes: ``limit`` in bytes."""

    code = "body-too-large"


class Guard:
    """Refuses foreign hosts and origins and oversized bodies before anything is read, and sets security headers.

    ``hosts`` are the names the node answers to (without ports); ``open_paths`` check hosts and origins themselves;
    ``limits`` are bytes that single paths take.
    The application's edge words the refusals.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        peers: Collection[str] = (),
        limit: int = MEBIBYTE,
        table_limit: int = 10 * MEBIBYTE,
        open_paths: tuple[str, ...] = ("/rpc/",),
        table_paths: tuple[str, ...] = (
            "/api/provenance/bulk/",
            "/api/provenance/stocktakes",
            "/provenance/stocktakes",
            "/api/records/uploads/",
        ),
        limits: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._security = {
            "Content-Security-Policy": _POLICY.format(peers="".join(f" {peer}" for peer in peers)),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
        }
        self._limits = (limit, table_limit)
        self._open = open_paths
        self._tables = table_paths
        self._larger = dict(limits or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # What is answered to an unexpected error does not pass this way; the edge dresses it with these.
        scope.setdefault("state", {})["security"] = self._security
        path: str = scope["path"]
        limit = self._larger.get(path, self._limits[path.startswith(self._tables)])
        refusal = self._refusal(Headers(scope=scope), scope["method"], path, limit)
        if refusal is not None:
            answer: Response = await scope["app"].state.edge.known(Request(scope), refusal)
            await answer(scope, receive, self._dressed(send))
            return
        counted = _Counted(receive, limit)
        await self._app(scope, counted, self._dressed(send))

    def _refusal(self, headers: Headers, method: str, path: str, limit: int) -> TcmChainError | None:
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > limit:
            return BodyTooLarge(limit=limit)
        if path.startswith(self._open):
            return None
        host = headers.get("host", "")
        name = (_parts(f"//{host}").hostname or "").lower()
        if name not in self._hosts:
            return HostUnknown(host=host[:100])
        origin = headers.get("origin")
        if method not in _SAFE and origin is not None and _parts(origin).netloc != host:
            return OriginForeign(origin=origin[:100])
        return None

    def _dressed(self, send: Send) -> Send:
        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._security.items():
                    headers.setdefault(name, value)
            await send(message)

        return dress


def _parts(address: str) -> SplitResult:
    """Parts of an address that a stranger wrote; empty ones when it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


class _Counted:
    """Passes a body on and stops it at the limit, however it is declared."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._seen = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._limit:
                raise HTTPException(413)
        return message
