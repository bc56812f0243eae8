"""Use cases of patients: what the chain says, and the calls that the person's own device signs."""

import time
from collections.abc import Callable, Sequence

from tcmchain.chain.calls import Call
from tcmchain.patients.contract import PatientsCalls
from tcmchain.patients.model.errors import (
    NoRecovery,
    NothingGiven,
    PatientKnownAlready,
    PatientUnknown,
    ReaderUnknown,
    TooEarly,
    WrongEpoch,
    WrongKey,
    WrongLength,
)
from tcmchain.patients.model.registered import (
    INBOX_BYTES,
    MOST_GUARDIANS,
    MOST_KEYS,
    POINT_BYTES,
    Guardianship,
    NewKey,
    Patient,
    Proxy,
    Reader,
    Recovery,
    Registration,
)
from tcmchain.patients.readmodel.records import PatientsRecords
from tcmchain.values import Address, UnixTime


class Patients:
    """Every write is signed by the account that it speaks for; no key of a person ever comes here."""

    def __init__(self, calls: PatientsCalls, records: PatientsRecords, now: Callable[[], float] = time.time) -> None:
        self._calls = calls
        self._records = records
        self._now = now

    def patient(self, account: Address) -> Patient:
        """A patient; raises ``PatientUnknown``."""
        found = self._records.patient(account)
        if found is None:
            raise PatientUnknown(patient=account)
        return found

    def reader(self, account: Address) -> Reader:
        """The keys under which an account reads; raises ``ReaderUnknown``."""
        found = self._records.reader(account)
        if found is None:
            raise ReaderUnknown(account=account)
        return found

    def may_act(self, patient: Address, account: Address) -> bool:
        """Whether an account acts for a patient now; not for an unknown one."""
        found = self._records.patient(patient)
        return found is not None and found.may_act(account, self._moment())

    def in_care_of(self, account: Address) -> list[Address]:
        """The patients that an account guards, and would help in a recovery."""
        return self._records.of_guardian(account)

    def entrusted_to(self, account: Address) -> list[tuple[Address, UnixTime]]:
        """The patients that an account acts for as a proxy, and until when."""
        return self._records.of_proxy(account, self._moment())

    def controlled_by(self, account: Address) -> list[Address]:
        """The patients whose own account this is."""
        return self._records.of_controller(account)

    def inbox_of(self, account: Address) -> bytes | None:
        """The key to which letters to an account are sealed, if it takes any."""
        return self._records.inbox_of(account)

    def takes_letters(self, account: Address) -> bool:
        """Whether an account is one that letters are kept for."""
        return self._records.takes_letters(account)

    def told_of(self, patient: Address) -> list[Address]:
        """Who is told what happens to a patient: the pseudonym, whoever controls it, and proxies."""
        found = self.patient(patient)
        proxies = self._records.proxies_of(patient, self._moment())
        return list(dict.fromkeys((patient, found.controller, *proxies)))

    def register(self, account: Address, made: Registration) -> list[Call]:
        """Register an account, and put its first keys into force.

        Raises ``PatientKnownAlready``, ``WrongKey`` and ``WrongEpoch``.
        """
        if self._records.patient(account) is not None:
            raise PatientKnownAlready(patient=account)
        _check_length(made.inbox, INBOX_BYTES)
        calls = [self._calls.register(made.commitment, made.inbox)]
        if made.keys:
            _check_keys(made.keys, None)
            calls.append(self._calls.set_keys(account, made.keys))
        return calls

    def set_keys(self, patient: Address, keys: Sequence[NewKey]) -> list[Call]:
        """Put keys into force; raises ``PatientUnknown``, ``WrongKey``, ``WrongEpoch`` and ``WrongLength``."""
        _check_keys(keys, self.patient(patient))
        return [self._calls.set_keys(patient, keys)]

    def set_inbox(self, patient: Address, inbox: bytes) -> list[Call]:
        """Have letters sealed to another key; raises ``PatientUnknown`` and ``WrongKey``."""
        self.patient(patient)
        _check_length(inbox, INBOX_BYTES)
        return [self._calls.set_inbox(patient, inbox)]

    def appoint_proxy(self, patient: Address, proxy: Proxy) -> list[Call]:
        """Let somebody act for a patient until a time; raises ``PatientUnknown``."""
        self.patient(patient)
        return [self._calls.appoint_proxy(patient, proxy.account, proxy.until)]

    def dismiss_proxy(self, patient: Address, account: Address) -> list[Call]:
        """Take that back, as the patient or as the proxy; raises ``PatientUnknown``."""
        self.patient(patient)
        return [self._calls.dismiss_proxy(patient, account)]

    def set_guardians(self, patient: Address, chosen: Guardianship) -> list[Call]:
        """Choose guardians; raises ``PatientUnknown``, ``WrongLength`` and ``NothingGiven``."""
        self.patient(patient)
        if not 1 <= chosen.needed <= len(chosen.guardians) <= MOST_GUARDIANS:
            raise WrongLength(first=len(chosen.guardians), second=chosen.needed)
        if len(set(chosen.guardians)) != len(chosen.guardians):
            raise NothingGiven
        return [self._calls.set_guardians(patient, chosen)]

    def propose_recovery(self, patient: Address, account: Address, inbox: bytes) -> list[Call]:
        """As a guardian, name the account of a new device; raises ``PatientUnknown`` and ``WrongKey``."""
        self.patient(patient)
        _check_length(inbox, INBOX_BYTES)
        return [self._calls.propose_recovery(patient, account, inbox)]

    def support_recovery(self, patient: Address, account: Address) -> list[Call]:
        """As a further guardian, agree; raises ``PatientUnknown`` and ``NoRecovery``."""
        self._underway(patient)
        return [self._calls.support_recovery(patient, account)]

    def object_recovery(self, patient: Address) -> list[Call]:
        """As the patient, end a recovery; raises ``PatientUnknown`` and ``NoRecovery``."""
        self._underway(patient)
        return [self._calls.object_recovery(patient)]

    def complete_recovery(self, patient: Address) -> list[Call]:
        """Finish a recovery after its delay; raises ``PatientUnknown``, ``NoRecovery`` and ``TooEarly``."""
        ready = self._underway(patient).ready
        if not 0 < ready <= self._moment():
            raise TooEarly(ready=ready)
        return [self._calls.complete_recovery(patient)]

    def publish_reader(self, reading_key: bytes, inbox: bytes) -> list[Call]:
        """Publish the keys under which an account reads; raises ``WrongKey``."""
        _check_length(reading_key, POINT_BYTES)
        _check_length(inbox, INBOX_BYTES)
        return [self._calls.publish_reader(reading_key, inbox)]

    def _underway(self, patient: Address) -> Recovery:
        found = self.patient(patient).recovery
        if found is None:
            raise NoRecovery(patient=patient)
        return found

    def _moment(self) -> UnixTime:
        return UnixTime(int(self._now()))


def _check_keys(keys: Sequence[NewKey], patient: Patient | None) -> None:
    if not 1 <= len(keys) <= MOST_KEYS:
        raise WrongLength(first=len(keys), second=MOST_KEYS)
    last = {} if patient is None else {key.label: patient.epoch_of(key.label) for key in keys}
    for key in keys:
        _check_length(key.key, POINT_BYTES)
        expected = last.get(key.label, 0) + 1
        if key.epoch != expected:
            raise WrongEpoch(label=key.label, expected=expected, given=key.epoch)
        last[key.label] = expected


def _check_length(key: bytes, length: int) -> None:
    if len(key) != length:
        raise WrongKey(length=len(key))
