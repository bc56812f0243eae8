"""HTTP doors of patients and readers. Writes answer calls, which the person's device signs."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.concurrency import run_in_threadpool

from tcmchain.chain.handover import HandOver
from tcmchain.members.model.genesis import read_account
from tcmchain.patients.api.bodies import (
    AccountText,
    CareView,
    EntrustedView,
    GuardiansBody,
    InboxBody,
    KeysBody,
    MayActView,
    PatientView,
    ProxyBody,
    ReaderBody,
    ReaderView,
    RecoveryBody,
    RegistrationBody,
    SupportBody,
    bytes_of,
)
from tcmchain.patients.model.errors import PatientUnknown
from tcmchain.patients.model.registered import Proxy
from tcmchain.patients.service import Patients
from tcmchain.values import Address, UnixTime
from tcmchain.web.askings import asking_account
from tcmchain.web.calls import CallsView

By = Annotated[Address, Depends(asking_account)]
"""Who asks, by an asking or by the session that stands."""
AccountPath = Annotated[AccountText, Path(description="an account; of a patient it is the pseudonym")]


def router(patients: Patients, hand_over: HandOver) -> APIRouter:
    """``/api/patients``."""
    found = APIRouter(prefix="/api/patients", tags=["patients"])
    _readers(found, patients, hand_over)
    _reading(found, patients)
    _registering(found, patients, hand_over)
    _helping(found, patients, hand_over)
    _recovering(found, patients, hand_over)
    return found


def _readers(found: APIRouter, patients: Patients, hand_over: HandOver) -> None:
    @found.get("/readers/{account}")
    def read_reader(account: AccountPath) -> ReaderView:
        """The keys under which an account reads."""
        return ReaderView.of(patients.reader(Address(account)))

    @found.post("/readers", response_model=CallsView)
    async def publish_reader(body: ReaderBody, by: By) -> Any:
        """Publish the keys under which the caller's account reads."""
        return await hand_over(patients.publish_reader(bytes_of(body.reading_key), bytes_of(body.inbox)), by)

    @found.get("/mine")
    def read_care(by: By) -> CareView:
        """The patients that concern the caller."""
        entrusted = [EntrustedView(patient=patient, until=until) for patient, until in patients.entrusted_to(by)]
        own, guarded = patients.controlled_by(by), patients.in_care_of(by)
        return CareView(own=list(own), entrusted=entrusted, guarded=list(guarded))


def _reading(found: APIRouter, patients: Patients) -> None:
    @found.get("/{patient}")
    def read_patient(patient: AccountPath) -> PatientView:
        """What stands on the chain of a pseudonym: keys, inbox, proxies, guardians and a recovery underway."""
        return PatientView.of(patients.patient(Address(patient)))

    @found.get("/{patient}/registration")
    def read_registration(patient: AccountPath) -> PatientView | None:
        """The same, and ``null`` for an account that is no patient: no error for whoever only wants to know that."""
        try:
            return PatientView.of(patients.patient(Address(patient)))
        except PatientUnknown:
            return None

    @found.get("/{patient}/may-act/{account}")
    def read_may_act(patient: AccountPath, account: Annotated[str, Path(max_length=42)]) -> MayActView:
        """Whether an account acts for a patient now."""
        return MayActView(may_act=patients.may_act(Address(patient), read_account(account)))


def _registering(found: APIRouter, patients: Patients, hand_over: HandOver) -> None:
    @found.post("", response_model=CallsView)
    async def register(body: RegistrationBody, by: By) -> Any:
        """Register the caller's account as a patient, with its first keys; the first call alone is rehearsed."""
        calls = await run_in_threadpool(patients.register, by, body.registration())
        rehearsed = await hand_over(calls[:1], by)
        rest = await hand_over(calls[1:], by, rehearse=False)
        return {"calls": rehearsed["calls"] + rest["calls"]}

    @found.post("/{patient}/keys", response_model=CallsView)
    async def set_keys(patient: AccountPath, body: KeysBody, by: By) -> Any:
        """Put keys of categories into force."""
        return await hand_over(await run_in_threadpool(patients.set_keys, Address(patient), body.new_keys()), by)

    @found.post("/{patient}/inbox", response_model=CallsView)
    async def set_inbox(patient: AccountPath, body: InboxBody, by: By) -> Any:
        """Have letters sealed to another key."""
        calls = await run_in_threadpool(patients.set_inbox, Address(patient), bytes_of(body.inbox))
        return await hand_over(calls, by)


def _helping(found: APIRouter, patients: Patients, hand_over: HandOver) -> None:
    @found.post("/{patient}/proxies", response_model=CallsView)
    async def appoint_proxy(patient: AccountPath, body: ProxyBody, by: By) -> Any:
        """Let an account act for a patient until a time."""
        proxy = Proxy(Address(body.account), UnixTime(body.until))
        return await hand_over(await run_in_threadpool(patients.appoint_proxy, Address(patient), proxy), by)

    @found.post("/{patient}/proxies/{account}/dismissal", response_model=CallsView)
    async def dismiss_proxy(patient: AccountPath, account: Annotated[str, Path(max_length=42)], by: By) -> Any:
        """Take that back, as the patient or as the proxy."""
        calls = await run_in_threadpool(patients.dismiss_proxy, Address(patient), read_account(account))
        return await hand_over(calls, by)

    @found.post("/{patient}/guardians", response_model=CallsView)
    async def set_guardians(patient: AccountPath, body: GuardiansBody, by: By) -> Any:
        """Choose guardians in place of those before."""
        calls = await run_in_threadpool(patients.set_guardians, Address(patient), body.guardianship())
        return await hand_over(calls, by)


def _recovering(found: APIRouter, patients: Patients, hand_over: HandOver) -> None:
    @found.post("/{patient}/recovery", response_model=CallsView)
    async def propose_recovery(patient: AccountPath, body: RecoveryBody, by: By) -> Any:
        """As a guardian, name the account of the new device."""
        given = Address(patient), Address(body.account), bytes_of(body.inbox)
        return await hand_over(await run_in_threadpool(patients.propose_recovery, *given), by)

    @found.post("/{patient}/recovery/support", response_model=CallsView)
    async def support_recovery(patient: AccountPath, body: SupportBody, by: By) -> Any:
        """As a further guardian, agree."""
        calls = await run_in_threadpool(patients.support_recovery, Address(patient), Address(body.account))
        return await hand_over(calls, by)

    @found.post("/{patient}/recovery/objection", response_model=CallsView)
    async def object_recovery(patient: AccountPath, by: By) -> Any:
        """As the patient, end a recovery underway."""
        return await hand_over(await run_in_threadpool(patients.object_recovery, Address(patient)), by)

    @found.post("/{patient}/recovery/completion", response_model=CallsView)
    async def complete_recovery(patient: AccountPath, by: By) -> Any:
        """After the delay, let the proposed account act; anybody may send this."""
        calls = await run_in_threadpool(patients.complete_recovery, Address(patient))
        # A rehearsal stands at the moment of the newest block, which may be older than the end of the delay.
        return await hand_over(calls, by, rehearse=False)
