"""The web's edge: every error becomes a status and a sentence in the reader's language."""

import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from tcmchain.errors import (
    Conflict,
    Gone,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    TcmChainError,
    TooLarge,
    TooMany,
    Unavailable,
)
from tcmchain.web.i18n import language_of
from tcmchain.web.pages import Pages
from tcmchain.web.sentences import Sentences
from tcmchain.web.watch import REQUEST_ID, template

_log = logging.getLogger(__name__)

_STATUS: Final[tuple[tuple[type[TcmChainError], int], ...]] = (
    (Gone, 410),
    (NotFound, 404),
    (NotSignedIn, 401),
    (NotPermitted, 403),
    (Conflict, 409),
    (TooLarge, 413),
    (Invalid, 422),
    (TooMany, 429),
    (Unavailable, 503),
)
_OWN: Final[Mapping[int, str]] = {404: "page-not-found", 405: "method-not-allowed", 413: "too-large"}


def status_of(error: TcmChainError) -> int:
    """The HTTP status of an error's family."""
    return next((status for family, status in _STATUS if isinstance(error, family)), 500)


def sentence_of(request: Request, error: TcmChainError) -> str:
    """The sentence of an error in the reader's language."""
    sentences: Sentences = request.app.state.sentences
    return sentences.of(error, language_of(request))


def install(app: FastAPI, sentences: Sentences, pages: Pages) -> None:
    """Answer every error of the application: JSON at ``/api`` and ``/rpc``, a page elsewhere."""
    app.state.sentences = sentences
    edge = _Edge(sentences, pages)
    app.state.edge = edge
    app.add_exception_handler(TcmChainError, edge.known)
    app.add_exception_handler(RequestValidationError, edge.malformed)
    app.add_exception_handler(HTTPException, edge.http)
    app.add_exception_handler(ClientDisconnect, edge.gone)
    app.add_exception_handler(Exception, edge.unknown)


class _Refusal(JSONResponse):
    """JSON that may quote what somebody sent, even text that is no valid Unicode."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


class _Edge:
    def __init__(self, sentences: Sentences, pages: Pages) -> None:
        self._sentences = sentences
        self._pages = pages

    async def known(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, TcmChainError)
        message = self._sentences.of(error, language_of(request))
        details = jsonable_encoder(error.details, custom_encoder={bytes: bytes.hex})
        return self._answer(request, status_of(error), error.code, message, details)

    async def malformed(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if not _for_programs(request) and all(fault["loc"][:1] == ("path",) for fault in error.errors()):
            # An address that was cut or mistyped names no page.
            return await self.http(request, HTTPException(404))
        faults = [
            {"where": ".".join(str(part) for part in fault["loc"][1:]), "what": fault["msg"]}
            for fault in error.errors()
        ]
        first = faults[0] if faults else {"where": "", "what": ""}
        message = self._sentences.text("malformed", language_of(request), first)
        return self._answer(request, 422, "malformed", message, {"faults": faults[:20], **first})

    async def http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _OWN.get(error.status_code, "invalid")
        message = self._sentences.text(code, language_of(request), {"path": request.url.path[:200]})
        answer = self._answer(request, error.status_code, code, message, {})
        answer.headers.update(error.headers or {})
        return answer

    async def gone(self, _: Request, error: Exception) -> Response:
        """Whoever breaks off an upload gets no answer, and fills no log."""
        assert isinstance(error, ClientDisconnect)
        return Response(status_code=400)

    async def unknown(self, request: Request, error: Exception) -> Response:
        found = getattr(request.state, "request_id", "")
        _log.error("%s %s, request %s", request.method, template(request.scope), found, exc_info=error)
        message = self._sentences.text("error", language_of(request), {})
        answer = self._answer(request, 500, "error", message, {})
        answer.headers.update(getattr(request.state, "security", {}))
        answer.headers.update({REQUEST_ID: found} if found else {})
        return answer

    def _answer(self, request: Request, status: int, code: str, message: str, details: Mapping[str, Any]) -> Response:
        if _for_programs(request):
            return _Refusal({"code": code, "message": message, "details": details}, status)
        return self._pages.render(request, "error.html", status, code=code, message=message, status=status)


def _for_programs(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/rpc/")) or "text/html" not in request.headers.get("accept", "")
