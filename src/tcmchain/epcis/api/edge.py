"""The standard's manners at every door: headers, negotiation, and refusals as RFC 7807 problems.

The kinds of problems are those that the OpenAPI description of EPCIS 2.0 names.
"""

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from tcmchain import RELEASE
from tcmchain.epcis.model import refusals
from tcmchain.epcis.model.contexts import STANDARD_PREFIXES
from tcmchain.epcis.model.errors import DocumentInvalid, EventInvalid
from tcmchain.epcis.model.ledger_names import NAMESPACE, PREFIX
from tcmchain.epcis.model.parameters import read_prefixes
from tcmchain.epcis.model.refusals import NoMember, NotAcceptable
from tcmchain.epcis.service.capture import EVENT_LIMIT
from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, NotSignedIn, TcmChainError, TooLarge
from tcmchain.values import MemberId
from tcmchain.web.errors import sentence_of, status_of
from tcmchain.web.session import signed_in

VERSION: Final = "2.0"
SIZE_LIMIT: Final = 10 << 20
PROBLEM: Final = "application/problem+json"
_LONGEST_QUERY: Final = 16_000
_EXTENSIONS: Final = f"{PREFIX}={NAMESPACE}"
_OFFERED: Final = ("application/json", "application/ld+json", PROBLEM, "application/*", "*/*")
_TAKEN: Final = ("application/json", "application/ld+json")

VERSIONS: Final[Mapping[str, str]] = {
    "GS1-EPCIS-Version": VERSION,
    "GS1-CBV-Version": VERSION,
    "GS1-Extensions": _EXTENSIONS,
}
DISCOVERY: Final[Mapping[str, str]] = {
    **VERSIONS,
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
    "GS1-EPC-Format": "Never_Translates",
    "GS1-CBV-XML-Format": "Never_Translates",
    "GS1-Vendor-Version": f"tcmchain/{RELEASE}",
}
CAPTURE_LIMITS: Final[Mapping[str, str]] = {
    "GS1-EPCIS-Capture-Limit": str(EVENT_LIMIT),
    "GS1-EPCIS-Capture-File-Size-Limit": str(SIZE_LIMIT),
    "GS1-Capture-Error-Behaviour": "rollback",
}

_KINDS: Final[tuple[tuple[type[TcmChainError], int, str], ...]] = (
    (refusals.MediaUnknown, 415, "UnsupportedMediaTypeException"),
    (refusals.NotAcceptable, 406, "NotAcceptableException"),
    (refusals.TooManyEvents, 413, "CaptureLimitExceededException"),
    (refusals.ResultTooLarge, 413, "QueryTooLargeException"),
    (refusals.QuestionTooComplex, 413, "QueryTooComplexException"),
    (refusals.QueryKnownAlready, 409, "ResourceAlreadyExistsException"),
    (refusals.EventIdTaken, 409, "ResourceAlreadyExistsException"),
    (refusals.QueryUnknown, 404, "NoSuchNameException"),
    (refusals.ParameterUnknown, 400, "QueryParameterException"),
    (refusals.ParameterWrong, 400, "QueryParameterException"),
    (refusals.SubscriptionWrong, 400, "SubscriptionControlsException"),
    (refusals.DestinationForbidden, 400, "SubscriptionControlsException"),
    (NotSignedIn, 401, "SecurityException"),
    (NotPermitted, 403, "SecurityException"),
    (NotFound, 404, "NoSuchResourceException"),
    (TooLarge, 413, "CaptureLimitExceededException"),
    (Invalid, 400, "ValidationException"),
    (Conflict, 409, "ResourceAlreadyExistsException"),
)
_PLAIN: Final = {404: "NoSuchResourceException", 413: "CaptureLimitExceededException", 414: "URITooLongException"}


class EpcisRoute(APIRoute):
    """A door that answers in the standard's manners, whatever happens behind it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The door's handler with what stands before and behind it."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                _negotiate(request)
                answer = await inner(request)
            except TcmChainError as error:
                answer = problem_answer(request, error)
            except RequestValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"][1:])
                answer = problem_answer(request, refusals.ParameterWrong(parameter=where, expected=first["msg"]))
            except HTTPException as error:
                kind = _PLAIN.get(error.status_code, "ImplementationException")
                answer = _problem(error.status_code, kind, error.detail, error.detail)
            for name, value in VERSIONS.items():
                answer.headers.setdefault(name, value)
            if answer.status_code == 413:
                answer.headers.update(CAPTURE_LIMITS)
            return answer

        return handle


def problem_answer(request: Request, error: TcmChainError) -> Response:
    """A refusal as a problem in the reader's language."""
    status, kind = kind_of(error)
    more: dict[str, Any] = {"code": error.code, **{k: v for k, v in error.details.items() if k not in ("id", "status")}}
    if isinstance(error, DocumentInvalid):
        more["errors"] = [
            {"index": f.index, "place": f.place, "rule": f.rule, "value": f.value} for f in error.findings[:1000]
        ]
    return _problem(status, kind, error.code, sentence_of(request, error), **more)


def kind_of(error: TcmChainError) -> tuple[int, str]:
    """Status and kind of a refusal."""
    if isinstance(error, EventInvalid | DocumentInvalid):
        return 400, "ValidationException"
    return next(
        ((status, kind) for family, status, kind in _KINDS if isinstance(error, family)),
        (status_of(error), "ImplementationException"),
    )


def member_of(request: Request) -> MemberId:
    """The member that the caller acts for; raises ``NotSignedIn`` or ``NoMember``."""
    member = signed_in(request).member
    if member is None:
        raise NoMember
    return member


def prefixes(request: Request) -> dict[str, str]:
    """Prefixes of extension fields: the standard's, and those that the GS1-Extensions header names."""
    return {
        **STANDARD_PREFIXES,
        **read_prefixes(_EXTENSIONS),
        **read_prefixes(request.headers.get("gs1-extensions", "")),
    }


async def json_body(request: Request) -> bytes:
    """A body of JSON or JSON-LD; raises ``MediaUnknown``."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in _TAKEN:
        raise refusals.MediaUnknown(given=given[:100] or "—")
    return await request.body()


def discovery(allow: str, **more: str) -> Response:
    """The answer to OPTIONS."""
    return Response(status_code=204, headers={"Allow": allow, **DISCOVERY, **more})


def base_url(request: Request) -> str:
    """Address of the interface, without a slash at the end."""
    return f"{request.url.scheme}://{request.url.netloc}/epcis"


def _negotiate(request: Request) -> None:
    headers = request.headers
    accepted = [part.partition(";")[0].strip().lower() for part in headers.get("accept", "*/*").split(",")]
    # Browsers ask for pages, and take JSON where there is none.
    if not any(wish in _OFFERED or wish == "text/html" for wish in accepted):
        raise NotAcceptable(header="Accept", given=headers["accept"][:100], offered="application/json")
    for name in ("GS1-EPCIS", "GS1-CBV"):
        for end in ("Version", "Min", "Max"):
            given = headers.get(f"{name}-{end}")
            if given is not None and not _holds(end, given):
                raise NotAcceptable(header=f"{name}-{end}", given=given[:100], offered=VERSION)
    wanted = headers.get("GS1-EPC-Format", "No_Preference")
    if wanted not in ("No_Preference", "Never_Translates"):
        raise NotAcceptable(header="GS1-EPC-Format", given=wanted[:100], offered="Never_Translates")
    if len(request.url.query) > _LONGEST_QUERY:
        raise HTTPException(414, "URI too long")


def _holds(end: str, given: str) -> bool:
    try:
        number = tuple(int(part) for part in given.split(".")[:2])
    except ValueError:
        return False
    return {"Version": number == (2, 0), "Min": number <= (2, 0), "Max": number >= (2, 0)}[end]


def _problem(status: int, kind: str, title: str, detail: str, **more: Any) -> Response:
    content = {"type": f"epcisException:{kind}", "title": title, "status": status, "detail": detail, **more}
    body = json.dumps(content, ensure_ascii=False, default=str).encode(errors="replace")
    return Response(body, status, media_type=PROBLEM)
