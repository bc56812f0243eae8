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

    def newest_key(self, patient: Address, label: Hash32) -> tuple[int, bytes] | None:
        """Epoch and bytes of the newest key of a label."""
        try:
            found = self._patients.patient(patient).key_of(label)
        except PatientUnknown:
            return None
        return None if found is None else (found.epoch, found.key)
