"""Doors that write: each answers the calls that the caller is to sign."""

from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from tcmchain.chain.calls import Call
from tcmchain.chain.handover import HandOver
from tcmchain.provenance.api import bodies as b
from tcmchain.provenance.contract import Portion
from tcmchain.provenance.model.steps import Observation, Reason
from tcmchain.provenance.service.steps import Steps
from tcmchain.values import ZERO_HASH, FormId, Hash32, LotId, MemberId, Milligrams, QuotaId, ShipmentId, UnixTime
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]

_OBSERVATIONS = {
    "field-work": Observation.FIELD_WORK,
    "inspection": Observation.INSPECTION,
    "storage": Observation.STORAGE,
}
_REASONS = {"sampling": Reason.SAMPLING, "spoilage": Reason.SPOILAGE, "loss": Reason.LOSS}


def router(steps: Steps, hand_over: HandOver) -> APIRouter:
    """One door for each step."""
    found = APIRouter()

    def answer(calls: list[Call], caller: Caller) -> Awaitable[dict[str, Any]]:
        return hand_over(calls, caller.address)

    _terms(found, steps, hand_over)
    _rules(found, steps, answer)
    _goods(found, steps, answer)
    _shipments(found, steps, answer)
    _making(found, steps, answer)
    return found


def _terms(found: APIRouter, steps: Steps, hand_over: HandOver) -> None:
    @found.post("/terms", response_model=CallsView)
    async def declare_terms(caller: SignedIn) -> Any:
        """Declare the term tables' forms and yields that the ledger lacks; by a regulator or certifier."""
        # Later calls stand on earlier ones, so they cannot be rehearsed one by one.
        return await hand_over(steps.declare_terms(), caller.address, rehearse=False)


def _rules(found: APIRouter, steps: Steps, answer: Any) -> None:
    @found.post("/forms", response_model=CallsView)
    async def declare_form(body: b.FormBody, caller: SignedIn) -> Any:
        """Declare a form; by a regulator or certifier."""
        return await answer(steps.declare_form(FormId(body.form), body.rank, body.facts), caller)

    @found.post("/yields", response_model=CallsView)
    async def set_yield(body: b.YieldBody, caller: SignedIn) -> Any:
        """Say how much may be made of what; by a regulator or certifier."""
        calls = steps.set_yield(FormId(body.source), FormId(body.target), body.ppm, body.auxiliary_ppm)
        return await answer(calls, caller)

    @found.post("/quotas", response_model=CallsView)
    async def certify_quota(body: b.QuotaBody, caller: SignedIn) -> Any:
        """Certify what a grower may harvest; by a regulator or certifier."""
        calls = steps.certify_quota(
            body.reference,
            MemberId(body.grower),
            FormId(body.form),
            Milligrams(body.quantity),
            UnixTime(body.not_after),
            body.facts,
        )
        return await answer(calls, caller)

    @found.post("/quotas/{quota}/withdraw", response_model=CallsView)
    async def withdraw_quota(quota: b.Identifier, body: b.WithdrawBody, caller: SignedIn) -> Any:
        """Withdraw a quota."""
        return await answer(steps.withdraw_quota(QuotaId(quota), body.facts), caller)


def _goods(found: APIRouter, steps: Steps, answer: Any) -> None:
    @found.post("/lots", response_model=CallsView)
    async def commission(body: b.CommissionBody, caller: SignedIn) -> Any:
        """Enter a harvest as a new lot; by the quota's grower."""
        expires = None if body.expires is None else UnixTime(body.expires)
        quantity = Milligrams(body.quantity)
        calls = steps.commission(QuotaId(body.quota), body.reference, quantity, expires, body.deed())
        return await answer(calls, caller)

    @found.post("/observations", response_model=CallsView)
    async def observe(body: b.ObservationBody, caller: SignedIn) -> Any:
        """State field work, an inspection or a storage reading."""
        kind = _OBSERVATIONS[body.observation]
        return await answer(steps.observe(body.subject, kind, body.conforms, body.deed()), caller)

    @found.post("/dispensings", response_model=CallsView)
    async def dispense(body: b.DispensingBody, caller: SignedIn) -> Any:
        """Hand goods to a patient, who is on the chain only as a commitment."""
        portions = [line.portion() for line in body.lines]
        return await answer(steps.dispense(portions, Hash32(body.commitment), body.deed()), caller)

    @found.post("/retirements", response_model=CallsView)
    async def retire(body: b.RetirementBody, caller: SignedIn) -> Any:
        """Take a quantity off the ledger."""
        portion = Portion(LotId(body.lot), Milligrams(body.quantity))
        return await answer(steps.retire(portion, _REASONS[body.reason], body.deed()), caller)


def _shipments(found: APIRouter, steps: Steps, answer: Any) -> None:
    @found.post("/shipments", response_model=CallsView)
    async def ship(body: b.ShipmentBody, caller: SignedIn) -> Any:
        """Sell and send goods to another member."""
        portions = [line.portion() for line in body.lines]
        terms = ZERO_HASH if body.terms is None else Hash32(body.terms)
        calls = steps.ship(body.reference, MemberId(body.to), portions, body.deed(), terms)
        return await answer(calls, caller)

    @found.post("/shipments/{shipment}/receive", response_model=CallsView)
    async def receive(shipment: b.Identifier, body: b.ReceiptBody, caller: SignedIn) -> Any:
        """Take in a shipment; a shortfall is an explicit loss."""
        portions = [line.portion() for line in body.lines]
        return await answer(steps.receive(ShipmentId(shipment), portions, body.deed()), caller)

    @found.post("/shipments/{shipment}/refuse", response_model=CallsView)
    async def refuse(shipment: b.Identifier, body: b.Done, caller: SignedIn) -> Any:
        """Refuse a shipment; the goods are the sender's again."""
        return await answer(steps.refuse(ShipmentId(shipment), body.deed()), caller)

    @found.post("/shipments/{shipment}/cancel", response_model=CallsView)
    async def cancel(shipment: b.Identifier, body: b.Done, caller: SignedIn) -> Any:
        """Call a shipment back."""
        return await answer(steps.cancel(ShipmentId(shipment), body.deed()), caller)


def _making(found: APIRouter, steps: Steps, answer: Any) -> None:
    @found.post("/runs", response_model=CallsView)
    async def process(body: b.RunBody, caller: SignedIn) -> Any:
        """Process lots into lots of later forms."""
        inputs = [portion.portion() for portion in body.inputs]
        outputs = [part.part() for part in body.outputs]
        return await answer(steps.process(body.method, inputs, outputs, body.deed()), caller)

    @found.post("/splits", response_model=CallsView)
    async def split(body: b.SplitBody, caller: SignedIn) -> Any:
        """Divide a quantity of a lot."""
        parts = [part.part() for part in body.parts]
        return await answer(steps.split(LotId(body.lot), parts, body.deed()), caller)

    @found.post("/merges", response_model=CallsView)
    async def merge(body: b.MergeBody, caller: SignedIn) -> Any:
        """Put quantities of one form together."""
        portions = [line.portion() for line in body.lines]
        return await answer(steps.merge(portions, body.reference, body.deed()), caller)

    @found.post("/packs", response_model=CallsView)
    async def pack(body: b.PackBody, caller: SignedIn) -> Any:
        """Pack a quantity as units of a trade item."""
        portion = Portion(LotId(body.lot), Milligrams(body.quantity))
        root = ZERO_HASH if body.units_root is None else Hash32(body.units_root)
        return await answer(steps.pack(portion, body.reference, body.units, body.gtin, body.deed(), root), caller)
