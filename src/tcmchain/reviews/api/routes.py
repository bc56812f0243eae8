"""``/api/reviews``."""

import time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from tcmchain.chain.handover import HandOver
from tcmchain.errors import TooMany
from tcmchain.reviews.api import bodies as b
from tcmchain.reviews.api import views as v
from tcmchain.reviews.api.tables import write_table
from tcmchain.reviews.model.errors import NoVoucher
from tcmchain.reviews.model.reviews import Order
from tcmchain.reviews.service.building import Reviewing
from tcmchain.values import Address, FormulaId, Hash32, MemberId
from tcmchain.web.allowance import Allowance
from tcmchain.web.askings import asking_account
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in
from tcmchain.web.text_doors import add_text_doors

SignedIn = Annotated[Caller, Depends(signed_in)]
Asking = Annotated[Address, Depends(asking_account)]
Id = Annotated[b.Identifier, Path()]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
VersionQuery = Annotated[int | None, Query(ge=1, lt=1 << 32)]

_MOST_ROWS: Final = 10_000
_VOUCHERS_A_MINUTE: Final = 10
_TABLE: Final = {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}


class VouchersTooMany(TooMany):
    """This place asked for its share of vouchers: ``seconds`` to wait."""

    code = "reviews-vouchers-too-many"


def router(reviewing: Reviewing, hand_over: HandOver) -> APIRouter:
    """Reviews, reports of harm, vouchers, counts, texts."""
    found = APIRouter(prefix="/api/reviews", tags=["reviews"])
    add_text_doors(found, reviewing.texts)
    _harms(found, reviewing, hand_over)
    _vouchers(found, reviewing)
    _counts(found, reviewing)
    _reading(found, reviewing)
    _writing(found, reviewing, hand_over)
    return found


def _reading(found: APIRouter, reviewing: Reviewing) -> None:
    reviews = reviewing.reviews

    @found.get("/formulas/{formula}")
    def list_reviews(
        formula: Id, version: VersionQuery = None, order: Order = Order.NEWEST, limit: Limit = 20, offset: Offset = 0
    ) -> v.PageView:
        """Reviews of a formula, open to everybody, with what all of them amount to."""
        which = FormulaId(formula)
        listed = reviews.reviews(which, version, order, limit, offset)
        return v.PageView(
            summary=_summary(reviewing, which, version), reviews=[v.ReviewView.of(told) for told in listed]
        )

    @found.get("/formulas/{formula}/table", response_class=Response, responses={200: _TABLE})
    def write_csv(formula: Id, version: VersionQuery = None, order: Order = Order.NEWEST) -> Response:
        """The same as CSV, ten thousand rows at most."""
        raw = write_table(reviews.reviews(FormulaId(formula), version, order, _MOST_ROWS))
        headers = {"Content-Disposition": 'attachment; filename="reviews.csv"'}
        return Response(raw, media_type="text/csv; charset=utf-8", headers=headers)

    @found.get("/ranking")
    def rank(formula: Annotated[list[b.Identifier], Query(min_length=1, max_length=200)]) -> list[v.EvidenceView]:
        """Formulas by the lower bound on effective outcomes; those without reviews come last."""
        wanted = [FormulaId(one) for one in dict.fromkeys(formula)]
        return [v.EvidenceView.of(one, evidence) for one, evidence in reviews.ordered(wanted)]

    @found.get("/mine")
    def list_mine(
        reviewer: Annotated[list[b.Account], Query(min_length=1, max_length=200)],
    ) -> list[v.ReviewView]:
        """All reviews under some pseudonyms, also those taken back."""
        return [v.ReviewView.of(told) for told in reviews.of_reviewers([Address(one) for one in reviewer])]

    @found.get("/{review}")
    def read_review(review: Id) -> v.ReviewView:
        """A review."""
        return v.ReviewView.of(reviews.told(reviews.review(Hash32(review))))


def _writing(found: APIRouter, reviewing: Reviewing, hand_over: HandOver) -> None:
    reviews = reviewing.reviews

    @found.post("", response_model=CallsView)
    async def write(body: b.ReviewBody, account: Asking) -> Any:
        """Review what was dispensed, as the voucher's reviewer."""
        return await hand_over(reviews.write(body.voucher.right(), body.opinion()), account)

    @found.post("/{review}/withdraw", response_model=CallsView)
    async def withdraw(review: Id, account: Asking) -> Any:
        """Take a review back, as its reviewer: it counts no more, and its text is deleted everywhere."""
        return await hand_over(reviews.withdraw(Hash32(review)), account)

    @found.post("/{review}/erase", response_model=CallsView)
    async def erase(review: Id, account: Asking) -> Any:
        """Have name and text deleted everywhere, as the reviewer or a regulator; the rating stays."""
        return await hand_over(reviews.erase(Hash32(review)), account)


def _harms(found: APIRouter, reviewing: Reviewing, hand_over: HandOver) -> None:
    harms = reviewing.harms

    @found.get("/harm")
    def list_harms(
        formula: Annotated[b.Identifier | None, Query()] = None,
        answered: bool | None = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> list[v.HarmView]:
        """Reports of harm, those without answer first, of them the gravest first."""
        which = None if formula is None else FormulaId(formula)
        return [v.HarmView.of(one) for one in harms.harms(which, answered=answered, limit=limit, offset=offset)]

    @found.get("/harm/{harm}")
    def read_harm(harm: Id) -> v.HarmView:
        """A report of harm."""
        return v.HarmView.of(harms.harm(Hash32(harm)))

    @found.post("/harm", response_model=CallsView)
    async def report(body: b.HarmBody, account: Asking) -> Any:
        """Report harm as a patient with a voucher, at once."""
        severity = b.severity_of(body.severity)
        return await hand_over(harms.report(body.voucher.right(), severity, Hash32(body.content)), account)

    @found.post("/harm/seen", response_model=CallsView)
    async def report_seen(body: b.HarmSeenBody, account: Asking) -> Any:
        """Report harm as a licensed physician or pharmacist."""
        what = FormulaId(body.formula), body.version, b.severity_of(body.severity), Hash32(body.content)
        return await hand_over(harms.report_seen(*what), account)

    @found.post("/harm/{harm}/answer", response_model=CallsView)
    async def answer(harm: Id, body: b.AnswerBody, caller: SignedIn) -> Any:
        """Say what follows from a report, as a regulator."""
        return await hand_over(harms.answer(Hash32(harm), body.statement), caller.address)


def _vouchers(found: APIRouter, reviewing: Reviewing) -> None:
    allowance = Allowance(_VOUCHERS_A_MINUTE)

    @found.post("/notes", status_code=201)
    def leave_note(body: b.NoteBody, caller: SignedIn) -> v.NotedView:
        """Leave what vouchers are made from, as an account of the pharmacy, at the dispensing."""
        return v.NotedView(noted=reviewing.vouchers.note(body.read(), caller.address))

    @found.post("/vouchers")
    async def ask_voucher(body: b.AskedBody, request: Request, account: Asking) -> v.VoucherView:
        """Ask the pharmacy's node for the voucher of a dispensing, signed by the pseudonym of the review."""
        place = "unknown" if request.client is None else request.client.host
        waits = [allowance.spend(name, time.time()) for name in (place, body.prescription)]
        if any(waits):
            raise VouchersTooMany(seconds=max(waits))
        return v.VoucherView.of(await reviewing.vouchers.issue(body.asked(), account))

    @found.get("/dispensings/{prescription}")
    def read_dispensing(prescription: Id) -> v.DispensingView:
        """Where and when a prescription was dispensed, and the commitment of its voucher."""
        known = reviewing.reviews.dispensing(Hash32(prescription))
        if known is None:
            raise NoVoucher(prescription=prescription)
        return v.DispensingView.of(known)


def _counts(found: APIRouter, reviewing: Reviewing) -> None:
    @found.get("/tallies")
    def list_standings() -> list[v.StandingView]:
        """Every member's dispensings with a voucher, witnessed counts and reviews."""
        return [v.StandingView.of(one) for one in reviewing.reviews.standings()]

    @found.get("/tallies/{member}")
    async def bear_witness(
        member: Id, count: Annotated[int, Query(ge=1, lt=1 << 53, description="dispensings with a voucher")]
    ) -> v.WitnessView:
        """Signatures of this node's voting members, if its own index has seen as many dispensings."""
        witnesses = await reviewing.tallies.witness(MemberId(member), count)
        return v.WitnessView(signatures=[one.signature for one in witnesses])


def _summary(reviewing: Reviewing, formula: FormulaId, version: int | None) -> v.SummaryView:
    found = reviewing.reviews.summary(formula, version)
    harms = {severity.word: count for severity, count in reviewing.harms.notice(formula)}
    evidence = v.EvidenceView.of(formula, found.evidence)
    effects = [v.EffectView.of(one) for one in found.herbs]
    return v.SummaryView(evidence=evidence, stars=dict(found.stars), herbs=effects, harms=harms)
