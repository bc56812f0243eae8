"""Writes what is recorded by itself: composed and sealed in memory, appended under the patient's grant."""

from collections.abc import AsyncIterator, Awaitable, Callable

from tcmchain.crypto.categories import Category
from tcmchain.encounters.model.desk import Desk
from tcmchain.encounters.model.fhir import device_use, medication_dispense, moment
from tcmchain.encounters.readmodel.records import Dispensing
from tcmchain.encounters.service.recording import DeviceUse
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.records.model.facts import RecordType
from tcmchain.records.service.authoring import Authoring, Draft, Order
from tcmchain.terms.forms import form
from tcmchain.values import Address, Hash32, MemberId

_MILLIGRAMS = 1000

Stands = Callable[[Address, Hash32], Awaitable[bool]]
"""Whether a patient's folder has a file, as the chain itself answers."""


class Scribe:
    """A file that stands already is left as it is."""

    def __init__(self, authoring: Authoring, ledger: Ledger, roll: Roll, stands: Stands) -> None:
        self._authoring = authoring
        self._ledger = ledger
        self._roll = roll
        self._stands = stands

    async def dispensed(self, member: MemberId, desk: Desk, file: Hash32, dispensing: Dispensing) -> None:
        """Record a dispensing."""
        lot = self._ledger.lot(dispensing.lot)
        drug, grams = form(lot.form).zh, dispensing.milligrams / _MILLIGRAMS
        place = self._roll.member(member).profile.name_zh
        happened = dispensing.happened
        content = medication_dispense(
            desk.patient, desk.visit, drug, lot.code, grams, happened, place, lot.expires or None
        )
        summary = {"medication": drug, "grams": grams, "lot": lot.code}
        draft = self._draft(RecordType.DISPENSING, f"发药：{drug} {grams:g} 克", moment(happened), desk, summary)
        await self._write(member, desk, file, draft, content)

    async def used(self, member: MemberId, desk: Desk, file: Hash32, use: DeviceUse) -> None:
        """Record the use of a device."""
        place = self._roll.member(member).profile.name_zh
        content = device_use(desk.patient, desk.visit, use.device, use.name, use.starts, use.ends, place)
        summary = {"device": use.device, "name": use.name, "seconds": use.ends - use.starts}
        title = f"使用器械：{use.name or use.device}"
        draft = self._draft(RecordType.DEVICE_USE, title, moment(use.starts), desk, summary)
        await self._write(member, desk, file, draft, content)

    def _draft(self, kind: RecordType, title: str, happened: str, desk: Desk, summary: dict[str, object]) -> Draft:
        visit = Hash32(desk.visit)
        return Draft(kind, title, happened, Category.MEDICATION, encounter=visit, summary=summary)

    async def _write(self, member: MemberId, desk: Desk, file: Hash32, draft: Draft, content: bytes) -> None:
        if await self._stands(desk.patient, file):
            return
        order = Order(
            patient=desk.patient,
            draft=draft,
            categories=(Category.MEDICATION,),
            file=file,
            grant=desk.grant,
            salt=desk.opening.salt,
            labels={Category.MEDICATION: desk.opening.label},
        )
        await self._authoring.write(member, order, _once(content), len(content))


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
