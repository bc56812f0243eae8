"""What the chain says of the grants and keys that a desk needs."""

import time
from collections.abc import Callable

from tcmchain.consent.model.errors import GrantUnknown
from tcmchain.consent.service.grants import Grants
from tcmchain.crypto.digest import writer_hash
from tcmchain.patients.model.errors import PatientUnknown
from tcmchain.patients.service.patients import Patients
from tcmchain.values import Address, Hash32, MemberId


class ChainGrants:
    """Answers from the replay of grants and patients."""

    def __init__(self, grants: Grants, patients: Patients, now: Callable[[], float] = time.time) -> None:
        self._grants = grants
        self._patients = patients
        self._now = now

    def may_append(self, grant: Hash32, patient: Address, salt: Hash32, member: MemberId, terms: Hash32) -> bool:
        """Whether a grant of these terms lets a member append to a patient's folder now."""
        try:
            found = self._grants.grant(grant)
        except GrantUnknown:
            return False
        if found.withdrawn or self._now() > found.until:
            return False
        expected = (patient, terms, writer_hash(salt, Hash32(member)))
        return (found.patient, found.terms, found.writer) == expected

    def has_key(self, patient: Address, label: Hash32) -> bool:
        """Whether a patient has a category of this label."""
        try:
            return self._patients.patient(patient).epoch_of(label) > 0
        except PatientUnknown:
            return False
