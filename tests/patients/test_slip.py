"""Registering with a hospital's help: its desk carries what the patient's device made and can read no key in it."""

import json

import pytest
from tests.patients.world import HOLDER_WORDS, World

from tcmchain.patients.client.making import make_registration
from tcmchain.patients.client.slip import Place, Slip
from tcmchain.patients.model.errors import SlipUnreadable
from tcmchain.patients.service.slips import carry

pytestmark = pytest.mark.engine


def _slip(world: World) -> tuple[Slip, bytes]:
    device, node = world.fresh(HOLDER_WORDS[3]), world.running.node
    place = Place(node.chain_id("care"), node.contracts.address("care", "Patients"))
    slip = Slip.make(device.relation, make_registration(device.relation, "11010119491231002X"), place)
    return slip, device.relation.account_key


def test_carry__a_slip__registers_the_patient_with_its_own_keys(world: World) -> None:
    slip, _ = _slip(world)
    found = world.run(carry(world.officer("hospital"), Slip.read(slip.write())))
    assert found.account == found.controller == slip.patient
    assert len(found.keys) == 8
    assert {key.by for key in found.keys} == {slip.patient}


def test_write__a_slip__holds_public_parts_only(world: World) -> None:
    slip, secret = _slip(world)
    text = slip.write()
    assert secret.hex() not in text.decode()
    assert b"11010119491231002X" not in text
    assert json.loads(text).keys() == {"schema", "patient", "public", "transactions"}


def test_carry__a_slip_that_the_desk_changed__is_refused_before_anything_is_sent(world: World) -> None:
    slip, _ = _slip(world)
    content = json.loads(slip.write())
    other = json.loads(_slip(world)[0].write())
    for changed in (
        {**content, "public": other["public"]},
        {**content, "patient": other["patient"]},
        {**content, "transactions": other["transactions"]},
    ):
        with pytest.raises(SlipUnreadable):
            world.run(carry(world.officer("hospital"), Slip.read(json.dumps(changed).encode())))


@pytest.mark.parametrize("content", [b"", b"null", b"{}", b'{"schema":"tcmchain.registration-slip.1"}', b"[" * 9000])
def test_read__what_is_no_slip__is_refused(content: bytes) -> None:
    with pytest.raises(SlipUnreadable):
        Slip.read(content)
