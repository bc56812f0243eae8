"""Results of a named query for whoever stays connected (WebSocket)."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any, Final
from urllib.parse import urlsplit

import anyio
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from tcmchain.epcis.model.refusals import SubscriptionWrong
from tcmchain.epcis.model.schedules import FIELDS
from tcmchain.epcis.service.subscribing import Subscriptions, read_controls
from tcmchain.errors import TcmChainError
from tcmchain.web.session import COOKIE, Caller, Sessions

_REFUSED: Final = 1008
_MOST: Final = 200


def router(subscriptions: Subscriptions, sessions: Sessions) -> APIRouter:
    """``/queries/{name}/events`` as a WebSocket; schedule or ``stream=true`` as parameters."""
    found = APIRouter()
    connected: set[WebSocket] = set()

    @found.websocket("/queries/{name}/events")
    async def listen(socket: WebSocket, name: str) -> None:
        """Each message is a document of results."""
        caller = _caller(socket, sessions)
        if caller is None or caller.member is None or len(connected) >= _MOST:
            await socket.close(_REFUSED, "session")
            return
        try:
            definition = _definition(socket)
            read_controls(definition)
            results = subscriptions.listen(name, definition)
            await socket.accept()
        except TcmChainError as error:
            await socket.close(_REFUSED, error.code)
            return
        connected.add(socket)
        try:
            await _pass_on(socket, results)
        finally:
            connected.discard(socket)

    return found


async def _pass_on(socket: WebSocket, results: AsyncGenerator[bytes, None]) -> None:
    """Send results until the other side goes; it is listened to, as nothing else tells that it has gone."""

    async def send() -> None:
        try:
            async with aclosing(results):
                async for document in results:
                    await socket.send_text(document.decode())
        except TcmChainError as error:
            with suppress(RuntimeError):
                await socket.close(_REFUSED, error.code)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await socket.receive_text()
        tasks.cancel_scope.cancel()


def _caller(socket: WebSocket, sessions: Sessions) -> Caller | None:
    origin, host = socket.headers.get("origin"), socket.headers.get("host", "")
    # A browser sends its cookies from any page, so the page has to be of this node.
    if origin is not None and urlsplit(origin).netloc != host:
        return None
    scheme, _, given = socket.headers.get("authorization", "").partition(" ")
    token = given.strip() if scheme.lower() == "bearer" else socket.cookies.get(COOKIE)
    return sessions.find(token) if token else None


def _definition(socket: WebSocket) -> dict[str, Any]:
    given = dict(socket.query_params)
    schedule = {name: given.pop(name) for name in FIELDS if name in given}
    found: dict[str, Any] = {"schedule": schedule} if schedule else {}
    for name in ("stream", "reportIfEmpty"):
        if name in given:
            found[name] = {"true": True, "false": False}.get(given.pop(name))
    if "initialRecordTime" in given:
        found["initialRecordTime"] = given.pop("initialRecordTime")
    if given:
        raise SubscriptionWrong(reason=next(iter(given))[:100])
    return found
