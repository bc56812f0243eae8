"""Break-glass on the real chain: two members, a day, notice to patient and family, a review."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.patients.world import HOLDER_WORDS, World

from tcmchain.consent.client import ConsentClient
from tcmchain.consent.model.errors import (
    BreakGlassUnknown,
    MayNotGrant,
    NoPatient,
    NotPractitioner,
    NotRegulator,
    SameMember,
    WrongState,
)
from tcmchain.consent.model.granted import BreakGlass, GlassState
from tcmchain.consent.model.terms import new_salt
from tcmchain.consent.service.granting import reason_commitment
from tcmchain.example import cast
from tcmchain.patients.model.errors import ReaderUnknown
from tcmchain.patients.service.device import Device
from tcmchain.values import Hash32, UnixTime

pytestmark = pytest.mark.engine

_FINDINGS = Hash32("0x" + "33" * 32)
_NUMBERS = iter(range(100, 1000))


def _doctor(world: World, member: str) -> Device:
    return world.practitioner(member, f"JJ-{next(_NUMBERS)}")


def _broken(world: World, patient: Device, first: Device) -> BreakGlass:
    return world.run(world.consent(first).break_glass(patient.account, reason_commitment("昏迷，无法表达", new_salt())))


def _notices(world: World, device: Device, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def arrived() -> bool:
        found[:] = [dict(letter.content) for letter in world.run(device.letters("notice"))]
        return len(found) >= count

    _until(arrived)
    return found


def _until(ready: Callable[[], bool]) -> None:
    last = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < last
        time.sleep(0.1)


def test_break__confirmed_by_another_member__releases_to_the_first_for_a_day(world: World) -> None:
    patient, first, second = world.patient(), _doctor(world, "hospital"), _doctor(world, "riverside")
    node = world.running.node
    glass = _broken(world, patient, first)
    assert glass.state(UnixTime(int(time.time()))) is GlassState.BROKEN
    assert not world.run(node.emergencies.releases(glass.id, patient.account, first.account))
    confirmed = world.run(world.consent(second).second(glass.id))
    assert confirmed.state(UnixTime(int(time.time()))) is GlassState.OPEN
    assert (confirmed.member, confirmed.second_member) == (cast.member("hospital"), cast.member("riverside"))
    assert 86_000 < confirmed.until - time.time() <= 86_400
    assert world.run(node.emergencies.releases(glass.id, patient.account, first.account))
    assert not world.run(node.emergencies.releases(glass.id, patient.account, second.account))
    assert not world.run(node.emergencies.releases(glass.id, world.patient().account, first.account))


def test_break__any_step__is_told_to_patient_and_family_once(world: World) -> None:
    patient, daughter = world.patient(), world.reader(HOLDER_WORDS[1])
    world.run(patient.patients.appoint_proxy(patient.account, daughter.account, UnixTime(int(time.time()) + 9999)))
    first, second = _doctor(world, "hospital"), _doctor(world, "riverside")
    glass = _broken(world, patient, first)
    assert [one["step"] for one in _notices(world, patient, 1)] == ["broken"]
    world.run(world.consent(second).second(glass.id))
    world.run(world.consent(daughter).end(glass.id))
    world.run(ConsentClient(world.officer("regulator")).review(glass.id, True, _FINDINGS))
    for person in (patient, daughter):
        told = _notices(world, person, 4)
        assert [one["step"] for one in told] == ["broken", "seconded", "ended", "reviewed"]
        assert {one["id"] for one in told} == {glass.id}
        assert told[0]["first"] == first.account
    world.run(world.running.node.index.rebuild())
    assert world.running.node.notices.tell() == 0
    assert len(world.run(patient.letters("notice"))) == 4


def test_second__by_the_same_member_or_a_layman__is_refused(world: World) -> None:
    patient, first = world.patient(), _doctor(world, "hospital")
    glass = _broken(world, patient, first)
    with pytest.raises(SameMember):
        world.run(world.consent(_doctor(world, "hospital")).second(glass.id))
    with pytest.raises(SameMember):
        world.run(world.consent(first).second(glass.id))
    with pytest.raises(NotPractitioner):
        world.run(world.consent(world.reader(HOLDER_WORDS[2])).second(glass.id))


def test_break__by_a_layman_or_without_a_reading_key__is_refused(world: World) -> None:
    patient, reason = world.patient(), reason_commitment("昏迷", new_salt())
    with pytest.raises(NotPractitioner):
        world.run(world.consent(world.reader(HOLDER_WORDS[2])).break_glass(patient.account, reason))
    with pytest.raises(ReaderUnknown):
        world.run(world.consent(world.fresh(HOLDER_WORDS[3])).break_glass(patient.account, reason))


def test_break__for_an_unknown_patient__is_refused(world: World) -> None:
    doctor = _doctor(world, "hospital")
    with pytest.raises(NoPatient):
        world.run(world.consent(doctor).break_glass(world.fresh(HOLDER_WORDS[3]).account, _FINDINGS))
    with pytest.raises(BreakGlassUnknown):
        world.run(world.consent(doctor).second(_FINDINGS))


def test_end__by_the_patient__releases_nothing_any_more(world: World) -> None:
    patient, first, second = world.patient(), _doctor(world, "hospital"), _doctor(world, "riverside")
    glass = _broken(world, patient, first)
    world.run(world.consent(second).second(glass.id))
    with pytest.raises(MayNotGrant):
        world.run(world.consent(second).end(glass.id))
    ended = world.run(world.consent(patient).end(glass.id))
    assert ended.ended_by == patient.account
    assert not world.run(world.running.node.emergencies.releases(glass.id, patient.account, first.account))
    with pytest.raises(WrongState):
        world.run(world.consent(patient).end(glass.id))


def test_review__by_a_regulator__once_and_counted(world: World) -> None:
    patient, first, second = world.patient(), _doctor(world, "hospital"), _doctor(world, "riverside")
    regulator = ConsentClient(world.officer("regulator"))
    _broken(world, patient, first)
    before = {one.member: one for one in world.run(regulator.emergency_counts())}[cast.member("hospital")]
    glass = _broken(world, patient, first)
    with pytest.raises(WrongState):
        world.run(regulator.review(glass.id, True, _FINDINGS))
    world.run(world.consent(second).second(glass.id))
    assert glass.id in [one.id for one in world.run(regulator.emergencies(unreviewed=True))]
    with pytest.raises(NotRegulator):
        world.run(ConsentClient(world.officer("hospital")).review(glass.id, True, _FINDINGS))
    reviewed = world.run(regulator.review(glass.id, False, _FINDINGS))
    assert (reviewed.justified, reviewed.findings, reviewed.regulator) == (False, _FINDINGS, cast.member("regulator"))
    with pytest.raises(WrongState):
        world.run(regulator.review(glass.id, True, _FINDINGS))
    after = {one.member: one for one in world.run(regulator.emergency_counts())}[cast.member("hospital")]
    assert (after.broken - before.broken, after.unjustified - before.unjustified) == (1, 1)
    assert glass.id not in [one.id for one in world.run(regulator.emergencies(unreviewed=True))]


def test_commit__the_reason__tells_nothing_without_its_salt() -> None:
    assert reason_commitment("昏迷", new_salt()) != reason_commitment("昏迷", new_salt())
