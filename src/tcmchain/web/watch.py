"""Outermost of all: counts, times and logs each request by its route's template, and ends streams at a stop."""

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tcmchain.web.log_lines import REQUESTS
from tcmchain.web.metrics import Metrics

REQUEST_ID: Final = "X-Request-Id"
_REQUEST_ID: Final = REQUEST_ID.lower().encode()
_STREAM: Final = b"text/event-stream"
_NOWHERE: Final = "(none)"
_UNNAMED: Final = "(other)"
_ABNORMAL: Final = 1006


class Streams:
    """Answers that never end by themselves (``text/event-stream``); a stop ends them all."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self.stopping = False

    def add(self, task: asyncio.Task[Any] | None) -> None:
        """Remember the task that answers such a request."""
        if task is None:
            return
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self.stopping:
            task.cancel()

    def end(self) -> None:
        """End all of them, and those that begin from now on."""
        self.stopping = True
        for task in list(self._tasks):
            task.cancel()


class Watch:
    """Every answer carries an ``X-Request-Id``, under which the log has one line about it.

    The line holds method, route template, status and milliseconds: never the path, the query, the caller or a body.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, streams: Streams) -> None:
        self._app = app
        self._metrics = metrics
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        await _Watched(self._metrics, self._streams, scope, send).answer(self._app, receive)


class _Watched:
    def __init__(self, metrics: Metrics, streams: Streams, scope: Scope, send: Send) -> None:
        self._metrics = metrics
        self._streams = streams
        self._scope = scope
        self._send = send
        self._socket = scope["type"] == "websocket"
        self._status = _ABNORMAL if self._socket else 500
        self._streamed = False
        self._id = secrets.token_hex(8)
        # Asked here, as the answer itself may be sent from a task below this one.
        self._task = asyncio.current_task()

    async def answer(self, app: ASGIApp, receive: Receive) -> None:
        # Read by whoever words an unexpected error, as that answer does not pass this way.
        self._scope.setdefault("state", {})["request_id"] = self._id
        began = time.perf_counter()
        self._metrics.began(self._socket)
        try:
            await app(self._scope, receive, self._told)
        except asyncio.CancelledError:
            if not (self._streamed and self._streams.stopping):
                raise
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._metrics.ended(self._socket)
            self._tell(time.perf_counter() - began)

    async def _told(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            self._status = message["status"]
            headers = [*message.get("headers", ()), (_REQUEST_ID, self._id.encode())]
            message["headers"] = headers
            if any(name == b"content-type" and value.startswith(_STREAM) for name, value in headers):
                self._streamed = True
                self._streams.add(self._task)
        elif kind == "websocket.accept":
            self._status = 101
        elif kind == "websocket.close" and self._status == _ABNORMAL:
            self._status = 403
        await self._send(message)

    def _tell(self, seconds: float) -> None:
        method = "WEBSOCKET" if self._socket else self._scope["method"]
        route = template(self._scope)
        if not self._socket:
            self._metrics.answered(method, route, self._status, seconds)
        level = logging.ERROR if 500 <= self._status < 600 else logging.INFO
        if not REQUESTS.isEnabledFor(level):
            return
        fields = {
            "method": method,
            "route": route,
            "status": self._status,
            "ms": round(seconds * 1000, 1),
            "request": self._id,
        }
        REQUESTS.log(level, "request", extra={"fields": fields})


def template(scope: Mapping[str, Any]) -> str:
    """The route's template, such as ``/api/lots/{lot}``; ``(none)`` when no route takes the path."""
    if "endpoint" not in scope:
        return _NOWHERE
    mounted: str = scope.get("root_path", "")[len(scope.get("app_root_path", "")) :]
    if mounted:
        return mounted + "/*"
    # A route knows only its own part of the address, not what the routers around it put before.
    own = getattr(scope.get("route"), "path", "")
    if own and ":" not in own:
        parts = scope["path"].split("/")
        return "/".join(parts[: len(parts) - own.count("/")]) + own
    return _named_again(scope)


def _named_again(scope: Mapping[str, Any]) -> str:
    """The path with the parameters' values taken for their names again, from the right, whole parts first."""
    rest, behind = scope["path"] + "/", ""
    for name, value in reversed(scope.get("path_params", {}).items()):
        text = str(value)
        before, hit, after = rest.rpartition(f"/{text}/")
        if hit:
            rest, behind = before + "/", f"{{{name}}}/{after}{behind}"
            continue
        before, hit, after = rest.rpartition(text)
        if not (text and hit):
            return _UNNAMED
        rest, behind = before, f"{{{name}}}{after}{behind}"
    return (rest + behind).removesuffix("/") or "/"
