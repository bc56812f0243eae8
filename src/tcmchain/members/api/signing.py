"""Doors at which officers sign for their own member."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool

from tcmchain.chain.handover import HandOver
from tcmchain.members.api.bodies import AgreementBody, AgreementSignatureBody, AppointmentBody, OperatorBody
from tcmchain.members.api.views import TypedView
from tcmchain.members.model.agreements import Appointment
from tcmchain.members.model.errors import AccountUnknown
from tcmchain.members.service.signing import Signing
from tcmchain.values import Address, MemberId
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]


def router(signing: Signing, hand_over: HandOver) -> APIRouter:
    """The agreement and operators: first what to sign, then the signature."""
    found = APIRouter()

    @found.post("/agreements/typed")
    def agreement_to_sign(body: AgreementBody, caller: SignedIn) -> TypedView:
        """What the officer signs to accept the agreement in force."""
        member = _member(body.member, caller)
        typed = signing.agreement(member)
        return TypedView(typed=typed.as_json(), member=member, version=typed.message["version"])

    @found.post("/agreements/sign", response_model=CallsView)
    async def sign_agreement(body: AgreementSignatureBody, caller: SignedIn) -> Any:
        """Hand in the officer's signature under the agreement."""
        member = _member(body.member, caller)
        calls = await run_in_threadpool(signing.sign_agreement, member, body.version, body.signature)
        return await hand_over(calls, caller.address)

    @found.post("/operators/typed")
    def operator_to_sign(body: OperatorBody, caller: SignedIn) -> TypedView:
        """What the officer signs to appoint or dismiss an operator."""
        member = _member(body.member, caller)
        appointment = signing.appointment(member, Address(body.account), body.appointed)
        return TypedView(typed=signing.typed(appointment).as_json(), member=member, serial=appointment.serial)

    @found.post("/operators", response_model=CallsView)
    async def appoint(body: AppointmentBody, caller: SignedIn) -> Any:
        """Hand in the officer's appointment or dismissal of an operator."""
        member = _member(body.member, caller)
        appointment = Appointment(member, Address(body.account), body.appointed, body.serial)
        calls = await run_in_threadpool(signing.appoint, appointment, body.signature)
        return await hand_over(calls, caller.address)

    return found


def _member(given: str | None, caller: Caller) -> MemberId:
    if given is not None:
        return MemberId(given)
    if caller.member is None:
        raise AccountUnknown(account=caller.address)
    return MemberId(caller.member)
