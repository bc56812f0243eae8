"""Capture: documents, single events, and what became of them."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from tcmchain.epcis.api.edge import (
    CAPTURE_LIMITS,
    SIZE_LIMIT,
    EpcisRoute,
    base_url,
    discovery,
    json_body,
    member_of,
)
from tcmchain.epcis.api.paging import next_headers, only_paging, per_page, place_of
from tcmchain.epcis.api.views import job_view, json_answer
from tcmchain.epcis.model.jobs import ErrorBehaviour, JobId
from tcmchain.epcis.model.refusals import NotAcceptable, ParameterWrong
from tcmchain.epcis.service.capture import Capture
from tcmchain.web.guard import BodyTooLarge
from tcmchain.web.i18n import language_of
from tcmchain.web.session import signed_in

_JobName = Annotated[str, Path(max_length=64)]


def router(capture: Capture) -> APIRouter:
    """``/capture`` and ``POST /events``."""
    found = APIRouter(route_class=EpcisRoute)
    _documents(found, capture)
    _jobs(found, capture)

    @found.post("/events", status_code=201)
    async def capture_event(request: Request) -> Response:
        """Capture one event at once; an event that is known already is answered as it stands."""
        member = member_of(request)
        event = await capture.capture_event(member, await json_body(request))
        where = f"{base_url(request)}/events/{quote(event.id, safe='')}"
        return Response(event.raw, 201, {"Location": where}, "application/json")

    return found


def _documents(found: APIRouter, capture: Capture) -> None:
    @found.post("/capture", status_code=202)
    async def capture_document(request: Request) -> Response:
        """Hand in a document; the job told in ``Location`` tells what becomes of it. It is kept before the answer."""
        member = member_of(request)
        behaviour = _behaviour(request)
        payload = await json_body(request)
        if len(payload) > SIZE_LIMIT:
            raise BodyTooLarge(limit=SIZE_LIMIT)
        job = await capture.hand_in(member, signed_in(request).address, payload, behaviour)
        where = f"{base_url(request)}/capture/{job.id}"
        return Response(status_code=202, headers={"Location": where, "GS1-Capture-Error-Behaviour": behaviour.value})

    @found.options("/capture", status_code=204)
    def discover_capture() -> Response:
        """What capture takes."""
        return discovery("OPTIONS, GET, POST", **CAPTURE_LIMITS)


def _jobs(found: APIRouter, capture: Capture) -> None:
    @found.get("/capture")
    async def list_jobs(request: Request) -> Response:
        """The member's capture jobs, newest first."""
        only_paging(request)
        member, limit, place = member_of(request), per_page(request), place_of(request)
        if place and not (place.isascii() and place.isdigit() and len(place) < 19):
            raise ParameterWrong(parameter="nextPageToken", expected="Link; rel=next")
        jobs = await run_in_threadpool(capture.jobs, member, limit + 1, int(place) if place else None)
        more = jobs[limit - 1][0] if len(jobs) > limit else None
        sentences, language = request.app.state.sentences, language_of(request)
        shown = [job_view(job, sentences, language) for _, job in jobs[:limit]]
        return json_answer(shown, headers=next_headers(request, more))

    @found.get("/capture/{job}")
    async def read_job(job: _JobName, request: Request) -> Response:
        """How far a capture job is, and what was wrong."""
        kept = await run_in_threadpool(capture.job, JobId(job), member_of(request))
        return json_answer(job_view(kept, request.app.state.sentences, language_of(request)))

    @found.options("/capture/{job}", status_code=204)
    def discover_job(job: _JobName) -> Response:  # noqa: ARG001
        """What a job answers to."""
        return discovery("OPTIONS, GET")


def _behaviour(request: Request) -> ErrorBehaviour:
    given = request.headers.get("GS1-Capture-Error-Behaviour", ErrorBehaviour.ROLLBACK.value)
    try:
        return ErrorBehaviour(given)
    except ValueError as error:
        raise NotAcceptable(
            header="GS1-Capture-Error-Behaviour", given=given[:100], offered="rollback, proceed"
        ) from error
