"""Patients through a node's doors, for the SDK and the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tcmchain.patients.model.registered import (
    CategoryKey,
    Guardianship,
    NewKey,
    Patient,
    Proxy,
    Reader,
    Recovery,
    Registration,
)
from tcmchain.values import Address, Hash32, UnixTime
from tcmchain.web.http import NodeHttp


@dataclass(frozen=True, slots=True)
class Care:
    """The patients that concern an account: its own, those it acts for as a proxy, those it guards."""

    own: tuple[Address, ...]
    entrusted: tuple[tuple[Address, UnixTime], ...]
    guarded: tuple[Address, ...]


class PatientsClient:
    """Every write is signed here, handed in and followed until the node has indexed it."""

    def __init__(self, http: NodeHttp) -> None:
        self._http = http

    async def patient(self, account: Address) -> Patient:
        """What stands on the chain of a pseudonym; raises ``PatientUnknown``."""
        return _patient(await self._http.get(f"/api/patients/{account}"))

    async def reader(self, account: Address) -> Reader:
        """The keys under which an account reads; raises ``ReaderUnknown``."""
        found = await self._http.get(f"/api/patients/readers/{account}")
        keys = _raw(found["reading_key"]), _raw(found["inbox"])
        return Reader(Address(found["account"]), *keys, UnixTime(found["published"]))

    async def may_act(self, patient: Address, account: Address) -> bool:
        """Whether an account acts for a patient now."""
        found = await self._http.get(f"/api/patients/{patient}/may-act/{account}")
        return bool(found["may_act"])

    async def mine(self) -> Care:
        """The patients that concern the signer."""
        found = await self._http.get("/api/patients/mine")
        entrusted = tuple((Address(one["patient"]), UnixTime(one["until"])) for one in found["entrusted"])
        own, guarded = (tuple(Address(one) for one in found[name]) for name in ("own", "guarded"))
        return Care(own, entrusted, guarded)

    async def register(self, made: Registration) -> Patient:
        """Register the signer's account as a patient; raises ``PatientKnownAlready`` and ``WrongKey``."""
        await self._http.write("/api/patients", registration_body(made))
        return await self.patient(self._http.key().address)

    async def set_keys(self, patient: Address, keys: Sequence[NewKey]) -> Patient:
        """Put keys into force; raises ``WrongEpoch`` and ``MayNotAct``."""
        await self._http.write(f"/api/patients/{patient}/keys", {"keys": [_key_body(key) for key in keys]})
        return await self.patient(patient)

    async def set_inbox(self, patient: Address, inbox: bytes) -> None:
        """Have letters sealed to another key; raises ``MayNotAct``."""
        await self._http.write(f"/api/patients/{patient}/inbox", {"inbox": _hex(inbox)})

    async def appoint_proxy(self, patient: Address, account: Address, until: UnixTime) -> None:
        """Let an account act for a patient until a time; raises ``NotController`` and ``WrongEnd``."""
        await self._http.write(f"/api/patients/{patient}/proxies", {"account": account, "until": until})

    async def dismiss_proxy(self, patient: Address, account: Address) -> None:
        """Take that back, as the patient or as the proxy; raises ``NotProxy``."""
        await self._http.write(f"/api/patients/{patient}/proxies/{account}/dismissal")

    async def set_guardians(self, patient: Address, chosen: Guardianship) -> None:
        """Choose guardians; ``Guarding.make`` makes the backup whose hash this takes. Raises ``NotController``."""
        body = {
            "guardians": list(chosen.guardians),
            "needed": chosen.needed,
            "delay": chosen.delay,
            "backup": chosen.backup,
        }
        await self._http.write(f"/api/patients/{patient}/guardians", body)

    async def propose_recovery(self, patient: Address, account: Address, inbox: bytes) -> None:
        """As a guardian, name the account of the new device; raises ``NotGuardian`` and ``RecoveryUnderway``."""
        await self._http.write(f"/api/patients/{patient}/recovery", {"account": account, "inbox": _hex(inbox)})

    async def support_recovery(self, patient: Address, account: Address) -> None:
        """As a further guardian, agree; raises ``NotGuardian``, ``NoRecovery`` and ``SupportedAlready``."""
        await self._http.write(f"/api/patients/{patient}/recovery/support", {"account": account})

    async def object_recovery(self, patient: Address) -> None:
        """As the patient, end a recovery underway; raises ``NoRecovery``."""
        await self._http.write(f"/api/patients/{patient}/recovery/objection")

    async def complete_recovery(self, patient: Address) -> Patient:
        """After the delay, let the proposed account act; raises ``TooEarly``."""
        await self._http.write(f"/api/patients/{patient}/recovery/completion")
        return await self.patient(patient)

    async def publish_reader(self, reading_key: bytes, inbox: bytes) -> Reader:
        """Publish the keys under which the signer's account reads; raises ``WrongKey``."""
        body = {"reading_key": _hex(reading_key), "inbox": _hex(inbox)}
        await self._http.write("/api/patients/readers", body)
        return await self.reader(self._http.key().address)


def registration_body(made: Registration) -> dict[str, Any]:
    """A registration as the door takes it: public parts only."""
    keys = [_key_body(key) for key in made.keys]
    return {"commitment": made.commitment, "inbox": _hex(made.inbox), "keys": keys}


def _key_body(key: NewKey) -> dict[str, Any]:
    return {"label": key.label, "epoch": key.epoch, "key": _hex(key.key)}


def _patient(found: Mapping[str, Any]) -> Patient:
    return Patient(
        account=Address(found["patient"]),
        controller=Address(found["controller"]),
        commitment=Hash32(found["commitment"]),
        inbox=_raw(found["inbox"]),
        registered=UnixTime(found["registered"]),
        controller_inbox=_raw(found["controller_inbox"] or ""),
        keys=tuple(
            CategoryKey(Hash32(key["label"]), key["epoch"], _raw(key["key"]), Address(key["by"]), UnixTime(key["at"]))
            for key in found["keys"]
        ),
        proxies=tuple(Proxy(Address(one["account"]), UnixTime(one["until"])) for one in found["proxies"]),
        guardianship=_guardianship(found["guardianship"]),
        recovery=_recovery(found["recovery"]),
    )


def _guardianship(found: Mapping[str, Any] | None) -> Guardianship | None:
    if found is None:
        return None
    accounts = tuple(Address(one) for one in found["guardians"])
    return Guardianship(accounts, found["needed"], found["delay"], Hash32(found["backup"]))


def _recovery(found: Mapping[str, Any] | None) -> Recovery | None:
    if found is None:
        return None
    supporters = tuple(Address(one) for one in found["supporters"])
    account, inbox = Address(found["account"]), _raw(found["inbox"])
    return Recovery(found["round"], account, inbox, supporters, UnixTime(found["ready"]))


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def _hex(raw: bytes) -> str:
    return "0x" + raw.hex()
