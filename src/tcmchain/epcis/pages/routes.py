"""What a member sees of its captured events: the newest, those that fit, a job's errors, an event and its proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from tcmchain.epcis.model.jobs import CaptureJob, JobId
from tcmchain.epcis.model.parameters import read_question
from tcmchain.epcis.model.refusals import MovedNotAnchored, NoMember, NotAnchoredYet
from tcmchain.epcis.model.vocabulary import BIZ_STEP, words
from tcmchain.epcis.pages.names import KINDS, STEPS
from tcmchain.epcis.readmodel.rows import Captured
from tcmchain.epcis.service.anchoring import Proof
from tcmchain.epcis.service.building import Epcis
from tcmchain.epcis.service.documents import RESOURCES, collection
from tcmchain.epcis.service.wording import fault_sentence
from tcmchain.members.service.roll import Roll
from tcmchain.values import BEIJING, MemberId
from tcmchain.web.i18n import language_of
from tcmchain.web.pages import Pages
from tcmchain.web.session import caller

_A_PAGE: Final = 20
_JOBS: Final = 8
_GOODS: Final = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_Text = Annotated[str, Query(max_length=500)]


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as a list shows it; ``goods`` are its first identifiers."""

    id: str
    kind: str
    step: str
    when: str
    recorded: str
    goods: tuple[str, ...]
    more: int
    moved: bool
    declared: bool
    place: str


def router(epcis: Epcis, roll: Roll, pages: Pages) -> APIRouter:
    """``/epcis`` for people; programs that ask for it in JSON get the list of resources."""
    found = APIRouter(prefix="/epcis", include_in_schema=False)
    _overview(found, epcis, roll, pages)
    _details(found, epcis, roll, pages)
    return found


def _overview(found: APIRouter, epcis: Epcis, roll: Roll, pages: Pages) -> None:
    @found.get("")
    async def show_events(
        request: Request, step: _Text = "", kind: _Text = "", goods: _Text = "", token: _Text = ""
    ) -> Response:
        """The newest events, or those that fit; and the member's jobs and batches."""
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse(collection(RESOURCES), headers={"GS1-EPCIS-Version": "2.0", "GS1-CBV-Version": "2.0"})
        member = _member(request)
        if member is None:
            count = await run_in_threadpool(epcis.asking.count)
            return pages.render(request, "epcis/closed.html", count=count)
        asked = {"EQ_bizStep": step, "eventType": kind, "MATCH_anyEPC": goods.strip()}
        question = read_question({name: [value] for name, value in asked.items() if value})
        page = await run_in_threadpool(epcis.asking.ask, question, _A_PAGE, token or None)
        jobs = await run_in_threadpool(epcis.capture.jobs, member, _JOBS)
        batches = await run_in_threadpool(epcis.anchoring.newest, _JOBS)
        return pages.render(
            request,
            "epcis/events.html",
            rows=[_row(event) for event in page.events],
            token=page.token,
            jobs=[(job, _moment(job.created)) for _, job in jobs],
            batches=[(batch, _moment(batch.created)) for batch in batches],
            members=roll.members([MemberId(batch.member) for batch in batches]),
            count=await run_in_threadpool(epcis.asking.count),
            kinds=KINDS,
            steps=_steps(),
            asked={"step": step, "kind": kind, "goods": goods},
        )


def _details(found: APIRouter, epcis: Epcis, roll: Roll, pages: Pages) -> None:
    @found.get("/show/jobs/{job}")
    async def show_job(request: Request, job: Annotated[str, Path(max_length=64)]) -> Response:
        """What became of a document, with every error's place and rule."""
        kept = await run_in_threadpool(epcis.capture.job, JobId(job), _required(request))
        return pages.render(request, "epcis/job.html", job=kept, **_job_facts(request, kept))

    @found.get("/show/events/{event:path}")
    async def show_event(request: Request, event: Annotated[str, Path(max_length=2000)]) -> Response:
        """An event, those that declare it wrong, and its proof."""
        _required(request)
        events = await run_in_threadpool(epcis.asking.event, event)
        first = events[0]
        proof = await run_in_threadpool(_proof, epcis, first)
        return pages.render(
            request,
            "epcis/event.html",
            row=_row(first),
            event=first,
            record=_shown(first.record()),
            declared=[_shown(other.record().get("errorDeclaration", {})) for other in events[1:]],
            proof=proof,
            siblings=[] if proof is None else [sibling.hex() for sibling in proof.siblings],
            member=roll.members([MemberId(first.member)]).get(MemberId(first.member)),
            kinds=KINDS,
            steps=STEPS,
        )


def _proof(epcis: Epcis, event: Captured) -> Proof | None:
    try:
        return epcis.anchoring.proof(event)
    except (NotAnchoredYet, MovedNotAnchored):
        return None


def _member(request: Request) -> MemberId | None:
    who = caller(request)
    return None if who is None else who.member


def _required(request: Request) -> MemberId:
    member = _member(request)
    if member is None:
        raise NoMember
    return member


def _job_facts(request: Request, job: CaptureJob) -> dict[str, Any]:
    sentences, language = request.app.state.sentences, language_of(request)
    return {
        "created": _moment(job.created),
        "finished": None if job.finished is None else _moment(job.finished),
        "faults": [(fault, fault_sentence(fault, sentences, language)) for fault in job.faults],
    }


def _steps() -> list[tuple[str, str]]:
    return [(word, STEPS.get(word, word)) for word in words(BIZ_STEP)]


def _row(event: Captured) -> EventRow:
    record = event.record()
    goods = [
        *([record["parentID"]] if record.get("parentID") else []),
        *(
            each
            for name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
            for each in record.get(name) or []
        ),
        *(
            each["epcClass"]
            for name in ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
            for each in record.get(name) or []
        ),
    ]
    return EventRow(
        event.id,
        record["type"],
        record.get("bizStep", ""),
        _moment(event.event_time),
        _moment(event.record_time),
        tuple(goods[:2]),
        max(0, len(goods) - 2),
        event.move is not None,
        event.declared,
        (record.get("readPoint") or {}).get("id", ""),
    )


def _shown(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Fields and values of an event laid flat for reading."""
    found: list[tuple[str, str]] = []

    def walk(name: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                walk(f"{name} · {_short(key)}" if name else _short(key), inner)
        elif isinstance(value, list):
            for number, inner in enumerate(value, 1):
                walk(f"{name} {number}" if len(value) > 1 else name, inner)
        else:
            found.append((name, str(value)))

    walk("", record)
    return found[:300]


def _short(name: str) -> str:
    return name.rpartition("}")[2]


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, BEIJING).strftime("%Y-%m-%d %H:%M:%S")
