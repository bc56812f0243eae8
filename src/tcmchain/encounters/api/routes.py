"""``/api/encounters``: reading is for everybody, writing answers calls that the caller signs."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as PathPart
from fastapi.concurrency import run_in_threadpool

from tcmchain.chain.handover import HandOver
from tcmchain.encounters.api import bodies as b
from tcmchain.encounters.api.devices import read_device
from tcmchain.encounters.model.visits import VisitState
from tcmchain.encounters.service.building import Encounters
from tcmchain.encounters.service.visits import Visits, Wanted
from tcmchain.values import Address, Hash32, MemberId, UnixTime, VisitId
from tcmchain.web.askings import asking_account
from tcmchain.web.calls import CallsView

By = Annotated[Address, Depends(asking_account)]
"""Who asks, by an asking or by the session that stands."""
Visit = Annotated[b.Identifier, PathPart(description="id of the visit")]
Words = Annotated[str | None, Query(pattern="^(requested|permitted|declined|finished)$")]
Id = Annotated[b.Identifier | None, Query()]
AccountQuery = Annotated[b.AccountText | None, Query()]


def router(encounters: Encounters, hand_over: HandOver) -> APIRouter:
    """Visits, their requests and answers, offers, and what is recorded by itself."""
    found = APIRouter(prefix="/api/encounters", tags=["encounters"])
    _offering(found, encounters)
    _asking(found, encounters.visits, hand_over)
    _reading(found, encounters.visits)
    _answering(found, encounters.visits, hand_over)
    _recording(found, encounters)
    return found


def _offering(found: APIRouter, encounters: Encounters) -> None:
    @found.post("/offers", status_code=201)
    async def leave(body: b.OfferBody, request: Request) -> b.WaitingView:
        """As a patient, let a sealed offer wait for whoever types its code."""
        until = await run_in_threadpool(encounters.offers.leave, body.offer, body.content(), _place(request))
        return b.WaitingView(until=until)

    @found.post("/offers/{offer}/taking")
    async def take(offer: Annotated[b.OfferName, PathPart()], by: By) -> b.OfferView:
        """As an account of a member, take an offer; it can be taken once."""
        await run_in_threadpool(encounters.member_of, by)
        return b.OfferView.of(await run_in_threadpool(encounters.offers.take, offer, by))


def _asking(found: APIRouter, visits: Visits, hand_over: HandOver) -> None:
    @found.get("/requests/next")
    def read_next(by: By) -> b.NextView:
        """The id that the caller's next request will have; it stands in the letter that goes with it."""
        return b.NextView(id=visits.next_id(by))

    @found.post("/requests", response_model=CallsView)
    async def request(body: b.RequestBody, by: By) -> Any:
        """As a licensed physician, ask the patient behind a commitment."""
        given = (Hash32(body.whom), Hash32(body.terms), UnixTime(body.until))
        return await hand_over(await run_in_threadpool(visits.request, by, *given), by)


def _reading(found: APIRouter, visits: Visits) -> None:
    @found.get("")
    def list_visits(
        member: Id = None,
        practitioner: AccountQuery = None,
        patient: AccountQuery = None,
        terms: Id = None,
        state: Words = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> list[b.VisitView]:
        """Visits, the last requested first; ``before`` is the ``step`` of the last one seen."""
        wanted = Wanted(
            member=None if member is None else MemberId(member),
            practitioner=None if practitioner is None else Address(practitioner),
            patient=None if patient is None else Address(patient),
            terms=None if terms is None else Hash32(terms),
            state=None if state is None else VisitState[state.upper()],
        )
        return [b.VisitView.of(visit) for visit in visits.visits(wanted, limit, before)]

    @found.get("/{visit}")
    def read_visit(visit: Visit) -> b.VisitView:
        """One visit."""
        return b.VisitView.of(visits.visit(VisitId(visit)))


def _answering(found: APIRouter, visits: Visits, hand_over: HandOver) -> None:
    @found.post("/{visit}/permission", response_model=CallsView)
    async def permit(visit: Visit, body: b.PermissionBody, by: By) -> Any:
        """As the patient or a proxy, permit until a moment."""
        given = (Address(body.patient), Hash32(body.salt), Hash32(body.permission), UnixTime(body.until))
        return await hand_over(await run_in_threadpool(visits.permit, VisitId(visit), *given), by)

    @found.post("/{visit}/refusal", response_model=CallsView)
    async def decline(visit: Visit, body: b.RefusalBody, by: By) -> Any:
        """As the patient or a proxy, decline."""
        given = (Address(body.patient), Hash32(body.salt))
        return await hand_over(await run_in_threadpool(visits.decline, VisitId(visit), *given), by)

    @found.post("/{visit}/end", response_model=CallsView)
    async def finish(visit: Visit, by: By) -> Any:
        """As an account of the member or as the patient, end the visit."""
        return await hand_over(await run_in_threadpool(visits.finish, VisitId(visit)), by)


def _recording(found: APIRouter, encounters: Encounters) -> None:
    desks = encounters.desks

    @found.put("/{visit}/desk")
    async def hand_in(visit: Visit, body: b.DeskBody, by: By) -> b.DeskView:
        """As an account of the member, say under which of the patient's grants the node records by itself."""
        member = await run_in_threadpool(encounters.member_of, by)
        given = (Address(body.patient), Hash32(body.grant), body.opening.opening())
        return b.DeskView.of(await run_in_threadpool(desks.hand_in, member, VisitId(visit), *given))

    @found.get("/{visit}/desk")
    def read_desk(visit: Visit, by: By) -> b.DeskView:
        """As an account of the member, how much the node has recorded by itself."""
        encounters.visits.open_at(VisitId(visit), encounters.member_of(by))
        return b.DeskView.of(desks.desk(VisitId(visit)))

    @found.post("/{visit}/codes", status_code=201)
    def make_code(visit: Visit, by: By) -> b.CodeView:
        """As an account of the member, a code under which one dispensing belongs to the visit."""
        code = desks.next_code(encounters.member_of(by), VisitId(visit))
        return b.CodeView(code=code.code, commitment=code.commitment)

    @found.post("/{visit}/devices", status_code=201)
    async def use_device(visit: Visit, body: b.DeviceBody, by: By) -> b.RecordedView:
        """As an account of the member, record that a device was used; the node seals and appends it."""
        member = await run_in_threadpool(encounters.member_of, by)
        use = body.use(read_device(body.device))
        return b.RecordedView(file=await encounters.recording.use_device(member, VisitId(visit), use))


def _place(request: Request) -> str:
    return request.client.host if request.client else ""
