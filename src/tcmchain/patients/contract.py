"""The contract Patients: its calls, and what its refusals mean."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.errors import TcmChainError
from tcmchain.patients.model import errors
from tcmchain.patients.model.registered import Guardianship, NewKey
from tcmchain.values import Address, ChainName, Hash32, UnixTime

NAME: Final = "Patients"
CHAIN: Final[ChainName] = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "PatientsUnknown": errors.PatientUnknown,
        "PatientsKnownAlready": errors.PatientKnownAlready,
        "PatientsMayNotAct": errors.MayNotAct,
        "PatientsNotController": errors.NotController,
        "PatientsWrongKey": errors.WrongKey,
        "PatientsWrongEpoch": errors.WrongEpoch,
        "PatientsWrongLength": errors.WrongLength,
        "PatientsWrongEnd": errors.WrongEnd,
        "PatientsNotProxy": errors.NotProxy,
        "PatientsNothing": errors.NothingGiven,
        "PatientsNotGuardian": errors.NotGuardian,
        "PatientsSupportedAlready": errors.SupportedAlready,
        "PatientsRecoveryUnderway": errors.RecoveryUnderway,
        "PatientsNoRecovery": errors.NoRecovery,
        "PatientsTooEarly": errors.TooEarly,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""


class PatientsCalls:
    """Typed calls of the contract; each is signed by the account that it speaks for."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def register(self, commitment: Hash32, inbox: bytes) -> Call:
        """Register the sender's account as a patient."""
        return self._call("register", commitment, inbox)

    def set_keys(self, patient: Address, keys: Sequence[NewKey]) -> Call:
        """Put keys of categories into force, each as the next epoch of its label."""
        labels, epochs = [key.label for key in keys], [key.epoch for key in keys]
        return self._call("setKeys", patient, labels, epochs, [key.key for key in keys])

    def set_inbox(self, patient: Address, inbox: bytes) -> Call:
        """Have letters sent to another key."""
        return self._call("setInbox", patient, inbox)

    def appoint_proxy(self, patient: Address, account: Address, until: UnixTime) -> Call:
        """Let an account act for a patient until a time."""
        return self._call("appointProxy", patient, account, until)

    def dismiss_proxy(self, patient: Address, account: Address) -> Call:
        """Take this back."""
        return self._call("dismissProxy", patient, account)

    def set_guardians(self, patient: Address, chosen: Guardianship) -> Call:
        """Choose guardians in place of those before."""
        return self._call("setGuardians", patient, list(chosen.guardians), chosen.needed, chosen.delay, chosen.backup)

    def propose_recovery(self, patient: Address, account: Address, inbox: bytes) -> Call:
        """As a guardian, propose the account that shall act for a patient."""
        return self._call("proposeRecovery", patient, account, inbox)

    def support_recovery(self, patient: Address, account: Address) -> Call:
        """As a guardian, agree to the recovery underway."""
        return self._call("supportRecovery", patient, account)

    def object_recovery(self, patient: Address) -> Call:
        """As the patient, end a recovery underway."""
        return self._call("objectRecovery", patient)

    def complete_recovery(self, patient: Address) -> Call:
        """After the delay, let the proposed account act."""
        return self._call("completeRecovery", patient)

    def publish_reader(self, reading_key: bytes, inbox: bytes) -> Call:
        """Publish the keys under which the sender's account reads."""
        return self._call("publishReader", reading_key, inbox)

    def _call(self, function: str, *arguments: Any) -> Call:
        return self._contracts.call(CHAIN, NAME, function, *arguments)
