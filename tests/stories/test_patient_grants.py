"""A patient grants identity, disease and insurance, each with a story of its own, on the real ledger."""

import time
from collections.abc import Iterator

import pytest
from tests.consent.holders import Holders
from tests.patients.world import HOLDER_WORDS, World
from tests.running import ACTING, running_node

from tcmchain.consent.model.granted import GrantState, Reading
from tcmchain.consent.model.terms import Opening, Rights, new_salt
from tcmchain.consent.service.granting import Made, Wish, received
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import encapsulate, open_reencrypted
from tcmchain.crypto.errors import FragmentsTooFew, SealBroken
from tcmchain.example import cast
from tcmchain.members.client import MembersClient
from tcmchain.patients.service.device import Device
from tcmchain.practitioners.client import PractitionersClient
from tcmchain.values import Hash32, UnixTime

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_node(tmp_path_factory.mktemp("grants")) as running:
        for key in {*ACTING, "riverside", "insurer"}:
            running.sign_agreement(key)
        yield World(running)


@pytest.fixture
def holders(world: World) -> Holders:
    return Holders(world)


def _in(hours: float) -> UnixTime:
    return UnixTime(int(time.time() + hours * 3600))


def _operator(world: World, member: str, words: str) -> Device:
    """Somebody at a desk of a member, without a licence."""
    device = world.reader(words)
    world.run(MembersClient(world.officer(member)).appoint(device.account))
    return device


def _why(world: World, reader: Device, made: Made) -> Reading:
    return world.run(world.consent(reader).reads(made.id, made.opening, reader.account))


def test_identity_is_shown_at_admission_and_withdrawn_afterwards(world: World, holders: Holders) -> None:
    patient, desk = world.patient(), _operator(world, "hospital", HOLDER_WORDS[1])
    granting = holders.granting(patient)
    wish = Wish(desk.account, Category.IDENTITY, Rights.READ, "入院登记核对身份", _in(24))
    made = world.run(granting.grant(wish))
    assert [one.opening.purpose for one in world.run(received(desk))] == ["入院登记核对身份"]
    assert holders.reads(desk, patient, made)
    assert world.run(granting.withdraw(made)) == 2
    assert not holders.reads(desk, patient, made, 1)
    assert not holders.reads(desk, patient, made, 2)
    assert _why(world, desk, made) is Reading.WITHDRAWN
    assert world.run(received(desk)) == []
    (stands,) = world.run(world.consent(patient).grants(patient.account))
    assert stands.state(_in(0)) is GrantState.WITHDRAWN


def test_disease_is_read_by_a_physician_until_the_licence_is_suspended(world: World, holders: Holders) -> None:
    patient, doctor = world.patient(), world.practitioner("riverside", "ZY-7001")
    consultant = world.reader(HOLDER_WORDS[2])
    rights = Rights.READ | Rights.APPEND | Rights.PASS_ON
    wish = Wish(doctor.account, Category.DISEASE, rights, "会诊", _in(48), cast.member("riverside"))
    made = world.run(holders.granting(patient).grant(wish))
    assert holders.reads(doctor, patient, made)
    salt, node = made.opening.salt, world.running.node
    assert world.run(node.grants.may_write(made.id, patient.account, salt, cast.member("riverside")))
    assert not world.run(node.grants.may_write(made.id, patient.account, salt, cast.member("hospital")))
    opinion = Opening(
        new_salt(),
        consultant.account,
        _reading_key(world, consultant),
        made.opening.label,
        Rights.READ,
        "二次会诊",
        _in(2),
    )
    passed = world.run(world.consent(doctor).pass_on(made.id, salt, opinion))
    assert world.run(world.consent(consultant).reads(passed.id, opinion, consultant.account)) is Reading.ALLOWED
    world.run(_rule(world, doctor, "suspend"))
    assert not holders.reads(doctor, patient, made)
    assert _why(world, doctor, made) is Reading.SUSPENDED
    world.run(_rule(world, doctor, "reinstate"))
    assert holders.reads(doctor, patient, made)
    world.run(holders.granting(patient).withdraw(made))
    assert world.run(world.consent(consultant).reads(passed.id, opinion, consultant.account)) is Reading.WITHDRAWN


def test_insurance_is_read_by_an_insurer_for_one_claim_and_nothing_else(world: World, holders: Holders) -> None:
    patient, officer = world.patient(), _operator(world, "insurer", HOLDER_WORDS[3])
    granting = holders.granting(patient)
    made = world.run(granting.grant(Wish(officer.account, Category.INSURANCE, Rights.READ, "理赔审核", _in(1 / 300))))
    assert holders.reads(officer, patient, made)
    assert not _opens_another_category(holders, officer, patient, made)
    while time.time() < made.opening.until + 1.1:
        time.sleep(0.2)
    assert not holders.reads(officer, patient, made)
    assert _why(world, officer, made) is Reading.EXPIRED
    assert world.run(world.consent(patient).grant(made.id)).state(_in(0)) is GrantState.ENDED


def test_nothing_on_the_chain_tells_what_was_granted_to_whom(world: World, holders: Holders) -> None:
    patient, doctor = world.patient(), world.reader(HOLDER_WORDS[4])
    wish = Wish(doctor.account, Category.SENSITIVE, Rights.READ, "心理咨询随访", _in(24))
    made = world.run(holders.granting(patient).grant(wish))
    granted = world.run(world.running.node.clients["care"].rpc.request("eth_getTransactionByHash", [made.granted.tx]))
    logs = world.run(world.running.node.clients["care"].rpc.request("eth_getTransactionReceipt", [made.granted.tx]))
    public = f"{granted}{logs}".lower()
    secrets = (
        doctor.account[2:].lower(), made.opening.label[2:], made.opening.salt[2:], "心理咨询随访".encode().hex(),
        made.opening.reading_key.hex(), b"sensitive".hex(),
    )  # fmt: skip
    assert [secret for secret in secrets if secret in public] == []
    assert patient.account[2:].lower() in public


def _reading_key(world: World, consultant: Device) -> bytes:
    return world.run(consultant.patients.reader(consultant.account)).reading_key


def _opens_another_category(holders: Holders, reader: Device, patient: Device, made: Made) -> bool:
    """Whether fragments of one category open what is sealed to another."""
    secret = b"a data key of thirty-two bytes !"
    insurance = patient.relation.category_key(made.category, 1).public_key().to_compressed_bytes()
    disease = patient.relation.category_key(Category.DISEASE, 1).public_key().to_compressed_bytes()
    capsule, sealed = encapsulate(disease, secret)
    answers = holders.answers(reader, made.id, 1, capsule, insurance)
    verifying = patient.relation.fragment_signer.verifying_key().to_compressed_bytes()
    for delegating in (disease, insurance):
        try:
            if open_reencrypted(reader.relation.reading, delegating, capsule, answers, sealed, verifying) == secret:
                return True
        except (FragmentsTooFew, SealBroken):
            continue
    return False


async def _rule(world: World, doctor: Device, verdict: str) -> None:
    licences = PractitionersClient(world.officer("certifier"))
    (licence,) = await licences.licences(holder=doctor.account)
    await licences.rule(licence.licence.id, verdict, Hash32("0x" + "22" * 32))
