"""``/api/prescriptions``: what stands on the chain is for everybody to read; writing answers calls that are signed."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as PathPart
from fastapi.concurrency import run_in_threadpool

from tcmchain.chain.handover import HandOver
from tcmchain.prescriptions.api import bodies as b
from tcmchain.prescriptions.model.refusals import DocumentTooLong
from tcmchain.prescriptions.model.rights import RightState
from tcmchain.prescriptions.service.building import Prescriptions
from tcmchain.prescriptions.service.rights import Wanted
from tcmchain.prescriptions.service.sealed import LARGEST
from tcmchain.values import Address, Hash32, MemberId, PrescriptionId
from tcmchain.web.askings import asking_account
from tcmchain.web.calls import CallsView
from tcmchain.web.i18n import language_of

By = Annotated[Address, Depends(asking_account)]
"""Who asks, by an asking or by the session that stands."""
Prescription = Annotated[b.Identifier, PathPart(description="id of the prescription")]
Version = Annotated[int, PathPart(ge=1, le=(1 << 32) - 1, description="number of a rule set")]
Words = Annotated[str | None, Query(pattern="^(issued|dispensed|cancelled)$")]
Id = Annotated[b.Identifier | None, Query()]
AccountQuery = Annotated[b.AccountText | None, Query()]

_BINARY: Final = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def router(prescriptions: Prescriptions, hand_over: HandOver) -> APIRouter:
    """Checking, rule sets, sealed content, rights, dispensing."""
    found = APIRouter(prefix="/api/prescriptions", tags=["prescriptions"])
    _checking(found, prescriptions)
    _rules(found, prescriptions, hand_over)
    _sealing(found, prescriptions)
    _reading(found, prescriptions)
    _writing(found, prescriptions, hand_over)
    _dispensing(found, prescriptions, hand_over)
    return found


def _checking(found: APIRouter, prescriptions: Prescriptions) -> None:
    checking = prescriptions.checking

    @found.post("/check")
    async def check(body: b.CheckBody, request: Request) -> b.CheckedView:
        """Check a prescription without the patient's name; nothing of it is kept or logged."""
        done = await checking.check(body.prescription, body.rules, _place(request))
        return b.CheckedView.of(done, language_of(request))

    @found.post("/replay")
    async def replay(body: b.ReplayBody, request: Request) -> b.ReplayedView:
        """Find an old verdict again by the rule set that it was found by."""
        again, same = await checking.replay(body.prescription, body.rules, body.verdict, _place(request))
        return b.ReplayedView.of(again, same, language_of(request))


def _rules(found: APIRouter, prescriptions: Prescriptions, hand_over: HandOver) -> None:
    rule_sets = prescriptions.rule_sets

    @found.get("/rules")
    def list_rules() -> list[b.RulesView]:
        """Rule sets that pharmacists signed, the newest first."""
        return [b.RulesView.of(one) for one in rule_sets.published()]

    @found.post("/rules", response_model=CallsView)
    async def publish_rules(body: b.PublishBody, by: By) -> Any:
        """As a licensed pharmacist, sign what this node's tables say as the next rule set."""
        return await hand_over(await rule_sets.publish(by, body.name, body.changes), by)

    @found.get("/rules/{version}")
    def read_rules(version: Version) -> b.RulesView:
        """One signed rule set."""
        return b.RulesView.of(rule_sets.published_as(version))

    @found.get("/rules/{version}/content", response_class=Response)
    async def read_rules_content(version: Version) -> Response:
        """Every rule and fact of a signed rule set, byte for byte as it was signed: canonical JSON."""
        content = await rule_sets.written(version)
        return Response(content, media_type="application/json", headers={"Cache-Control": _FOR_EVER})


def _sealing(found: APIRouter, prescriptions: Prescriptions) -> None:
    @found.post("/sealed", status_code=201, openapi_extra={"requestBody": {"required": True, **_BINARY}})
    async def keep_sealed(request: Request, by: By) -> b.KeptView:
        """As an account of a member, keep a sealed prescription before it is issued."""
        block = await _bounded(request)
        return b.KeptView(cid=await prescriptions.sealed.keep(by, block))

    @found.get("/{prescription}/sealed", response_class=Response, responses={200: _BINARY})
    async def read_sealed(prescription: Prescription) -> Response:
        """The sealed content, for whoever holds the slip; to everybody else it is noise."""
        right = await run_in_threadpool(prescriptions.rights.right, PrescriptionId(prescription))
        block = await prescriptions.sealed.of(right)
        headers = {"Cache-Control": _FOR_EVER, "Content-Encoding": "identity"}
        return Response(block, media_type="application/octet-stream", headers=headers)


def _reading(found: APIRouter, prescriptions: Prescriptions) -> None:
    rights = prescriptions.rights

    @found.get("")
    def list_prescriptions(
        member: Id = None,
        prescriber: AccountQuery = None,
        dispensed_by: Id = None,
        content: Id = None,
        state: Words = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> list[b.RightView]:
        """Prescriptions, the last issued first; ``before`` is the ``step`` of the last one seen."""
        wanted = Wanted(
            member=None if member is None else MemberId(member),
            prescriber=b.account_of(prescriber),
            dispensed_by=None if dispensed_by is None else MemberId(dispensed_by),
            state=None if state is None else RightState[state.upper()],
            content=None if content is None else Hash32(content),
        )
        return [b.RightView.of(right) for right in rights.rights(wanted, limit, before)]

    @found.get("/counts")
    def count(member: Id = None, prescriber: AccountQuery = None) -> b.CountsView:
        """How many prescriptions a member or a prescriber has written, and what became of them."""
        where = None if member is None else MemberId(member)
        return b.CountsView.of(rights.counts(Wanted(member=where, prescriber=b.account_of(prescriber))))

    @found.get("/stock")
    def read_stock(by: By) -> b.ShelfView:
        """As an account of a hospital, clinic or pharmacy, the lots that it can dispense from."""
        member = rights.dispenser(by)
        lots = [b.ShelvedView.of(held, shelved) for held, shelved in prescriptions.stock.shelf(member)]
        return b.ShelfView(member=member, lots=lots)

    @found.get("/{prescription}")
    def read_prescription(prescription: Prescription) -> b.RightView:
        """One prescription, as far as everybody may know it."""
        return b.RightView.of(rights.right(PrescriptionId(prescription)))


def _writing(found: APIRouter, prescriptions: Prescriptions, hand_over: HandOver) -> None:
    rights = prescriptions.rights

    @found.post("", response_model=CallsView)
    async def issue(body: b.IssueBody, by: By) -> Any:
        """As a licensed physician of a hospital or clinic, write a prescription whose content is sealed."""
        return await hand_over(await run_in_threadpool(rights.issue, by, body.written()), by)

    @found.post("/{prescription}/signatures", response_model=CallsView)
    async def countersign(prescription: Prescription, body: b.CountersignBody, by: By) -> Any:
        """As a second physician or a pharmacist, sign findings that are overridden."""
        findings = [Hash32(one) for one in body.findings]
        calls = await run_in_threadpool(rights.countersign, by, PrescriptionId(prescription), findings)
        return await hand_over(calls, by)

    @found.post("/{prescription}/cancellation", response_model=CallsView)
    async def cancel(prescription: Prescription, by: By) -> Any:
        """As an account of the prescriber's member, take the prescription back."""
        return await hand_over(await run_in_threadpool(rights.cancel, by, PrescriptionId(prescription)), by)


def _dispensing(found: APIRouter, prescriptions: Prescriptions, hand_over: HandOver) -> None:
    rights = prescriptions.rights

    @found.post("/{prescription}/dispensing/typed")
    async def dispensing_to_sign(prescription: Prescription, body: b.DispensingBody, by: By) -> b.TypedView:
        """What the slip's key signs, so that the caller's member may dispense once."""
        member = await run_in_threadpool(rights.dispenser, by)
        voucher = None if body.voucher is None else Hash32(body.voucher)
        typed = await rights.dispensing(PrescriptionId(prescription), member, Hash32(body.commitment), voucher)
        return b.TypedView(typed=typed.as_json())

    @found.post("/{prescription}/dispensing", response_model=CallsView)
    async def fulfil(prescription: Prescription, body: b.FulfilBody, by: By) -> Any:
        """As an operator of a hospital, clinic or pharmacy, dispense: the right is used up with the portions."""
        return await hand_over(await rights.fulfil(by, PrescriptionId(prescription), body.handed()), by)


async def _bounded(request: Request) -> bytes:
    block = bytearray()
    async for part in request.stream():
        block += part
        if len(block) > LARGEST:
            raise DocumentTooLong(most=LARGEST, given=len(block))
    return bytes(block)


def _place(request: Request) -> str:
    return request.client.host if request.client else ""
