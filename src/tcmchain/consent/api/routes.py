"""``/api/consent``: grants as commitments, and break-glass."""

import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.concurrency import run_in_threadpool

from tcmchain.chain.handover import HandOver
from tcmchain.consent.api.bodies import (
    AccountText,
    BreakGlassBody,
    BreakGlassesView,
    BreakGlassView,
    CountsView,
    CountView,
    GrantBody,
    GrantsView,
    GrantView,
    Identifier,
    PassOnBody,
    ReadingView,
    RelayedView,
    ReviewBody,
    SignedGrantBody,
    TypedView,
)
from tcmchain.consent.model.granted import BreakGlass, Granted, Reading
from tcmchain.consent.service import Emergencies, Grants
from tcmchain.values import Address, Hash32, UnixTime
from tcmchain.web.askings import asking_account
from tcmchain.web.calls import CallsView

By = Annotated[Address, Depends(asking_account)]
"""Who asks, by an asking or by the session that stands."""
Id = Annotated[Identifier, Path()]
Offset = Annotated[int, Query(ge=0, le=1 << 31)]
Limit = Annotated[int, Query(ge=1, le=200)]


def router(
    grants: Grants, emergencies: Emergencies, hand_over: HandOver, now: Callable[[], float] = time.time
) -> APIRouter:
    """``/api/consent``."""
    found = APIRouter(prefix="/api/consent", tags=["consent"])
    _reading(found, grants, now)
    _granting(found, grants, hand_over)
    _emergencies(found, emergencies)
    _breaking(found, emergencies, hand_over)
    return found


def _reading(found: APIRouter, grants: Grants, now: Callable[[], float]) -> None:
    def view(grant: Granted) -> GrantView:
        return GrantView.of(grant, grant.state(UnixTime(int(now()))))

    @found.get("/grants")
    def list_grants(patient: Annotated[AccountText, Query()], offset: Offset = 0, limit: Limit = 200) -> GrantsView:
        """Grants of a patient, the newest first. There is no list by grantee: only the parties know."""
        return GrantsView(grants=[view(grant) for grant in grants.grants(Address(patient), offset, limit)])

    @found.get("/grants/{grant}")
    def read_grant(grant: Id) -> GrantView:
        """One grant."""
        return view(grants.grant(Hash32(grant)))

    @found.get("/grants/{grant}/reads")
    async def read_reads(
        grant: Id, terms: Annotated[Identifier, Query()], reader: Annotated[AccountText, Query()]
    ) -> ReadingView:
        """Whether a reader who opened these terms can use the grant now; asked of the chain itself."""
        why = await grants.reads(Hash32(grant), Hash32(terms), Address(reader))
        return ReadingView(allowed=why is Reading.ALLOWED, why=why.word)


def _granting(found: APIRouter, grants: Grants, hand_over: HandOver) -> None:
    @found.post("/grants/typed")
    async def grant_to_sign(body: GrantBody) -> TypedView:
        """What the patient, or a proxy, signs."""
        return TypedView(typed=(await grants.typed(body.grant())).as_json())

    @found.post("/grants", status_code=202)
    async def grant(body: SignedGrantBody) -> RelayedView:
        """Hand in a signed grant, which the node brings to the chain. The signature is the proof: nobody signs in."""
        granted, tx = await grants.relay(body.grant(), body.signature)
        return RelayedView(grant=granted, tx=tx)

    @found.post("/grants/{grant}/withdrawal", response_model=CallsView)
    async def withdraw(grant: Id, by: By) -> Any:
        """Withdraw a grant, as the patient, a proxy, or as who passed it on."""
        return await hand_over(await run_in_threadpool(grants.withdraw, Hash32(grant)), by)

    @found.post("/grants/{grant}/passing-on", response_model=CallsView)
    async def pass_on(grant: Id, body: PassOnBody, by: By) -> Any:
        """Pass on what a grant with this right gives, within its time."""
        given = Hash32(grant), Hash32(body.salt), Hash32(body.terms), UnixTime(body.until)
        return await hand_over(await run_in_threadpool(grants.pass_on, *given), by)


def _emergencies(found: APIRouter, emergencies: Emergencies) -> None:
    def view(glass: BreakGlass) -> BreakGlassView:
        return BreakGlassView.of(glass, emergencies.state(glass), emergencies.is_overdue(glass))

    @found.get("/emergencies")
    def list_emergencies(
        patient: Annotated[AccountText | None, Query()] = None,
        unreviewed: Annotated[bool, Query(description="only those that wait for a review, most urgent first")] = False,
        offset: Offset = 0,
        limit: Limit = 100,
    ) -> BreakGlassesView:
        """Break-glass of a patient, or of all, the newest first."""
        if unreviewed:
            listed = emergencies.unreviewed()
        else:
            listed = emergencies.break_glasses(None if patient is None else Address(patient), offset, limit)
        return BreakGlassesView(emergencies=[view(glass) for glass in listed])

    @found.get("/emergencies/counts")
    def read_counts() -> CountsView:
        """How often each member's practitioners broke glass, the most often first."""
        return CountsView(members=[CountView.of(counted) for counted in emergencies.counts()])

    @found.get("/emergencies/{glass}")
    def read_emergency(glass: Id) -> BreakGlassView:
        """One break-glass."""
        return view(emergencies.break_glass(Hash32(glass)))


def _breaking(found: APIRouter, emergencies: Emergencies, hand_over: HandOver) -> None:
    @found.post("/emergencies", response_model=CallsView)
    async def break_glass(body: BreakGlassBody, by: By) -> Any:
        """As a practitioner, ask for the emergency category of a patient."""
        given = Address(body.patient), Hash32(body.reason), by
        return await hand_over(await run_in_threadpool(emergencies.ask, *given), by)

    @found.post("/emergencies/{glass}/second", response_model=CallsView)
    async def second(glass: Id, by: By) -> Any:
        """As a practitioner of another member, confirm within the hour."""
        return await hand_over(await run_in_threadpool(emergencies.second, Hash32(glass)), by)

    @found.post("/emergencies/{glass}/end", response_model=CallsView)
    async def end(glass: Id, by: By) -> Any:
        """End it, as the patient, a proxy, or as who asked."""
        return await hand_over(await run_in_threadpool(emergencies.end, Hash32(glass)), by)

    @found.post("/emergencies/{glass}/review", response_model=CallsView)
    async def review(glass: Id, body: ReviewBody, by: By) -> Any:
        """As a regulator, review one that was confirmed."""
        given = Hash32(glass), body.justified, Hash32(body.findings)
        return await hand_over(await run_in_threadpool(emergencies.review, *given), by)
