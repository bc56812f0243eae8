"""What is recorded by itself, over stops at the worst moments."""

import asyncio
import json

import pytest
from fhir.resources.R4B.deviceusestatement import DeviceUseStatement
from fhir.resources.R4B.medicationdispense import MedicationDispense
from tests.encounters.visits import ELSEWHERE, GRANT, HOSPITAL, NOW, OPENING, PATIENT, VISIT, Told

from tcmchain.encounters.model.desk import Desk
from tcmchain.encounters.model.errors import NotOpen
from tcmchain.encounters.model.fhir import device_use, medication_dispense
from tcmchain.encounters.readmodel.records import Dispensing
from tcmchain.encounters.service.recording import DeviceUse, Recording
from tcmchain.errors import Unavailable
from tcmchain.values import Hash32, MemberId, UnixTime

USE = DeviceUse("952000001ACU7", "电针仪", UnixTime(NOW), UnixTime(NOW + 1200))


class Folder:
    """A folder that keeps a file once; ``broken`` says how often it fails before, ``torn`` after keeping."""

    def __init__(self) -> None:
        self.files: dict[Hash32, object] = {}
        self.broken = self.torn = 0
        self.kept = asyncio.Event()

    async def dispensed(self, member: MemberId, desk: Desk, file: Hash32, dispensing: Dispensing) -> None:
        self._keep(file, (member, desk.patient, dispensing.tx))

    async def used(self, member: MemberId, desk: Desk, file: Hash32, use: DeviceUse) -> None:
        self._keep(file, (member, desk.patient, use.device))

    def _keep(self, file: Hash32, what: object) -> None:
        if self.broken:
            self.broken -= 1
            raise Unavailable
        self.files.setdefault(file, what)
        self.kept.set()
        if self.torn:
            self.torn -= 1
            raise Unavailable


@pytest.fixture
def folder() -> Folder:
    return Folder()


@pytest.fixture
def recording(told: Told, folder: Folder) -> Recording:
    told.permitted()
    told.desks.hand_in(HOSPITAL, VISIT, PATIENT, GRANT, OPENING)
    return Recording(told.visits, told.desks, told.records, folder, lambda: told.now)


async def test_record__a_dispensing_under_a_code__writes_one_file_however_often(
    told: Told, folder: Folder, recording: Recording
) -> None:
    tx = told.dispensed(told.desks.next_code(HOSPITAL, VISIT).commitment)
    assert await recording.catch_up() == 1
    assert await recording.catch_up() == 0
    assert list(folder.files.values()) == [(HOSPITAL, PATIENT, tx)]


async def test_record__two_dispensings_under_one_code__writes_both(
    told: Told, folder: Folder, recording: Recording
) -> None:
    code = told.desks.next_code(HOSPITAL, VISIT)
    told.dispensed(code.commitment)
    told.dispensed(code.commitment)
    assert await recording.catch_up() == 2
    assert len(folder.files) == 2


async def test_record__stopped_before_or_after_appending__goes_on_without_a_second_file(
    told: Told, folder: Folder, recording: Recording
) -> None:
    told.dispensed(told.desks.next_code(HOSPITAL, VISIT).commitment)
    folder.broken = folder.torn = 1
    for _ in range(2):
        with pytest.raises(Unavailable):
            await recording.catch_up()
    started_again = Recording(told.visits, told.desks, told.records, folder, lambda: told.now)
    assert await started_again.catch_up() == 1
    assert len(folder.files) == 1


async def test_record__one_that_cannot_be_written__holds_no_other_up(
    told: Told, folder: Folder, recording: Recording
) -> None:
    told.dispensed(told.desks.next_code(HOSPITAL, VISIT).commitment)
    tx = told.dispensed(told.desks.next_code(HOSPITAL, VISIT).commitment)
    folder.broken = 1
    with pytest.raises(Unavailable):
        await recording.catch_up()
    assert list(folder.files.values()) == [(HOSPITAL, PATIENT, tx)]


async def test_follow__one_that_can_never_be_written__ends_with_its_desk(
    told: Told, folder: Folder, recording: Recording
) -> None:
    told.dispensed(told.desks.next_code(HOSPITAL, VISIT).commitment)
    folder.broken = 1_000_000
    told.now = NOW + 3600 + 86_400 + 1
    await recording.start()
    try:
        async with asyncio.timeout(5):
            while told.store.desks():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        await recording.stop()
    assert folder.files == {}


async def test_record__dispensed_by_another_member_under_a_code_it_saw__is_left_out(
    told: Told, folder: Folder, recording: Recording
) -> None:
    told.dispensed(told.desks.next_code(HOSPITAL, VISIT).commitment, ELSEWHERE)
    assert await recording.catch_up() == 0
    assert folder.files == {}


async def test_record__a_device__is_one_file_for_the_same_beginning(
    told: Told, folder: Folder, recording: Recording
) -> None:
    first = await recording.use_device(HOSPITAL, VISIT, USE)
    assert await recording.use_device(HOSPITAL, VISIT, USE) == first
    assert list(folder.files) == [first]
    with pytest.raises(NotOpen):
        await recording.use_device(ELSEWHERE, VISIT, USE)


async def test_follow__in_the_background__records_without_being_asked(
    told: Told, folder: Folder, recording: Recording
) -> None:
    await recording.start()
    try:
        told.dispensed(told.desks.next_code(HOSPITAL, VISIT).commitment)
        async with asyncio.timeout(5):
            await folder.kept.wait()
    finally:
        await recording.stop()


def test_write__a_dispensing__is_fhir_r4() -> None:
    raw = medication_dispense(PATIENT, VISIT, "红参片", "ABCD", 10, UnixTime(NOW), "示例医院", UnixTime(NOW))
    found = MedicationDispense.model_validate(json.loads(raw))
    assert (found.status, found.quantity.code, found.contained[0].batch.lotNumber) == ("completed", "g", "ABCD")


def test_write__a_device_use__is_fhir_r4() -> None:
    raw = device_use(PATIENT, VISIT, USE.device, USE.name, USE.starts, USE.ends, "示例医院")
    found = DeviceUseStatement.model_validate(json.loads(raw))
    assert (found.device.identifier.value, found.device.display) == (USE.device, "电针仪")
