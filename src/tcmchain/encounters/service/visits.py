"""Visits: ask a patient, be permitted or declined, end."""

import time
from collections.abc import Callable, Sequence

from tcmchain.chain.calls import Call
from tcmchain.crypto.digest import whom_hash
from tcmchain.encounters.contract import EncountersCalls, visit_id
from tcmchain.encounters.model import errors
from tcmchain.encounters.model.visits import LONGEST, Visit, VisitState
from tcmchain.encounters.readmodel.records import EncountersRecords, Wanted
from tcmchain.practitioners.service import Practitioners
from tcmchain.values import ZERO_HASH, Address, Hash32, MemberId, UnixTime, VisitId

PRACTICE = "physician"
"""The scope of the licence that asks patients."""

__all__ = ["PRACTICE", "Visits", "Wanted"]


class Visits:
    """What stands on the chain of visits, and the calls that move one on."""

    def __init__(
        self,
        calls: EncountersCalls,
        records: EncountersRecords,
        practitioners: Practitioners,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._practitioners = practitioners
        self._now = now

    def visit(self, visit: VisitId) -> Visit:
        """A visit; raises ``VisitUnknown``."""
        found = self._records.visit(visit)
        if found is None:
            raise errors.VisitUnknown(id=visit)
        return found

    def visits(self, wanted: Wanted, limit: int = 50, before: int | None = None) -> Sequence[Visit]:
        """Visits, the last requested first."""
        return self._records.visits(wanted, limit, before)

    def open_at(self, visit: VisitId, member: MemberId) -> Visit:
        """A visit that takes place at a member now; raises ``VisitUnknown`` or ``NotOpen``."""
        found = self.visit(visit)
        if found.member != member or not found.is_open(self._now()):
            raise errors.NotOpen(id=visit)
        return found

    def next_id(self, practitioner: Address) -> VisitId:
        """The id that the practitioner's next request will have, as far as is indexed."""
        return visit_id(practitioner, self._records.requests_of(practitioner) + 1)

    def request(self, practitioner: Address, whom: Hash32, terms: Hash32, until: UnixTime) -> list[Call]:
        """Ask the patient behind a commitment.

        Raises ``NotPractitioner``, ``NothingGiven`` or ``VisitWrongEnd``.
        """
        if not self._practitioners.may_act(practitioner, PRACTICE):
            raise errors.NotPractitioner(account=practitioner)
        if ZERO_HASH in (whom, terms):
            raise errors.NothingGiven
        self._check_end(until)
        return [self._calls.request(whom, terms, until)]

    def permit(self, visit: VisitId, patient: Address, salt: Hash32, permission: Hash32, until: UnixTime) -> list[Call]:
        """As the patient or a proxy, permit until a moment.

        Raises ``VisitUnknown``, ``VisitWrongState``, ``NotMeant``, ``NothingGiven`` or ``VisitWrongEnd``.
        """
        self._answering(visit, patient, salt)
        if permission == ZERO_HASH:
            raise errors.NothingGiven
        self._check_end(until)
        return [self._calls.permit(visit, patient, salt, permission, until)]

    def decline(self, visit: VisitId, patient: Address, salt: Hash32) -> list[Call]:
        """As the patient or a proxy, decline; raises as :meth:`permit`."""
        self._answering(visit, patient, salt)
        return [self._calls.decline(visit, patient, salt)]

    def finish(self, visit: VisitId) -> list[Call]:
        """As an account of the member or as the patient, end; raises ``VisitUnknown`` or ``VisitWrongState``."""
        self._in_state(visit, VisitState.PERMITTED)
        return [self._calls.finish(visit)]

    def _answering(self, visit: VisitId, patient: Address, salt: Hash32) -> None:
        found = self._in_state(visit, VisitState.REQUESTED)
        if found.until < self._now():
            raise errors.VisitWrongEnd(until=found.until)
        if whom_hash(salt, patient) != found.whom:
            raise errors.NotMeant(id=visit, patient=patient)

    def _in_state(self, visit: VisitId, state: VisitState) -> Visit:
        found = self.visit(visit)
        if found.state is not state:
            raise errors.VisitWrongState(id=visit, state=int(found.state))
        return found

    def _check_end(self, until: UnixTime) -> None:
        now = self._now()
        if not now < until <= now + LONGEST:
            raise errors.VisitWrongEnd(until=until)
