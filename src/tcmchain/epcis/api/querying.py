"""Questions: events by the standard's parameters, by their id, and by what they are about; and proofs."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from tcmchain.epcis.api.edge import EpcisRoute, discovery, member_of, prefixes
from tcmchain.epcis.api.paging import link_headers, next_headers, only_paging, per_page, place_of
from tcmchain.epcis.api.views import events_answer, json_answer, proof_view
from tcmchain.epcis.model.events import EventKind
from tcmchain.epcis.model.parameters import joined, read_question
from tcmchain.epcis.model.questions import Question
from tcmchain.epcis.model.refusals import ResourceUnknown
from tcmchain.epcis.model.vocabulary import BIZ_STEP, DISPOSITION, words
from tcmchain.epcis.service.anchoring import Anchoring
from tcmchain.epcis.service.asking import Asking
from tcmchain.epcis.service.documents import collection

_Name = Annotated[str, Path(max_length=2000)]
_KINDS: Final = tuple(kind.value for kind in EventKind)
_LISTS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "eventTypes": ("type", "eventType", _KINDS),
    "epcs": ("epc", "MATCH_anyEPC", ()),
    "bizSteps": ("bizStep", "EQ_bizStep", words(BIZ_STEP)),
    "bizLocations": ("bizLocation", "EQ_bizLocation", ()),
    "readPoints": ("readPoint", "EQ_readPoint", ()),
    "dispositions": ("disposition", "EQ_disposition", words(DISPOSITION)),
}
"""Of each top-level resource: the field, the parameter that asks for it, and the values that are there always."""


def router(asking: Asking, anchoring: Anchoring) -> APIRouter:
    """``/events`` and the top-level resources."""
    found = APIRouter(route_class=EpcisRoute)
    _events(found, asking, anchoring)
    for name in _LISTS:
        _resource(found, asking, name)

    @found.delete("/nextPageToken/{token}", status_code=501)
    def forget_token(token: _Name) -> Response:  # noqa: ARG001
        """Tokens end by themselves and cannot be ended."""
        kind = {"type": "epcisException:ImplementationException", "title": "not-implemented", "status": 501}
        return JSONResponse(kind, 501, media_type="application/problem+json")

    return found


async def answer(request: Request, asking: Asking, question: Question, name: str = "SimpleEventQuery") -> Response:
    """A page of answers to a question."""
    token = request.query_params.get("nextPageToken")
    page = await run_in_threadpool(asking.ask, question, per_page(request), token)
    return events_answer(request, page.events, link_headers(request, page.token, page.expires), name)


def parameters_of(request: Request) -> dict[str, Any]:
    """Parameters of a question out of the address."""
    return {k: v for k, v in joined(request.query_params.multi_items()).items() if k != "lang"}


def _events(found: APIRouter, asking: Asking, anchoring: Anchoring) -> None:
    @found.get("/events")
    async def ask(request: Request) -> Response:
        """Events by the parameters of SimpleEventQuery; an unknown parameter is refused by its name."""
        member_of(request)
        return await answer(request, asking, read_question(parameters_of(request), prefixes(request)))

    @found.options("/events", status_code=204)
    def discover_events() -> Response:
        """What events answer to."""
        return discovery("OPTIONS, GET, POST")

    @found.get("/events/{event:path}/proof")
    async def prove(event: _Name, request: Request) -> Response:
        """The way from an event's hash to the root that stands on the chain."""
        member_of(request)
        events = await run_in_threadpool(asking.event, event)
        proof = await run_in_threadpool(anchoring.proof, events[0])
        return json_answer(proof_view(request, proof))

    @found.get("/events/{event:path}")
    async def read_event(event: _Name, request: Request) -> Response:
        """The event of an id or hash id, with those that declare it wrong."""
        member_of(request)
        return events_answer(request, await run_in_threadpool(asking.event, event))

    @found.options("/events/{event:path}", status_code=204)
    def discover_event(event: _Name) -> Response:  # noqa: ARG001
        """What an event answers to."""
        return discovery("OPTIONS, GET")


def _resource(found: APIRouter, asking: Asking, name: str) -> None:
    facet, parameter, always = _LISTS[name]

    @found.get(f"/{name}", name=f"list_{name}")
    async def list_values(request: Request) -> Response:
        only_paging(request)
        member_of(request)
        limit, place = per_page(request), place_of(request)
        kept = await run_in_threadpool(asking.words, facet, place, limit + 1)
        values = sorted({*kept, *(value for value in always if value > place)})
        more = values[limit - 1] if len(values) > limit else None
        return json_answer(collection(values[:limit]), headers=next_headers(request, more))

    @found.options(f"/{name}", name=f"discover_{name}", status_code=204)
    def discover_values() -> Response:
        return discovery("OPTIONS, GET")

    @found.get(f"/{name}/{{value:path}}/events", name=f"events_of_{name}")
    async def list_events(value: _Name, request: Request) -> Response:
        member_of(request)
        await _known(value)
        asked = {**parameters_of(request), parameter: [value]}
        return await answer(request, asking, read_question(asked, prefixes(request)))

    @found.options(f"/{name}/{{value:path}}/events", name=f"discover_events_of_{name}", status_code=204)
    def discover_events(value: _Name) -> Response:  # noqa: ARG001
        return discovery("OPTIONS, GET")

    @found.get(f"/{name}/{{value:path}}", name=f"read_{name}")
    async def read_value(value: _Name, request: Request) -> Response:
        member_of(request)
        await _known(value)
        return json_answer(collection(["events"]))

    @found.options(f"/{name}/{{value:path}}", name=f"discover_of_{name}", status_code=204)
    def discover_value(value: _Name) -> Response:  # noqa: ARG001
        return discovery("OPTIONS, GET")

    async def _known(value: str) -> None:
        if value not in always and not await run_in_threadpool(asking.knows, facet, value):
            raise ResourceUnknown(resource=f"{name}/{value}"[:200])
