"""A physician passes a category on to a consultant: keys are re-wrapped, read, refused when the patient withdraws."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from tests.stories.clinic import THIEF_WORDS, Clinic, clinic_at

from tcmchain.consent.model import errors
from tcmchain.consent.model.terms import Rights
from tcmchain.consent.service.granting import Received, Wish, received
from tcmchain.consent.service.passing import A_LETTER, Onward, OpenedKey, Passing, Rewrapped
from tcmchain.crypto.categories import Category
from tcmchain.crypto.errors import SealBroken
from tcmchain.custodians.model import errors as refusals
from tcmchain.custodians.service.passing_on import PassingOn
from tcmchain.patients.service.device import Device
from tcmchain.values import UnixTime

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]

BODY, OTHER = b'{"resourceType":"Condition"}' * 50, b'{"resourceType":"Observation"}'
PASSABLE = Rights.READ | Rights.PASS_ON


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    async with clinic_at(tmp_path_factory.mktemp("passing")) as found:
        yield found


async def _granted(
    clinic: Clinic, patient: Device, doctor: Device, rights: Rights = PASSABLE, category: Category = Category.DISEASE
) -> Received:
    """A grant, as the doctor's letters tell of it."""
    wish = Wish(doctor.account, category, rights, "会诊", _in(3600))
    made = await (await clinic.granting(patient)).grant(wish)
    return next(one for one in await received(doctor) if one.grant == made.id)


async def _withdraw(clinic: Clinic, patient: Device, parent: Received) -> None:
    await clinic.consent(patient).withdraw(parent.grant)


def _in(seconds: int) -> UnixTime:
    return UnixTime(int(time.time()) + seconds)


def _to(reader: Device, seconds: int = 1800) -> Onward:
    return Onward(reader.account, "二次会诊", _in(seconds))


async def _letter(reader: Device) -> Rewrapped:
    (found,) = await Passing(reader).letters()
    return found


async def test_pass_on__files_of_a_category__are_read_until_the_patient_withdraws(clinic: Clinic) -> None:
    patient, doctor, consultant = await clinic.patient(), await clinic.reader(), await clinic.reader(THIEF_WORDS)
    one, two = await clinic.add(patient, BODY), await clinic.add(patient, OTHER)
    other = await clinic.add(patient, b"{}", (Category.SENSITIVE,))
    parent = await _granted(clinic, patient, doctor)
    passed = await PassingOn(doctor).pass_on(parent, _to(consultant))
    assert (passed.keys, passed.letters, passed.shut) == (2, 1, ())
    assert (passed.granted.parent, passed.granted.by) == (parent.grant, doctor.account)
    reading = PassingOn(consultant)
    (letter,) = await reading.received()
    assert (letter.patient, letter.category, letter.opening.rights) == (patient.account, Category.DISEASE, Rights.READ)
    assert (await reading.read_file(one.file)).body == BODY
    assert (await reading.read_file(two.file, 1)).body == OTHER
    with pytest.raises(errors.NothingPassed):
        await reading.read_file(other.file)
    await _withdraw(clinic, patient, parent)
    with pytest.raises(errors.GrantWithdrawn):
        await reading.read_file(one.file)
    assert await reading.received() == []
    with pytest.raises(refusals.GrantWithdrawn):
        await PassingOn(doctor).pass_on(parent, _to(consultant))


async def test_pass_on__withdrawn_by_the_passer__ends_for_the_reader_alone(clinic: Clinic) -> None:
    patient, doctor, consultant = await clinic.patient(), await clinic.reader(), await clinic.reader(THIEF_WORDS)
    entry, parent = await clinic.add(patient, BODY), await _granted(clinic, patient, doctor)
    passed = await PassingOn(doctor).pass_on(parent, _to(consultant))
    await clinic.consent(doctor).withdraw(passed.granted.id)
    with pytest.raises(errors.GrantWithdrawn):
        await PassingOn(consultant).read_file(entry.file)
    assert parent in await received(doctor)


async def test_pass_on__without_the_right_or_beyond_the_end__is_refused_and_nothing_stands(clinic: Clinic) -> None:
    patient, doctor, consultant = await clinic.patient(), await clinic.reader(), await clinic.reader(THIEF_WORDS)
    await clinic.add(patient, BODY)
    parent = await _granted(clinic, patient, doctor, Rights.READ)
    passing = PassingOn(doctor)
    with pytest.raises(errors.MayNotPassOn):
        await passing.pass_on(parent, _to(consultant))
    claimed = replace(parent, opening=replace(parent.opening, rights=PASSABLE))
    with pytest.raises(refusals.TermsWrong):
        await passing.pass_on(claimed, _to(consultant))
    own = Passing(doctor)
    with pytest.raises(errors.MayNotPassOn):
        await own.stand(parent, own.opening(claimed, _to(consultant), await own.reader(_to(consultant))))
    with pytest.raises(errors.WrongEnd):
        await passing.pass_on(claimed, _to(consultant, 7200))
    assert len(await clinic.consent(patient).grants(patient.account)) == 1
    assert await Passing(consultant).letters() == []


async def test_read__after_the_end_of_what_was_passed_on__is_refused(clinic: Clinic) -> None:
    patient, doctor, consultant = await clinic.patient(), await clinic.reader(), await clinic.reader(THIEF_WORDS)
    entry, parent = await clinic.add(patient, BODY), await _granted(clinic, patient, doctor)
    await PassingOn(doctor).pass_on(parent, _to(consultant, 8))
    assert (await PassingOn(consultant).read_file(entry.file)).body == BODY
    await asyncio.sleep(9)
    with pytest.raises(errors.GrantOver):
        await PassingOn(consultant).read_file(entry.file)


async def test_read__with_somebody_elses_letter__is_refused(clinic: Clinic) -> None:
    patient, doctor, consultant = await clinic.patient(), await clinic.reader(), await clinic.reader(THIEF_WORDS)
    entry, parent = await clinic.add(patient, BODY), await _granted(clinic, patient, doctor)
    await PassingOn(doctor).pass_on(parent, _to(consultant))
    letter, thief = await _letter(consultant), await clinic.reader(THIEF_WORDS)
    with pytest.raises(errors.LetterFalse):
        await PassingOn(thief).read(letter, entry.file, 1)
    mine = replace(letter, opening=replace(letter.opening, grantee=thief.account))
    with pytest.raises(errors.OtherTerms):
        await PassingOn(thief).read(mine, entry.file, 1)
    forged: list[dict[str, Any]] = [
        {"sender": thief.account},
        {"patient": thief.account},
        {"grant": parent.grant},
        {"opening": replace(letter.opening, rights=PASSABLE)},
    ]
    for fields in forged:
        with pytest.raises((errors.LetterFalse, errors.OtherTerms)):
            await PassingOn(consultant).read(replace(letter, **fields), entry.file, 1)
    await thief.post.send(consultant.account, consultant.inbox, {"kind": "rewrapped", "files": [1]}, thief.http.key())
    assert await _letter(consultant) == letter


async def test_read__with_another_files_key_or_category__is_refused(clinic: Clinic) -> None:
    patient, doctor, consultant = await clinic.patient(), await clinic.reader(), await clinic.reader(THIEF_WORDS)
    one, two = await clinic.add(patient, BODY), await clinic.add(patient, OTHER)
    secret = await clinic.add(patient, OTHER, (Category.SENSITIVE,))
    parent = await _granted(clinic, patient, doctor)
    passing, onward = Passing(doctor), _to(consultant)
    reader = await passing.reader(onward)
    opening = passing.opening(parent, onward, reader)
    granted = await passing.stand(parent, opening)
    records = clinic.records(patient)
    keys = {e.file: (await records.read(patient.relation, e.file))[0].data_key for e in (one, two, secret)}
    swapped = [
        OpenedKey(one.file, 1, keys[two.file]),
        OpenedKey(two.file, 1, keys[one.file]),
        OpenedKey(secret.file, 1, keys[secret.file]),
    ]
    await passing.write(parent, granted, opening, swapped, reader)
    letter, reading = await _letter(consultant), PassingOn(consultant)
    for entry in (one, two):
        with pytest.raises(SealBroken):
            await reading.read(letter, entry.file, 1)
    with pytest.raises(errors.LetterFalse):
        await reading.read(letter, secret.file, 1)
    moved = replace(letter, keys=(replace(letter.keys[1], file=one.file),))
    with pytest.raises(SealBroken):
        await reading.read(moved, one.file, 1)


async def test_write__many_keys__goes_out_in_letters_that_a_node_takes(clinic: Clinic) -> None:
    patient, doctor, consultant = await clinic.patient(), await clinic.reader(), await clinic.reader(THIEF_WORDS)
    entry, parent = await clinic.add(patient, BODY), await _granted(clinic, patient, doctor)
    passing, onward = Passing(doctor), _to(consultant)
    reader = await passing.reader(onward)
    opening = passing.opening(parent, onward, reader)
    granted = await passing.stand(parent, opening)
    keys = [OpenedKey(entry.file, version, b"k" * 32) for version in range(1, 2 * A_LETTER + 2)]
    assert await passing.write(parent, granted, opening, keys, reader) == 3
    counted = sorted(len(letter.keys) for letter in await Passing(consultant).letters())
    assert counted == [1, A_LETTER, A_LETTER]
