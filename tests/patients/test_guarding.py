"""Guardians, and words that come back: only after the chain has spoken, only with enough shares."""

import time
from dataclasses import replace

import pytest
from tests.patients.world import HOLDER_WORDS, PATIENT_WORDS, World

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.keys import Vault
from tcmchain.patients.client.guarding import HeldShare, bring_back, share_out
from tcmchain.patients.model.errors import (
    BackupUnfit,
    MayNotAct,
    NoRecovery,
    NotGuardian,
    NotRecovered,
    ReaderUnknown,
    RecoveryUnderway,
    SupportedAlready,
    TooEarly,
    WrongLength,
)
from tcmchain.patients.model.registered import Guardianship, Patient
from tcmchain.patients.service.device import Device
from tcmchain.values import ZERO_HASH, Address, UnixTime

_PATIENT = Vault.from_words(PATIENT_WORDS).relation(1).account
_OTHER = Vault.from_words(PATIENT_WORDS).relation(2).account


def _facts(shares: tuple[HeldShare, ...], needed: int, patient: Address = _PATIENT) -> Patient:
    chosen = Guardianship((), needed, 60, shares[0].backup)
    return Patient(patient, patient, ZERO_HASH, b"", UnixTime(0), guardianship=chosen)


def test_bring_back__any_two_of_three__give_the_words() -> None:
    shares = share_out(PATIENT_WORDS, _PATIENT, 2, 3)
    for left_out in range(3):
        held = [share for at, share in enumerate(shares) if at != left_out]
        assert bring_back(held, _facts(shares, 2)) == PATIENT_WORDS


def test_bring_back__one_of_three_or_the_same_twice__gives_nothing() -> None:
    shares = share_out(PATIENT_WORDS, _PATIENT, 2, 3)
    with pytest.raises(BackupUnfit) as refused:
        bring_back([shares[0], shares[0]], _facts(shares, 2))
    assert refused.value.details["reason"] == "too-few"


def test_bring_back__a_lying_guardian_among_enough_true_ones__is_found_out() -> None:
    shares = share_out(PATIENT_WORDS, _PATIENT, 2, 3)
    lie = replace(shares[0], share=bytes(32) + shares[0].share[-1:])
    assert bring_back([lie, *shares[1:]], _facts(shares, 2)) == PATIENT_WORDS
    with pytest.raises(BackupUnfit):
        bring_back([lie, shares[1]], _facts(shares, 2))


def test_bring_back__sealed_words_of_another_patient_or_backup__are_refused() -> None:
    shares = share_out(PATIENT_WORDS, _PATIENT, 2, 3)
    with pytest.raises(BackupUnfit):
        bring_back(shares, _facts(shares, 2, _OTHER))
    with pytest.raises(BackupUnfit):
        bring_back(shares, _facts(share_out(PATIENT_WORDS, _PATIENT, 2, 3), 2))


def test_bring_back__one_guardian_who_is_enough__gives_the_words() -> None:
    shares = share_out(PATIENT_WORDS, _PATIENT, 1, 2)
    assert bring_back(shares[1:], _facts(shares, 1)) == PATIENT_WORDS


@pytest.mark.parametrize(("needed", "total"), [(0, 3), (4, 3), (2, 16)])
def test_share_out__impossible_numbers__are_refused(needed: int, total: int) -> None:
    with pytest.raises(WrongLength):
        share_out(PATIENT_WORDS, _PATIENT, needed, total)


def test_read__what_is_no_share__is_refused() -> None:
    for content in ({}, {"share": "*", "backup": "", "patient": ""}, {"share": 1, "backup": 2, "patient": 3}):
        with pytest.raises(BackupUnfit):
            HeldShare.read(content)


def _guarded(world: World, delay: int, needed: int = 2) -> tuple[Device, list[Device], list[HeldShare]]:
    """A patient, three guardians, and what each of them got by letter."""
    patient, guardians = world.patient(), [world.reader(words) for words in HOLDER_WORDS[:3]]
    accounts = [guardian.account for guardian in guardians]
    world.run(patient.choose_guardians(PATIENT_WORDS, accounts, needed, delay))
    held = [share for guardian in guardians for share in world.run(guardian.held_shares())]
    return patient, guardians, held


@pytest.mark.engine
def test_recover__a_lost_device__brings_the_words_back_after_the_delay(world: World) -> None:
    patient, guardians, held = _guarded(world, delay=2)
    assert [share.patient for share in held] == [patient.account] * 3
    new = world.fresh(HOLDER_WORDS[4])
    for guardian in guardians[:2]:
        world.run(guardian.propose(patient.account, new.account, new.inbox))
    facts = world.run(new.patients.patient(patient.account))
    assert facts.recovery is not None
    assert facts.recovery.supporters == (guardians[0].account, guardians[1].account)
    with pytest.raises(NotRecovered):
        world.run(guardians[0].hand_over(held[0], new.account))
    time.sleep(3.1)
    recovered = world.run(new.patients.complete_recovery(patient.account))
    assert recovered.controller == new.account
    assert recovered.recovery is None
    for guardian, share in zip(guardians[:2], held, strict=False):
        world.run(guardian.hand_over(share, new.account))
    words = world.run(new.recover(patient.account))
    assert words == PATIENT_WORDS
    relation = Vault.from_words(words).relation(patient.relation.number)
    acting = Device(relation, world.http(LocalSigner(new.relation.account_key)))
    assert world.run(acting.rotate([Category.DISEASE])).epoch_of(relation.label(Category.DISEASE)) == 2
    with pytest.raises(MayNotAct):
        world.run(patient.rotate([Category.DISEASE]))


@pytest.mark.engine
def test_recover__before_enough_guardians_agreed_or_the_delay_is_over__is_too_early(world: World) -> None:
    patient, guardians, _ = _guarded(world, delay=3600)
    new = world.fresh(HOLDER_WORDS[4])
    world.run(guardians[0].propose(patient.account, new.account, new.inbox))
    with pytest.raises(TooEarly) as refused:
        world.run(new.patients.complete_recovery(patient.account))
    assert refused.value.details["ready"] == 0
    with pytest.raises(SupportedAlready):
        world.run(guardians[0].propose(patient.account, new.account, new.inbox))
    world.run(guardians[1].propose(patient.account, new.account, new.inbox))
    with pytest.raises(TooEarly) as refused:
        world.run(new.patients.complete_recovery(patient.account))
    assert refused.value.details["ready"] > 0


@pytest.mark.engine
def test_object__in_the_delay__ends_the_recovery_and_its_support(world: World) -> None:
    patient, guardians, _ = _guarded(world, delay=3600)
    thief = world.fresh(HOLDER_WORDS[4])
    for guardian in guardians[:2]:
        world.run(guardian.propose(patient.account, thief.account, thief.inbox))
    world.run(patient.patients.object_recovery(patient.account))
    with pytest.raises(NoRecovery):
        world.run(thief.patients.complete_recovery(patient.account))
    world.run(guardians[2].propose(patient.account, thief.account, thief.inbox))
    facts = world.run(patient.patients.patient(patient.account))
    assert facts.recovery is not None
    assert facts.recovery.supporters == (guardians[2].account,)
    assert facts.recovery.ready == 0


@pytest.mark.engine
def test_propose__by_a_stranger_or_for_two_devices__is_refused(world: World) -> None:
    patient, guardians, held = _guarded(world, delay=3600)
    new, other = world.fresh(HOLDER_WORDS[4]), world.fresh(HOLDER_WORDS[3])
    with pytest.raises(NotGuardian):
        world.run(other.patients.propose_recovery(patient.account, other.account, other.inbox))
    world.run(guardians[0].propose(patient.account, new.account, new.inbox))
    with pytest.raises(RecoveryUnderway):
        world.run(guardians[1].patients.propose_recovery(patient.account, other.account, other.inbox))
    with pytest.raises(NoRecovery):
        world.run(guardians[1].patients.support_recovery(patient.account, other.account))
    with pytest.raises(NotGuardian):
        world.run(other.hand_over(held[0], new.account))


@pytest.mark.engine
def test_choose__a_guardian_without_an_inbox__changes_nothing(world: World) -> None:
    patient, guardian, mute = world.patient(), world.reader(HOLDER_WORDS[1]), world.fresh(HOLDER_WORDS[2])
    with pytest.raises(ReaderUnknown):
        world.run(patient.choose_guardians(PATIENT_WORDS, [guardian.account, mute.account], 2))
    assert world.run(guardian.held_shares()) == []
    assert world.run(patient.patients.patient(patient.account)).guardianship is None


@pytest.mark.engine
def test_propose__a_recovery__is_told_to_the_patient_once_for_each_step(world: World) -> None:
    patient, guardians, _ = _guarded(world, delay=3600)
    thief = world.fresh(HOLDER_WORDS[4])
    for at, step in enumerate(("proposed", "ready")):
        world.run(guardians[at].propose(patient.account, thief.account, thief.inbox))
        told = _notices(world, patient, at + 1)
        assert [one["step"] for one in told][-1] == step
        assert told[-1]["account"] == thief.account
    world.run(world.running.node.index.rebuild())
    time.sleep(1)
    assert len(_notices(world, patient, 2)) == 2
    world.run(patient.patients.object_recovery(patient.account))


def _notices(world: World, device: Device, count: int) -> list[dict[str, object]]:
    last = time.monotonic() + 20
    while len(found := [dict(letter.content) for letter in world.run(device.letters("notice"))]) < count:
        assert time.monotonic() < last
        time.sleep(0.1)
    return found
