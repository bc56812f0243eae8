"""A patient with two years of history at one hospital visits another: asked, permitted, read, treated, recorded."""

import json
import time
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest

from tcmchain.consent.model.granted import Reading
from tcmchain.consent.model.terms import Opening
from tcmchain.crypto.categories import Category
from tcmchain.crypto.letters import inbox_of
from tcmchain.custodians.client.reading import Granted, ReadingClient
from tcmchain.encounters.client import Offer
from tcmchain.encounters.model import errors
from tcmchain.encounters.model.visits import permission_of
from tcmchain.errors import NotPermitted
from tcmchain.example import cast
from tcmchain.example.care import (
    AT_HOSPITAL,
    AT_RIVERSIDE,
    READ_AND_APPEND,
    Given,
    Wish,
    device,
    give,
    physician,
    relation,
)
from tcmchain.example.stage import Stage
from tcmchain.example.visit import DEVICE
from tcmchain.records.client.opening import with_relation
from tcmchain.records.model.errors import MayNotAppend
from tcmchain.records.model.facts import RecordType
from tcmchain.values import Hash32, UnixTime, VisitId

pytestmark = pytest.mark.engine
SALT = Hash32("0x" + "5a" * 32)
HERE, THERE = (relation("patient", number) for number in (AT_RIVERSIDE, AT_HOSPITAL))


@pytest.fixture
async def stage(node: str, began: datetime) -> AsyncIterator[Stage]:
    found = Stage(node, began)
    yield found
    await found.close()


async def _visit(stage: Stage) -> VisitId:
    visits = await physician(stage, "visited_physician").encounters.visits(patient=HERE.account)
    return VisitId(visits[-1]["id"])


def _reader(stage: Stage, person: str) -> ReadingClient:
    chain = physician(stage, person)
    return ReadingClient(chain.http, chain.http.key(), relation(person, 0).reading)


async def _answer(stage: Stage) -> dict[str, object]:
    letters = await physician(stage, "visited_physician").letters.fetch(relation("visited_physician", 0).inbox)
    return next(dict(letter.content) for letter in letters if letter.kind == "answer")


async def _open_request(stage: Stage, salt: Hash32) -> VisitId:
    chain = physician(stage, "visited_physician")
    visit = await chain.encounters.next_id()
    shown = Offer(HERE.account, inbox_of(HERE.inbox), salt)
    await chain.encounters.request(shown, SALT, UnixTime(int(time.time()) + 600))
    return visit


async def test_history__at_the_first_hospital__has_two_years_that_the_patient_opens(stage: Stage) -> None:
    chain = device(stage, THERE)
    count, _ = await chain.records.verify(THERE.account)
    assert count >= 30
    kinds, months = set(), set()
    for appended in await chain.records.entries(THERE.account):
        entry = appended.entry
        opened = await chain.records.open(THERE.account, entry.file, entry.version, with_relation(THERE))
        kinds.add(opened.facts.type)
        months.add(opened.facts.happened[:7])
    assert {RecordType.ENCOUNTER, RecordType.PRESCRIPTION, RecordType.VITALS, RecordType.LAB} <= kinds
    assert RecordType.IMAGING in kinds
    assert len(months) >= 8


async def test_visit__in_the_story__is_finished_and_recorded_drugs_and_a_device_by_itself(stage: Stage) -> None:
    visit = await _visit(stage)
    assert (await physician(stage, "visited_physician").encounters.visit(visit))["state"] == "finished"
    chain = device(stage, HERE)
    found: dict[RecordType, list[dict[str, object]]] = {}
    for appended in await chain.records.entries(HERE.account):
        opened, body = await chain.records.read(HERE, appended.entry.file)
        found.setdefault(opened.facts.type, []).append(json.loads(body))
        assert opened.facts.encounter == visit
        assert (appended.member, opened.facts.self_supplied) == (cast.member("riverside"), False)
    dispensed, used = found[RecordType.DISPENSING], found[RecordType.DEVICE_USE]
    assert sorted(one["quantity"]["value"] for one in dispensed) == [210, 210, 210]  # type: ignore[index]
    assert used[0]["device"]["identifier"]["value"] == DEVICE  # type: ignore[index]
    assert len(found[RecordType.ENCOUNTER]) == 1


async def test_read__by_the_visited_physician__opens_the_other_hospitals_records(stage: Stage) -> None:
    answer = await _answer(stage)
    folders = {folder["patient"]: folder for folder in answer["folders"]}  # type: ignore[attr-defined]
    granted = [Granted(one["grant"], Opening.read(one["opening"])) for one in folders[THERE.account]["grants"]]
    chain = physician(stage, "visited_physician")
    entries = await chain.records.entries(THERE.account)
    newest = next(one.entry for one in reversed(entries))
    found = await _reader(stage, "visited_physician").read_file(THERE.account, newest.file, newest.version, granted)
    assert found.body is not None
    assert found.facts.author.name == cast.PERSONS["attending_physician"].zh


async def test_read__of_the_visit_by_the_first_hospitals_physician__needs_the_patients_grant(stage: Stage) -> None:
    answer = await _answer(stage)
    home = next(one for one in answer["folders"] if one["patient"] == HERE.account)  # type: ignore[attr-defined]
    borrowed = [Granted(one["grant"], Opening.read(one["opening"])) for one in home["grants"]]
    entry = (await device(stage, HERE).records.entries(HERE.account))[0].entry
    reader = _reader(stage, "attending_physician")
    with pytest.raises(NotPermitted):
        await reader.read_file(HERE.account, entry.file, entry.version, borrowed)
    given = await give(stage, AT_RIVERSIDE, Wish("attending_physician", Category.DISEASE, days=1))
    found = await reader.read_file(HERE.account, entry.file, entry.version, [Granted(given.grant, given.opening)])
    assert found.facts.type is RecordType.ENCOUNTER
    await device(stage, HERE).consent.withdraw(given.grant)
    with pytest.raises(NotPermitted):
        await reader.read_file(HERE.account, entry.file, entry.version, [Granted(given.grant, given.opening)])


async def test_write__under_a_grant_of_another_member_or_after_its_withdrawal__is_refused(stage: Stage) -> None:
    wish = Wish("visited_physician", Category.VITALS, READ_AND_APPEND, "consultation", days=1)
    given = await give(stage, AT_RIVERSIDE, wish)
    with pytest.raises(MayNotAppend):
        await _seal(stage, "attending_physician", given)
    await _seal(stage, "visited_physician", given)
    await device(stage, HERE).consent.withdraw(given.grant)
    with pytest.raises(MayNotAppend):
        await _seal(stage, "visited_physician", given)


async def _seal(stage: Stage, person: str, given: Given) -> None:
    head = {
        "patient": HERE.account,
        "type": "note",
        "title": "备注",
        "happened": stage.day(0, "00:01:00"),
        "categories": [given.category.value],
        "media": "text/plain",
        "grant": given.grant,
        "salt": given.opening.salt,
        "labels": {given.category.value: given.opening.label},
        "encounter": await _visit(stage),
    }
    await physician(stage, person).records.seal(head, b"x")


async def test_request__declined_or_run_out__opens_nothing(stage: Stage) -> None:
    salt = Hash32("0x" + "d1" * 32)
    visit = await _open_request(stage, salt)
    patient = device(stage, HERE)
    assert (await patient.encounters.decline(visit, HERE.account, salt))["state"] == "declined"
    with pytest.raises(errors.VisitWrongState):
        await patient.encounters.permit(visit, HERE.account, salt, SALT, UnixTime(int(time.time()) + 60))


async def test_request__meant_for_another_relation__cannot_be_permitted(stage: Stage) -> None:
    salt = Hash32("0x" + "d2" * 32)
    visit = await _open_request(stage, salt)
    until = UnixTime(int(time.time()) + 60)
    with pytest.raises(errors.NotMeant):
        await device(stage, THERE).encounters.permit(visit, THERE.account, salt, SALT, until)
    with pytest.raises(errors.MayNotAct):
        await device(stage, THERE).encounters.permit(visit, HERE.account, salt, SALT, until)


async def test_request__by_an_account_without_a_licence__is_refused(stage: Stage) -> None:
    with pytest.raises(errors.NotPractitioner):
        await stage.acting("riverside").encounters.request(
            Offer(HERE.account, b"\1" * 32, SALT), SALT, UnixTime(int(time.time()) + 60)
        )


async def test_desk__for_a_finished_visit_or_by_another_hospital__is_refused(stage: Stage) -> None:
    salt = Hash32("0x" + "d3" * 32)
    visit = await _open_request(stage, salt)
    given = await give(stage, AT_RIVERSIDE, Wish("visited_physician", Category.MEDICATION, READ_AND_APPEND, days=1))
    until = UnixTime(int(time.time()) + 3600)
    await device(stage, HERE).encounters.permit(visit, HERE.account, salt, permission_of(salt, [given.grant]), until)
    opening = given.opening.as_json()
    with pytest.raises(errors.NotOpen):
        await physician(stage, "attending_physician").encounters.hand_in_desk(visit, HERE.account, given.grant, opening)
    doctor = physician(stage, "visited_physician")
    with pytest.raises(errors.DeskWrong):
        await doctor.encounters.hand_in_desk(visit, THERE.account, given.grant, opening)
    await doctor.encounters.hand_in_desk(visit, HERE.account, given.grant, opening)
    now = UnixTime(int(time.time()))
    first = await doctor.encounters.use_device(visit, DEVICE, now)
    assert await doctor.encounters.use_device(visit, DEVICE, now) == first
    with pytest.raises(errors.DeviceInvalid):
        await doctor.encounters.use_device(visit, "x" * 40, now)
    assert (await device(stage, HERE).encounters.finish(visit))["state"] == "finished"
    with pytest.raises(errors.NotOpen):
        await doctor.encounters.code(visit)


async def test_offer__under_a_code__is_taken_by_members_only_and_once(stage: Stage) -> None:
    shown = Offer(HERE.account, inbox_of(HERE.inbox), SALT)
    code = await device(stage, HERE).encounters.leave_offer(shown)
    with pytest.raises(errors.NoMember):
        await device(stage, THERE).encounters.take_offer(code)
    doctor = physician(stage, "visited_physician")
    assert await doctor.encounters.take_offer(code) == shown
    with pytest.raises(errors.OfferUnknown):
        await doctor.encounters.take_offer(code)


async def test_grant__to_the_insurer_and_one_withdrawn__stand_as_told(stage: Stage) -> None:
    chain = device(stage, THERE)
    grants = await chain.consent.grants(THERE.account)
    assert any(one.withdrawn for one in grants)
    insured = await give(stage, AT_HOSPITAL, Wish("claims_officer", Category.INSURANCE, purpose="claim", days=30))
    reader = cast.PERSONS["claims_officer"].signer.address
    assert await chain.consent.reads(insured.grant, insured.opening, reader) is Reading.ALLOWED
    patient = await chain.patients.patient(THERE.account)
    assert patient.guardianship is not None
    assert (patient.guardianship.needed, len(patient.guardianship.guardians)) == (2, 3)
    assert patient.epoch_of(THERE.label(Category.IMAGING)) == 2


def test_look__at_the_public_doors_of_visits__finds_no_person_and_no_diagnosis(node: str) -> None:
    seen = httpx.get(f"{node}/api/encounters", params={"limit": 200}).text
    for secret in ("气虚", "患者", "林秋", "treatment", "disease", DEVICE):
        assert secret not in seen


async def test_look__at_a_visit_that_never_was__says_so(stage: Stage) -> None:
    with pytest.raises(errors.VisitUnknown):
        await physician(stage, "visited_physician").encounters.visit(VisitId(SALT))
