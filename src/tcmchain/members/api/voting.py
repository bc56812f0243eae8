"""Doors of the members' decisions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool

from tcmchain.chain.handover import HandOver
from tcmchain.members.api.bodies import Identifier, MotionBody, VoteBody
from tcmchain.members.api.views import CarriedView, MotionsView, ProposalView
from tcmchain.members.model.errors import AccountUnknown
from tcmchain.members.model.motions import Proposal
from tcmchain.members.service.motions import Motions
from tcmchain.values import Hash32
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]


def router(motions: Motions, hand_over: HandOver) -> APIRouter:
    """Propose, vote, carry out."""
    found = APIRouter()

    def view(proposal: Proposal) -> ProposalView:
        return ProposalView.of(proposal, motions.typed(proposal.id).as_json())

    @found.get("/motions")
    def list_motions() -> MotionsView:
        """Motions proposed at this node, and those that the chain has carried; newest first."""
        return MotionsView(
            proposals=[view(proposal) for proposal in motions.proposals()],
            carried=[CarriedView.of(motion) for motion in motions.carried()],
        )

    @found.get("/motions/{motion}")
    def read_motion(motion: Identifier) -> ProposalView:
        """A motion with what officers sign."""
        return view(motions.proposal(Hash32(motion)))

    @found.post("/motions")
    def propose(body: MotionBody, caller: SignedIn) -> ProposalView:
        """Put a decision to the vote; by any member."""
        if caller.member is None:
            raise AccountUnknown(account=caller.address)
        return view(motions.propose(body.decision(), caller.address, body.lifetime))

    @found.post("/motions/{motion}/votes")
    def vote(motion: Identifier, body: VoteBody) -> ProposalView:
        """Hand in an officer's signature; anybody may bring it."""
        return view(motions.vote(Hash32(motion), body.signature))

    @found.post("/motions/{motion}/carry", response_model=CallsView)
    async def carry(motion: Identifier, caller: SignedIn) -> Any:
        """Carry a decided motion out on every chain; any account may send it."""
        calls = await run_in_threadpool(motions.calls, Hash32(motion))
        return await hand_over(calls, caller.address)

    return found
