"""Telling the patient and the family that guardians want another account in charge, while they can still object."""

import json
from typing import Any, Final

from tcmchain.crypto.letters import seal_letter
from tcmchain.errors import NotFound
from tcmchain.letters.service import Letters
from tcmchain.patients.model.registered import Recovery
from tcmchain.patients.readmodel.notices import RecoveryNotices
from tcmchain.patients.readmodel.records import PatientsRecords
from tcmchain.patients.service.patients import Patients
from tcmchain.values import Address

_PADDED_TO: Final = 1024


class RecoveryTelling:
    """One sealed letter for each step and each person, with public facts only; ``sender`` is the node's account."""

    def __init__(
        self,
        records: PatientsRecords,
        store: RecoveryNotices,
        patients: Patients,
        letters: Letters,
        sender: Address,
    ) -> None:
        self._records = records
        self._store = store
        self._patients = patients
        self._letters = letters
        self._sender = sender

    def tell(self) -> int:
        """Tell of every recovery underway that was not told of yet; answers how many letters were put in."""
        return sum(self._tell(patient) for patient in self._records.recovering())

    def _tell(self, patient: Address) -> int:
        recovery, sent = self._patients.patient(patient).recovery, 0
        if recovery is None:
            return 0
        step = "ready" if recovery.ready else "proposed"
        for account in self._patients.told_of(patient):
            if not self._store.is_told(patient, recovery.round, step, account):
                sent += self._put(account, _content(patient, recovery, step, self._sender))
                self._store.told(patient, recovery.round, step, account)
        return sent

    def _put(self, account: Address, content: dict[str, Any]) -> int:
        inbox = self._patients.inbox_of(account)
        if inbox is None:
            return 0
        raw = json.dumps(content, separators=(",", ":")).encode()
        try:
            self._letters.put(account, seal_letter(inbox, raw + b" " * (-len(raw) % _PADDED_TO)))
        except NotFound:
            # A proxy that published no inbox is no recipient; the patient and the other proxies are told.
            return 0
        return 1


def _content(patient: Address, recovery: Recovery, step: str, sender: Address) -> dict[str, Any]:
    """Only what stands on the chain for everybody."""
    return {
        "kind": "notice",
        "from": sender,
        "about": "recovery",
        "step": step,
        "patient": patient,
        "round": recovery.round,
        "account": recovery.account,
        "supporters": list(recovery.supporters),
        "ready": recovery.ready,
    }
