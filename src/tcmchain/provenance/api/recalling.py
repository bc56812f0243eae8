"""Doors of recalls: what lots reach, and the calls that call them back."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from tcmchain.chain.calls import Call
from tcmchain.chain.handover import HandOver
from tcmchain.provenance.api.bodies import Done, Identifier, PortionBody, Reference
from tcmchain.provenance.api.reading import member_of
from tcmchain.provenance.api.views import BalanceView, LotView
from tcmchain.provenance.model.recalls import (
    HolderReach,
    LotReach,
    Notice,
    Reach,
    Recall,
    Reconciliation,
    Score,
    recall_id,
)
from tcmchain.provenance.model.references import read_reference
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import LotId, RecallId
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]


class RecallBody(Done):
    """A recall to open; ``seeds`` are the lots it begins with."""

    reference: Reference
    seeds: Annotated[list[Identifier], Field(min_length=1, max_length=32)]
    drill: bool = False


class SecuredBody(Done):
    lines: Annotated[list[PortionBody], Field(min_length=1, max_length=1000)]


class ReleaseBody(Done):
    lots: Annotated[list[Identifier], Field(min_length=1, max_length=5000)]


class OpeningView(CallsView):
    """Calls that open a recall and freeze all that it reaches now; ``recall`` is the id that it will have."""

    recall: str


class RecallView(BaseModel):
    """A recall; moments are Unix seconds, ``closed`` 0 while it runs."""

    id: str
    by: str
    reference: str
    drill: bool
    happened: int
    opened: int
    closed: int
    tx: str
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, recall: Recall) -> "RecallView":
        return cls(
            id=recall.id,
            by=recall.by,
            reference=recall.reference,
            drill=recall.drill,
            happened=recall.happened,
            opened=recall.opened,
            closed=recall.closed,
            tx=recall.tx,
            facts=recall.facts,
        )


class LotReachView(BaseModel):
    """A lot within reach; ``frozen`` and ``released`` are moments, 0 for not."""

    lot: LotView
    balance: BalanceView
    seed: bool
    frozen: int
    released: int

    @classmethod
    def of(cls, found: LotReach) -> "LotReachView":
        how = found.reached
        return cls(
            lot=LotView.of(found.lot),
            balance=BalanceView.of(found.balance),
            seed=how is not None and how.seed,
            frozen=0 if how is None else how.frozen,
            released=0 if how is None else how.released,
        )


class UnitRangeView(BaseModel):
    lot: str
    gtin: str
    number: str
    units: int
    root: str | None


class HolderReachView(BaseModel):
    """What one member has, and has given out, in milligrams; ``answered`` is a moment, 0 for not."""

    holder: str
    lots: int
    held: int
    coming: int
    dispensed: int
    retired: int
    secured: int
    answered: int

    @classmethod
    def of(cls, found: HolderReach) -> "HolderReachView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class ReconciliationView(BaseModel):
    """Milligrams: entered = dispensed + held + in transit + retired + lost + processing loss + unexplained."""

    entered: int
    dispensed: int
    held: int
    in_transit: int
    retired: int
    lost: int
    processing_loss: int
    unexplained: int

    @classmethod
    def of(cls, found: Reconciliation) -> "ReconciliationView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class ReachView(BaseModel):
    """Every lot, unit and holder reached, forward; ``sources`` are the lots behind them. Read at ``block``."""

    seeds: list[str]
    lots: list[LotReachView]
    sources: list[LotView]
    units: list[UnitRangeView]
    holders: list[HolderReachView]
    reconciliation: ReconciliationView
    block: int
    complete: bool

    @classmethod
    def of(cls, found: Reach) -> "ReachView":
        return cls(
            seeds=list(found.seeds),
            lots=[LotReachView.of(lot) for lot in found.lots],
            sources=[LotView.of(lot) for lot in found.sources],
            units=[
                UnitRangeView(lot=u.lot, gtin=u.gtin, number=u.number, units=u.units, root=u.root) for u in found.units
            ],
            holders=[HolderReachView.of(holder) for holder in found.holders],
            reconciliation=ReconciliationView.of(found.reconciliation),
            block=found.block,
            complete=found.complete,
        )


class ScoreView(BaseModel):
    """How well it went: seconds (``null`` while something is missing) and shares in [0, 1]."""

    lots: int
    lots_frozen: int
    holders: int
    holders_answered: int
    frozen_after: int | None
    answered_after: int | None
    secured_share: float
    explained_share: float
    completeness: float

    @classmethod
    def of(cls, score: Score) -> "ScoreView":
        return cls(**{name: getattr(score, name) for name in cls.model_fields})


class ReportView(BaseModel):
    recall: RecallView
    reach: ReachView
    score: ScoreView


class RecallRow(RecallView):
    """A recall in a list; ``step`` is what the next page is asked with."""

    step: int


class HeldView(BaseModel):
    lot: LotView
    milligrams: int


class NoticeView(BaseModel):
    """A running recall of lots that the caller's member has."""

    recall: RecallView
    lots: list[HeldView]
    answered: bool

    @classmethod
    def of(cls, notice: Notice) -> "NoticeView":
        return cls(
            recall=RecallView.of(notice.recall),
            lots=[HeldView(lot=LotView.of(lot), milligrams=amount) for lot, amount in notice.lots],
            answered=notice.answered,
        )


def router(recalls: Recalls, hand_over: HandOver) -> APIRouter:
    """Reach and recalls for everybody, notices for members, calls for whoever may make them."""
    found = APIRouter()
    _reading(found, recalls)
    _opening(found, recalls, hand_over)
    _carrying(found, recalls, hand_over)
    return found


def _reading(found: APIRouter, recalls: Recalls) -> None:
    @found.get("/reach")
    def measure(lot: Annotated[list[Identifier], Query(min_length=1, max_length=32)]) -> ReachView:
        """What these lots reach, forward and backward, and where all of it is; nothing is changed."""
        return ReachView.of(recalls.reach([LotId(each) for each in lot]))

    @found.get("/recalls")
    def list_recalls(
        running: Annotated[bool | None, Query()] = None,
        before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[RecallRow]:
        """Recalls and drills, newest first; give the last one's ``step`` as ``before`` for the next page."""
        rows = recalls.recalls(limit, before, running)
        return [RecallRow(step=step, **RecallView.of(recall).model_dump()) for step, recall in rows]

    @found.get("/recalls/notices")
    def list_notices(caller: SignedIn) -> list[NoticeView]:
        """Running recalls of lots that the caller's member has; those not answered first."""
        return [NoticeView.of(notice) for notice in recalls.notices(member_of(caller))]

    @found.get("/recalls/{recall}")
    def read_recall(recall: Identifier) -> ReportView:
        """A recall, all that it reaches, and how far it has come."""
        opened, reach, score = recalls.report(RecallId(recall))
        return ReportView(recall=RecallView.of(opened), reach=ReachView.of(reach), score=ScoreView.of(score))


def _opening(found: APIRouter, recalls: Recalls, hand_over: HandOver) -> None:
    @found.post("/recalls", response_model=OpeningView)
    async def open_recall(body: RecallBody, caller: SignedIn) -> Any:
        """Call lots back and freeze all that they reach; by a regulator, or by the member that made them."""
        seeds = [LotId(seed) for seed in body.seeds]
        member = member_of(caller)
        calls = await run_in_threadpool(recalls.open, member, body.reference, seeds, body.drill, body.deed())
        # The batches stand on the recall that the first call opens, so only that one can be rehearsed.
        await hand_over(calls[:1], caller.address)
        answer = await hand_over(calls, caller.address, rehearse=False)
        return answer | {"recall": recall_id(member, read_reference(body.reference))}

    @found.post("/recalls/{recall}/freeze", response_model=CallsView)
    async def freeze(recall: Identifier, caller: SignedIn) -> Any:
        """Carry a recall on to what it has not frozen yet; no calls when nothing is left. By any member."""
        calls = await run_in_threadpool(recalls.freeze, RecallId(recall))
        return await hand_over(calls, caller.address, rehearse=len(calls) == 1)


def _carrying(found: APIRouter, recalls: Recalls, hand_over: HandOver) -> None:
    async def answer(calls: Sequence[Call], caller: Caller) -> Any:
        return await hand_over(calls, caller.address)

    @found.post("/recalls/{recall}/secure", response_model=CallsView)
    async def secure(recall: Identifier, body: SecuredBody, caller: SignedIn) -> Any:
        """State what was put aside of frozen lots; by their holder."""
        portions = [line.portion() for line in body.lines]
        return await answer(recalls.secure(RecallId(recall), portions, body.deed()), caller)

    @found.post("/recalls/{recall}/release", response_model=CallsView)
    async def release(recall: Identifier, body: ReleaseBody, caller: SignedIn) -> Any:
        """Release lots that were found to be sound."""
        lots = [LotId(lot) for lot in body.lots]
        return await answer(recalls.release(RecallId(recall), lots, body.deed()), caller)

    @found.post("/recalls/{recall}/close", response_model=CallsView)
    async def close(recall: Identifier, body: Done, caller: SignedIn) -> Any:
        """End a recall; what it froze stays frozen until released or retired."""
        return await answer(recalls.close(RecallId(recall), body.deed()), caller)
