"""Grants on the real chain: relayed, read by commitment, withdrawn, passed on, and what is refused."""

import time
from dataclasses import replace

import pytest
from tests.consent.holders import Holders
from tests.patients.world import HOLDER_WORDS, World

from tcmchain.chain.signers import LocalSigner
from tcmchain.chain.typed_data import SignatureInvalid, TypedData
from tcmchain.consent.client import ConsentClient
from tcmchain.consent.contract import grant_id, passed_on_id, typed_grant
from tcmchain.consent.model.errors import (
    GrantKnownAlready,
    GrantUnknown,
    GrantWithdrawn,
    MayNotGrant,
    MayNotPassOn,
    OpeningUnreadable,
    WrongEnd,
)
from tcmchain.consent.model.granted import GrantState, Reading
from tcmchain.consent.model.terms import Grant, Opening, Rights, new_salt
from tcmchain.consent.service.granting import Wish, received
from tcmchain.crypto.categories import Category
from tcmchain.example import cast
from tcmchain.patients.model.errors import ReaderUnknown
from tcmchain.patients.service.device import Device
from tcmchain.practitioners.client import PractitionersClient
from tcmchain.values import Hash32, UnixTime

pytestmark = pytest.mark.engine


def _soon(seconds: int = 3600) -> UnixTime:
    return UnixTime(int(time.time()) + seconds)


def _opening(world: World, patient: Device, reader: Device, rights: Rights = Rights.READ) -> Opening:
    key = world.run(reader.patients.reader(reader.account)).reading_key
    label = patient.relation.label(Category.DISEASE)
    return Opening(new_salt(), reader.account, key, label, rights, "复诊", _soon())


def _grant(world: World, patient: Device, opening: Opening) -> Hash32:
    return world.run(world.consent(patient).hand_in(opening.grant(patient.account, cast.member("hospital")))).id


def test_grant__signed_and_relayed__stands_as_commitments_only(world: World) -> None:
    patient, reader = world.patient(), world.reader()
    opening = _opening(world, patient, reader)
    grant = opening.grant(patient.account)
    found = world.run(world.consent(patient).hand_in(grant))
    assert found.id == grant_id(grant)
    assert (found.terms, found.until, found.by) == (opening.terms, opening.until, patient.account)
    assert found.state(_soon(0)) is GrantState.IN_FORCE
    raw = world.run(world.http().get(f"/api/consent/grants/{found.id}"))
    told = str(raw).lower()
    assert reader.account.lower() not in told
    assert opening.label not in told
    assert "复诊" not in told
    assert [one.id for one in world.run(world.consent(patient).grants(patient.account))] == [found.id]


def test_read__a_grant_in_force__only_with_the_terms_that_were_committed_to(world: World) -> None:
    patient, reader = world.patient(), world.reader()
    opening = _opening(world, patient, reader)
    grant, consent = _grant(world, patient, opening), world.consent(reader)
    assert world.run(consent.reads(grant, opening, reader.account)) is Reading.ALLOWED
    wider = replace(opening, rights=Rights.READ | Rights.APPEND)
    assert world.run(consent.reads(grant, wider, reader.account)) is Reading.WRONG_TERMS
    other = replace(opening, label=patient.relation.label(Category.SENSITIVE))
    assert world.run(consent.reads(grant, other, reader.account)) is Reading.WRONG_TERMS
    unknown = Hash32("0x" + "00" * 31 + "01")
    assert world.run(consent.reads(unknown, opening, reader.account)) is Reading.UNKNOWN
    with pytest.raises(GrantUnknown):
        world.run(consent.grant(unknown))


def test_withdraw__a_grant__is_refused_from_the_next_block(world: World) -> None:
    patient, reader = world.patient(), world.reader()
    opening = _opening(world, patient, reader)
    grant, consent = _grant(world, patient, opening), world.consent(patient)
    found = world.run(consent.withdraw(grant))
    assert found.state(_soon(0)) is GrantState.WITHDRAWN
    assert found.withdrawn_by == patient.account
    assert world.run(consent.reads(grant, opening, reader.account)) is Reading.WITHDRAWN
    with pytest.raises(GrantWithdrawn):
        world.run(consent.withdraw(grant))


def test_withdraw__by_the_grantee__is_refused(world: World) -> None:
    patient, reader = world.patient(), world.reader()
    grant = _grant(world, patient, _opening(world, patient, reader))
    with pytest.raises(MayNotGrant):
        world.run(world.consent(reader).withdraw(grant))


def test_grant__that_ended__is_expired_by_the_clock_and_on_the_chain(world: World) -> None:
    patient, reader = world.patient(), world.reader()
    opening = replace(_opening(world, patient, reader), until=_soon(6))
    grant = _grant(world, patient, opening)
    assert world.run(world.consent(reader).reads(grant, opening, reader.account)) is Reading.ALLOWED
    while time.time() < opening.until + 1.1:
        time.sleep(0.2)
    assert world.run(world.consent(reader).reads(grant, opening, reader.account)) is Reading.EXPIRED
    world.patient()  # a block later than the end
    asked = world.running.node.contracts.ask(
        world.running.node.clients["care"], "Consent", "reads", grant, opening.terms, reader.account
    )
    assert world.run(asked) == (Reading.EXPIRED,)
    assert world.run(world.consent(reader).grant(grant)).state(_soon(0)) is GrantState.ENDED


def test_grant__in_the_past_or_for_a_century__is_refused(world: World) -> None:
    patient, reader = world.patient(), world.reader()
    for until in (_soon(-60), _soon(100 * 366 * 86_400)):
        opening = replace(_opening(world, patient, reader), until=until)
        with pytest.raises(WrongEnd):
            _grant(world, patient, opening)


def test_grant__signed_by_a_stranger__is_refused(world: World) -> None:
    patient, thief = world.patient(), world.reader(HOLDER_WORDS[1])
    grant = _opening(world, patient, thief).grant(patient.account)
    with pytest.raises(MayNotGrant):
        world.run(world.consent(thief).hand_in(grant))


def test_grant__signed_by_a_proxy__stands_until_the_proxys_time_is_over(world: World) -> None:
    patient, daughter, reader = world.patient(), world.reader(HOLDER_WORDS[1]), world.reader()
    world.run(patient.patients.appoint_proxy(patient.account, daughter.account, _soon()))
    grant = _opening(world, patient, reader).grant(patient.account)
    assert world.run(world.consent(daughter).hand_in(grant)).by == daughter.account
    world.run(patient.patients.dismiss_proxy(patient.account, daughter.account))
    with pytest.raises(MayNotGrant):
        world.run(world.consent(daughter).hand_in(_opening(world, patient, reader).grant(patient.account)))


def test_grant__handed_in_twice_or_after_its_withdrawal__is_refused(world: World) -> None:
    patient, reader = world.patient(), world.reader()
    opening = _opening(world, patient, reader)
    grant = _grant(world, patient, opening)
    with pytest.raises(GrantKnownAlready):
        _grant(world, patient, opening)
    world.run(world.consent(patient).withdraw(grant))
    with pytest.raises(GrantKnownAlready):
        _grant(world, patient, opening)


def test_grant__signed_for_another_chain_or_contract__is_refused(world: World) -> None:
    patient, reader, node = world.patient(), world.reader(), world.running.node
    grant = _opening(world, patient, reader).grant(patient.account)
    signer = LocalSigner(patient.relation.account_key)
    here, contract = node.chain_id("care"), node.contracts.address("care", "Consent")
    for elsewhere in (
        typed_grant(grant, here + 1, contract),
        typed_grant(grant, here, node.contracts.address("care", "Patients")),
    ):
        with pytest.raises(MayNotGrant):
            world.run(node.grants.relay(grant, signer.sign_typed_data(elsewhere)))
    with pytest.raises(SignatureInvalid):
        world.run(node.grants.relay(grant, "0x" + "00" * 65))


def test_grant__altered_after_signing__is_refused(world: World) -> None:
    patient, reader, node = world.patient(), world.reader(), world.running.node
    grant = _opening(world, patient, reader).grant(patient.account)
    typed: TypedData = world.run(node.grants.typed(grant))
    signature = LocalSigner(patient.relation.account_key).sign_typed_data(typed)
    longer: Grant = replace(grant, until=UnixTime(grant.until + 1))
    with pytest.raises(MayNotGrant):
        world.run(node.grants.relay(longer, signature))


def test_pass_on__with_the_right__lasts_no_longer_than_its_parent(world: World) -> None:
    patient, consultant, colleague = world.patient(), world.reader(HOLDER_WORDS[1]), world.reader(HOLDER_WORDS[2])
    opening = _opening(world, patient, consultant, Rights.READ | Rights.PASS_ON)
    grant, consent = _grant(world, patient, opening), world.consent(consultant)
    narrower = replace(_opening(world, patient, colleague), until=opening.until)
    passed = world.run(consent.pass_on(grant, opening.salt, narrower))
    assert passed.parent == grant
    assert passed.id == passed_on_id(grant, consultant.account, narrower.grant(patient.account))
    assert world.run(consent.reads(passed.id, narrower, colleague.account)) is Reading.ALLOWED
    with pytest.raises(WrongEnd):
        world.run(consent.pass_on(grant, opening.salt, replace(narrower, until=UnixTime(opening.until + 1))))
    world.run(world.consent(patient).withdraw(grant))
    assert world.run(consent.reads(passed.id, narrower, colleague.account)) is Reading.WITHDRAWN
    assert world.run(consent.grant(passed.id)).withdrawn > 0
    with pytest.raises(GrantWithdrawn):
        world.run(consent.pass_on(grant, opening.salt, replace(narrower, salt=new_salt())))


def test_pass_on__without_the_right_or_by_another__is_refused(world: World) -> None:
    patient, consultant, thief = world.patient(), world.reader(HOLDER_WORDS[1]), world.reader(HOLDER_WORDS[2])
    plain = _opening(world, patient, consultant)
    without = _grant(world, patient, plain)
    passable = _opening(world, patient, consultant, Rights.READ | Rights.PASS_ON)
    grant = _grant(world, patient, passable)
    wanted = _opening(world, patient, thief)
    with pytest.raises(MayNotPassOn):
        world.run(world.consent(consultant).pass_on(without, plain.salt, replace(wanted, until=plain.until)))
    with pytest.raises(MayNotPassOn):
        world.run(world.consent(thief).pass_on(grant, passable.salt, replace(wanted, until=passable.until)))


def test_append__to_a_member__holds_for_that_member_alone(world: World) -> None:
    patient, reader, node = world.patient(), world.reader(), world.running.node
    opening = _opening(world, patient, reader, Rights.READ | Rights.APPEND)
    grant = _grant(world, patient, opening)
    may = {
        key: world.run(node.grants.may_write(grant, patient.account, opening.salt, cast.member(key)))
        for key in ("hospital", "riverside")
    }
    assert may == {"hospital": True, "riverside": False}
    with pytest.raises(OpeningUnreadable):
        _opening(world, patient, reader, Rights.APPEND).grant(patient.account)


def test_read__a_physician_whose_licence_was_suspended__is_refused(world: World) -> None:
    patient, doctor = world.patient(), world.practitioner("hospital", "ZY-9001")
    opening = _opening(world, patient, doctor)
    grant, consent = _grant(world, patient, opening), world.consent(doctor)
    assert world.run(consent.reads(grant, opening, doctor.account)) is Reading.ALLOWED
    world.run(_suspend(world, doctor))
    assert world.run(consent.reads(grant, opening, doctor.account)) is Reading.SUSPENDED


async def _suspend(world: World, doctor: Device) -> None:
    licences = PractitionersClient(world.officer("certifier"))
    (licence,) = await licences.licences(holder=doctor.account)
    await licences.rule(licence.licence.id, "suspend", Hash32("0x" + "22" * 32))


def test_delegate__to_a_reader__two_of_three_custodians_are_enough(world: World) -> None:
    holders, patient, reader = Holders(world), world.patient(), world.reader()
    wish = Wish(reader.account, Category.DISEASE, Rights.READ, "复诊", _soon())
    made = world.run(holders.granting(patient).grant(wish))
    assert holders.reads(reader, patient, made)
    accounts = list(holders.secrets)
    holders.down = {accounts[0]}
    assert holders.reads(reader, patient, made)
    holders.down = set(accounts[:2])
    assert not holders.reads(reader, patient, made)


def test_withdraw__one_of_two_grants__rotates_and_leaves_the_other(world: World) -> None:
    holders, patient = Holders(world), world.patient()
    kept, gone = world.reader(HOLDER_WORDS[1]), world.reader(HOLDER_WORDS[2])
    granting = holders.granting(patient)
    wishes = [Wish(one.account, Category.DISEASE, Rights.READ, "会诊", _soon()) for one in (kept, gone)]
    stays, ends = (world.run(granting.grant(wish)) for wish in wishes)
    epoch = world.run(granting.withdraw(ends, [stays, ends]))
    assert epoch == 2
    assert holders.reads(kept, patient, stays, 2)
    assert holders.reads(kept, patient, stays, 1)
    assert not holders.reads(gone, patient, ends, 1)
    assert not any((account, ends.id, 2) in holders.kept for account in holders.secrets)
    assert Reading.WITHDRAWN in holders.refused


def test_tell__the_grantee__believes_only_what_stands_on_the_chain(world: World) -> None:
    holders, patient, reader = Holders(world), world.patient(), world.reader()
    wish = Wish(reader.account, Category.INSURANCE, Rights.READ, "理赔", _soon())
    made = world.run(holders.granting(patient).grant(wish))
    (told,) = world.run(received(reader))
    assert (told.grant, told.opening, told.category) == (made.id, made.opening, Category.INSURANCE)
    assert told.custodians == tuple(holders.secrets)
    forged = {
        **holders.granting(patient).letter(made, [1]),
        "opening": replace(made.opening, rights=Rights(7)).as_json(),
    }
    world.run(patient.write_to(reader.account, forged))
    world.run(patient.write_to(reader.account, {"kind": "granted", "grant": 5}))
    assert world.run(received(reader)) == [told]


def test_grant__to_somebody_without_keys__sends_nothing(world: World) -> None:
    holders, patient, nobody = Holders(world), world.patient(), world.fresh(HOLDER_WORDS[3])
    wish = Wish(nobody.account, Category.DISEASE, Rights.READ, "复诊", _soon())
    with pytest.raises(ReaderUnknown):
        world.run(holders.granting(patient).grant(wish))
    assert world.run(ConsentClient(patient.http).grants(patient.account)) == []
