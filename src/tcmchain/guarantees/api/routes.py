"""The doors, put together: reading is for everybody, writing answers calls for the caller to sign."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.concurrency import run_in_threadpool

from tcmchain.chain.calls import Call
from tcmchain.chain.handover import HandOver
from tcmchain.guarantees.api import bodies as b
from tcmchain.guarantees.api import views as v
from tcmchain.guarantees.model.errors import NoMember
from tcmchain.guarantees.model.pledges import BondState, CaseState
from tcmchain.guarantees.service.cases import Guarantees
from tcmchain.guarantees.service.growers import Growers
from tcmchain.values import CaseId, Hash32, LotId, MemberId, RecallId
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
Limit = Annotated[int, Query(ge=1, le=200)]
Before = Annotated[int | None, Query(ge=0, le=2**62)]
Grower = Annotated[b.Identifier | None, Query()]


def router(guarantees: Guarantees, growers: Growers, hand_over: HandOver) -> APIRouter:
    """``/api/guarantees``."""
    found = APIRouter(prefix="/api/guarantees", tags=["guarantees"])

    async def answer(calls: Sequence[Call], caller: Caller, rehearse: bool = True) -> Any:
        return await hand_over(calls, caller.address, rehearse=rehearse)

    _reading(found, guarantees, growers)
    _mine(found, guarantees)
    _ruling(found, guarantees, answer)
    _judging(found, guarantees, answer)
    _claiming(found, guarantees, answer)
    return found


def member_of(caller: Caller) -> MemberId:
    """The member that the caller acts for; raises ``NoMember``."""
    if caller.member is None:
        raise NoMember(account=caller.address)
    return caller.member


def _reading(found: APIRouter, guarantees: Guarantees, growers: Growers) -> None:
    @found.get("/totals")
    def read_totals() -> v.TotalsView:
        """Sums over all bonds and cases."""
        return v.TotalsView.of(guarantees.totals())

    @found.get("/tariffs")
    def list_tariffs(limit: Limit = 20) -> list[v.TariffView]:
        """Tariffs, the one in force first; none while entries are free."""
        return [v.TariffView.of(tariff) for tariff in guarantees.tariffs(limit)]

    @found.get("/bonds")
    def list_bonds(
        grower: Grower = None, state: BondState | None = None, limit: Limit = 50, before: Before = None
    ) -> list[v.BondView]:
        """Bonds, newest first."""
        whose = None if grower is None else MemberId(grower)
        return [v.BondView.of(bond) for bond in guarantees.bonds(limit, before, whose, state)]

    @found.get("/bonds/{lot}")
    def read_bond(lot: b.Identifier) -> v.BondView:
        """A lot's bond."""
        return v.BondView.of(guarantees.bond(LotId(lot)))

    @found.get("/cases")
    def list_cases(
        grower: Grower = None, state: CaseState | None = None, limit: Limit = 50, before: Before = None
    ) -> list[v.CaseView]:
        """Cases, newest first."""
        whose = None if grower is None else MemberId(grower)
        states = [] if state is None else [state]
        return [v.CaseView.of(case) for case in guarantees.cases(limit, before, whose, states)]

    @found.get("/cases/{case}")
    def read_case(case: b.Identifier) -> v.CaseReportView:
        """A case with its claims and shares."""
        known = guarantees.case(CaseId(case))
        return v.CaseReportView(
            case=v.CaseView.of(known),
            claims=[v.ClaimView.of(claim) for claim in guarantees.claims(known.id)],
            shares=[v.ShareView.of(share) for share in guarantees.shares(known)],
        )

    @found.get("/relations")
    def list_relations(member: Grower = None) -> list[v.RelationView]:
        """Related parties of a member, or all."""
        whose = None if member is None else MemberId(member)
        return [v.RelationView.of(relation) for relation in guarantees.relations(whose)]

    @found.get("/growers/{member}")
    def read_grower(member: b.Identifier) -> v.GrowerView:
        """A grower's public record, out of events alone."""
        return v.GrowerView.of(growers.record(MemberId(member)))


def _mine(found: APIRouter, guarantees: Guarantees) -> None:
    @found.get("/claimable")
    def list_claimable(caller: SignedIn) -> list[v.ClaimableView]:
        """What the caller's member may claim for now."""
        return [v.ClaimableView.of(claimable) for claimable in guarantees.claimable(member_of(caller))]

    @found.get("/waiting")
    def list_waiting(caller: SignedIn) -> list[v.ShareView]:
        """Shares that the caller's member has still to collect."""
        return [v.ShareView.of(share) for _, share in guarantees.waiting(member_of(caller))]


def _ruling(found: APIRouter, guarantees: Guarantees, answer: Any) -> None:
    @found.post("/tariffs", response_model=CallsView)
    async def set_tariff(body: b.TariffBody, caller: SignedIn) -> Any:
        """Set the tariff for later lots; by a regulator."""
        return await answer(guarantees.set_tariff(body.tariff(), body.facts), caller)

    @found.post("/relations", response_model=CallsView)
    async def relate(body: b.RelationBody, caller: SignedIn) -> Any:
        """Say whether two members are related parties; by a regulator that is neither."""
        calls = guarantees.relate(MemberId(body.a), MemberId(body.b), body.related, body.facts)
        return await answer(calls, caller)

    @found.post("/bonds/{lot}/release", response_model=CallsView)
    async def release(lot: b.Identifier, caller: SignedIn) -> Any:
        """Return a bond whose term is over; by anybody."""
        return await answer(guarantees.release(LotId(lot)), caller, rehearse=False)


def _judging(found: APIRouter, guarantees: Guarantees, answer: Any) -> None:
    @found.post("/cases", response_model=CallsView)
    async def accuse(body: b.AccusationBody, caller: SignedIn) -> Any:
        """Hold something against a bonded lot; by a lab."""
        return await answer(guarantees.accuse(LotId(body.lot), Hash32(body.findings), body.facts), caller)

    @found.post("/cases/{case}/dismiss", response_model=CallsView)
    async def dismiss(case: b.Identifier, body: b.ReasonBody, caller: SignedIn) -> Any:
        """Find for the grower; by a regulator."""
        return await answer(guarantees.dismiss(CaseId(case), body.facts), caller)

    @found.post("/cases/{case}/confirm", response_model=CallsView)
    async def confirm(case: b.Identifier, body: b.VerdictBody, caller: SignedIn) -> Any:
        """Find against the grower; by a regulator."""
        return await answer(guarantees.confirm(CaseId(case), RecallId(body.recall), body.facts), caller)

    @found.post("/cases/{case}/lapse", response_model=CallsView)
    async def lapse(case: b.Identifier, caller: SignedIn) -> Any:
        """End a case that nobody decided in time; by anybody."""
        return await answer(guarantees.lapse(CaseId(case)), caller, rehearse=False)


def _claiming(found: APIRouter, guarantees: Guarantees, answer: Any) -> None:
    @found.post("/cases/{case}/claims", response_model=CallsView)
    async def claim(case: b.Identifier, body: b.ClaimBody, caller: SignedIn) -> Any:
        """Claim for frozen lots that the caller's member holds or has dispensed."""
        lots = [LotId(lot) for lot in body.lots]
        calls = await run_in_threadpool(guarantees.claim, CaseId(case), member_of(caller), lots)
        return await answer(calls, caller)

    @found.post("/cases/{case}/strike", response_model=CallsView)
    async def strike(case: b.Identifier, body: b.StrikeBody, caller: SignedIn) -> Any:
        """Strike out the claim of a related party; by anybody."""
        return await answer(guarantees.strike(CaseId(case), MemberId(body.member)), caller)

    @found.post("/cases/{case}/settle", response_model=CallsView)
    async def settle(case: b.Identifier, caller: SignedIn) -> Any:
        """Fix the shares when claims have ended; by anybody."""
        return await answer(guarantees.settle(CaseId(case)), caller, rehearse=False)

    @found.post("/cases/{case}/collect", response_model=CallsView)
    async def collect(case: b.Identifier, caller: SignedIn) -> Any:
        """Put the share of the caller's member into its purse."""
        return await answer(guarantees.collect(CaseId(case)), caller)
