"""HTTP doors of points."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, BeforeValidator, Field

from tcmchain.chain.handover import HandOver
from tcmchain.rewards.model import Flow, HolderId, Move, PointsUnreadable, Supply, parse_points
from tcmchain.rewards.service import Rewards
from tcmchain.values import MemberId, Points
from tcmchain.web.bodies import Body
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
Holder = Annotated[str, Path(pattern="^(0x[0-9a-f]{64}|[A-Za-z]{1,31})$", description="a member's id, fund or reserve")]


def _points(value: object) -> int:
    if not isinstance(value, str):
        raise PointsUnreadable(text=str(value)[:40])
    return parse_points(value)


Amount = Annotated[
    int,
    BeforeValidator(_points, json_schema_input_type=str),
    Field(description='points as a text with at most three decimals, such as "12.5"'),
]


class AllotmentBody(Body):
    member: Identifier
    amount: Amount
    note: Annotated[str, Field(max_length=200, description="why; public for ever")] = ""


class SupplyView(BaseModel):
    """Where all points are, in thousandths: total = members + fund + reserve + locked."""

    total: int
    members: int
    fund: int
    reserve: int
    locked: int
    closes: bool

    @classmethod
    def of(cls, found: Supply) -> "SupplyView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class FlowView(BaseModel):
    """All that went one way for one reason, in thousandths."""

    source: str
    sink: str
    why: str
    amount: int
    moves: int

    @classmethod
    def of(cls, found: Flow) -> "FlowView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class PurseView(BaseModel):
    """What a holder has, in thousandths."""

    holder: str
    amount: int


class MoveView(BaseModel):
    """Points that changed hands, in thousandths; ``step`` is what the next page is asked with."""

    step: int
    sender: str | None
    receiver: str
    why: str
    amount: int
    about: str | None
    happened: int
    tx: str

    @classmethod
    def of(cls, found: Move) -> "MoveView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


def router(rewards: Rewards, hand_over: HandOver) -> APIRouter:
    """``/api/rewards``."""
    found = APIRouter(prefix="/api/rewards", tags=["rewards"])

    @found.get("/supply")
    def read_supply() -> SupplyView:
        """Where all points are."""
        return SupplyView.of(rewards.supply())

    @found.get("/flows")
    def list_flows() -> list[FlowView]:
        """Every source and sink of points."""
        return [FlowView.of(flow) for flow in rewards.flows()]

    @found.get("/purses")
    def list_purses(
        limit: Annotated[int, Query(ge=1, le=200)] = 50, offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0
    ) -> list[PurseView]:
        """Holders with points, the one with most first."""
        return [PurseView(holder=purse.holder, amount=purse.amount) for purse in rewards.purses(limit, offset)]

    @found.get("/purses/{holder}")
    def read_purse(holder: Holder) -> PurseView:
        """What a holder has."""
        purse = rewards.purse(HolderId(holder))
        return PurseView(holder=purse.holder, amount=purse.amount)

    @found.get("/moves")
    def list_moves(
        holder: Annotated[str | None, Query(max_length=66)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> list[MoveView]:
        """Moves to and from a holder, or all, newest first."""
        whose = None if holder is None else HolderId(holder)
        return [MoveView.of(move) for move in rewards.moves(whose, limit, before)]

    @found.post("/allotments", response_model=CallsView)
    async def allot(body: AllotmentBody, caller: SignedIn) -> Any:
        """Give a member points out of the reserve; by a regulator."""
        calls = rewards.allot(MemberId(body.member), Points(body.amount), body.note)
        return await hand_over(calls, caller.address)

    return found
