"""Break-glass: two practitioners of different members, for a day, told to the patient, reviewed afterwards."""

import time
from collections.abc import Callable, Sequence

from tcmchain.chain.calls import Call
from tcmchain.consent.contract import ConsentCalls
from tcmchain.consent.model.errors import BreakGlassUnknown, NoPatient, NothingGiven, WrongState
from tcmchain.consent.model.granted import BreakGlass, EmergencyCount, GlassState
from tcmchain.consent.readmodel.records import ConsentRecords
from tcmchain.patients.model.errors import PatientUnknown
from tcmchain.patients.service import Patients
from tcmchain.values import ZERO_HASH, Address, Hash32, UnixTime


class Emergencies:
    """What may be done about an emergency, each signed by whoever does it; the contract checks licences and members."""

    def __init__(
        self,
        calls: ConsentCalls,
        records: ConsentRecords,
        patients: Patients,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._patients = patients
        self._now = now

    def break_glass(self, glass: Hash32) -> BreakGlass:
        """A break-glass; raises ``BreakGlassUnknown``."""
        found = self._records.break_glass(glass)
        if found is None:
            raise BreakGlassUnknown(id=glass)
        return found

    def break_glasses(self, patient: Address | None = None, offset: int = 0, limit: int = 100) -> Sequence[BreakGlass]:
        """Break-glass of a patient, or of all, the newest first."""
        return self._records.break_glasses(patient, offset, limit)

    def unreviewed(self) -> Sequence[BreakGlass]:
        """Those that wait for a regulator's review, the most urgent first."""
        return self._records.unreviewed()

    def counts(self) -> Sequence[EmergencyCount]:
        """How often each member's practitioners broke glass, the most often first."""
        return self._records.counts()

    def state(self, found: BreakGlass) -> GlassState:
        """How a break-glass stands now."""
        return found.state(self._moment())

    def is_overdue(self, found: BreakGlass) -> bool:
        """Whether its review was due before now."""
        return found.review_is_due(self._moment())

    def ask(self, patient: Address, reason: Hash32, by: Address) -> list[Call]:
        """Ask for the emergency category, to be read with the key that the asker published.

        Raises ``NoPatient``, ``NothingGiven`` and ``ReaderUnknown``.
        """
        try:
            self._patients.patient(patient)
        except PatientUnknown as error:
            raise NoPatient(patient=patient) from error
        if reason == ZERO_HASH:
            raise NothingGiven
        return [self._calls.break_glass(patient, reason, self._patients.reader(by).reading_key)]

    def second(self, glass: Hash32) -> list[Call]:
        """Confirm what a practitioner of another member asked; raises ``BreakGlassUnknown`` and ``WrongState``."""
        self._must_be(glass, GlassState.BROKEN)
        return [self._calls.second(glass)]

    def end(self, glass: Hash32) -> list[Call]:
        """End it before its time; raises ``BreakGlassUnknown`` and ``WrongState``."""
        self._must_be(glass, GlassState.BROKEN, GlassState.OPEN)
        return [self._calls.end_break_glass(glass)]

    def review(self, glass: Hash32, justified: bool, findings: Hash32) -> list[Call]:
        """Review one that was confirmed; raises ``BreakGlassUnknown``, ``WrongState`` and ``NothingGiven``."""
        found = self.break_glass(glass)
        if found.second is None or found.justified is not None:
            raise WrongState(id=glass, state=self.state(found))
        if findings == ZERO_HASH:
            raise NothingGiven
        return [self._calls.review(glass, justified, findings)]

    async def releases(self, glass: Hash32, patient: Address, reader: Address) -> bool:
        """Whether custodians may release shares to a reader now, as the chain itself answers."""
        return await self._calls.releases(glass, patient, reader)

    def _must_be(self, glass: Hash32, *states: GlassState) -> None:
        state = self.state(self.break_glass(glass))
        if state not in states:
            raise WrongState(id=glass, state=state)

    def _moment(self) -> UnixTime:
        return UnixTime(int(self._now()))
