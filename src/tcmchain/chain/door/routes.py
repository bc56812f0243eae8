"""``/rpc/<chain>``: a standard JSON-RPC door to each chain, over HTTP and WebSocket."""

from collections.abc import Collection, Mapping
from typing import Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from tcmchain.chain.door.admission import Admission, NotAdmitted
from tcmchain.chain.door.answering import UNAVAILABLE, Answer, Answering, Question, error, failure, parse
from tcmchain.chain.door.quota import Limits
from tcmchain.chain.door.socket import Socket
from tcmchain.chain.rpc import INVALID_PARAMS, LIMIT_EXCEEDED, Rpc
from tcmchain.errors import TooMany
from tcmchain.values import ChainName

_LOCAL: Final = ("localhost", "127.0.0.1", "::1")
_POLICY_VIOLATION: Final = 1008
_TRY_AGAIN: Final = 1013
_STATUS: Final = {LIMIT_EXCEEDED: 429, UNAVAILABLE: 503}


def router(
    rpcs: Mapping[ChainName, Rpc],
    hosts: Collection[str] = _LOCAL,
    origins: Collection[str] = (),
    limits: Limits | None = None,
) -> APIRouter:
    """The door to ``rpcs``. ``hosts`` are the node's names, ``origins`` other sites whose pages may read."""
    door = _Door(rpcs, Admission(frozenset(hosts), frozenset(origins)), Answering(limits or Limits()))
    routes = APIRouter()
    # Plain routes, without the parameter machinery: this is the busiest door of the node.
    routes.add_route("/rpc/{chain}", door.post, methods=["POST"])
    routes.add_route("/rpc/{chain}", door.preflight, methods=["OPTIONS"])
    routes.add_websocket_route("/rpc/{chain}", door.connect)
    return routes


class _Door:
    def __init__(self, rpcs: Mapping[ChainName, Rpc], admission: Admission, answering: Answering) -> None:
        self._rpcs: Mapping[str, Rpc] = {str(chain): rpc for chain, rpc in rpcs.items()}
        self._admission = admission
        self._answering = answering
        self._sockets = 0

    async def preflight(self, request: Request) -> Response:
        try:
            self._admission.admit(request)
        except NotAdmitted as refused:
            return _json(403, failure(None, refused))
        return Response(status_code=204, headers=self._admission.headers(request))

    async def post(self, request: Request) -> Response:
        try:
            caller = self._admission.admit(request)
        except NotAdmitted as refused:
            return _json(403, failure(None, refused))
        headers = self._admission.headers(request)
        rpc = self._rpcs.get(request.path_params["chain"])
        if rpc is None:
            return _json(404, error(None, INVALID_PARAMS, "there is no such chain"), headers)
        body = await _read(request, self._answering.limits.body)
        if body is None:
            most = self._answering.limits.body
            return _json(413, error(None, LIMIT_EXCEEDED, f"the body is too large: at most {most} bytes"), headers)
        asked = parse(body, self._answering.limits)
        try:
            self._answering.quotas.ask(caller.address, len(asked) if isinstance(asked, list) else 1)
        except TooMany as refused:
            answer = failure(asked.id if isinstance(asked, Question) else None, refused)
            return _json(429, answer, headers | {"retry-after": str(refused.details["seconds"])})
        if isinstance(asked, list):
            return _json(200, await self._answering.batch(rpc, caller, asked), headers)
        answer = await self._answering.answer(rpc, caller, asked) if isinstance(asked, Question) else asked
        return _json(_status(answer), answer, headers)

    async def connect(self, websocket: WebSocket) -> None:
        rpc = self._rpcs.get(websocket.path_params["chain"])
        try:
            caller = self._admission.admit(websocket)
        except NotAdmitted:
            await websocket.close(_POLICY_VIOLATION)
            return
        if rpc is None:
            await websocket.close(_POLICY_VIOLATION)
            return
        if self._sockets >= self._answering.limits.sockets:
            await websocket.close(_TRY_AGAIN)
            return
        await websocket.accept()
        self._sockets += 1
        try:
            await Socket(websocket, rpc, caller, self._answering).run()
        finally:
            self._sockets -= 1


def _status(answer: Answer) -> int:
    refused = answer.get("error")
    if refused is None:
        return 200
    told = refused.get("data")
    # A limit of this very question, as too many blocks of logs, is no reason to come back later.
    later = isinstance(told, dict) and "code" in told
    return _STATUS.get(refused["code"], 200) if later else 200


async def _read(request: Request, most: int) -> bytes | None:
    """The body; ``None`` when it is larger than the door takes, told before it is read where its length is given."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)


def _json(status: int, told: Answer | list[Answer], headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(told), status, headers, "application/json")
