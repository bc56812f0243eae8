"""Registering, keys, proxies and readers, on the real chain through the node's doors."""

import time

import pytest
from tests.patients.world import HOLDER_WORDS, World

from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.letters import inbox_of
from tcmchain.patients.model.errors import (
    MayNotAct,
    NotController,
    NotProxy,
    PatientKnownAlready,
    PatientUnknown,
    ReaderUnknown,
    WrongEnd,
    WrongEpoch,
)
from tcmchain.patients.model.registered import NewKey
from tcmchain.values import UnixTime

pytestmark = pytest.mark.engine

_ID_NUMBER = "110101199003078515"


def test_register__a_new_relation__stands_with_a_key_of_each_category(world: World) -> None:
    device = world.fresh()
    found = world.run(device.register(_ID_NUMBER))
    assert found.account == found.controller == device.account
    assert found.commitment == device.relation.identity(_ID_NUMBER)
    assert found.inbox == inbox_of(device.relation.inbox)
    keys = {key.label: key.key for key in found.keys}
    assert keys == {
        device.relation.label(category): public_bytes(device.relation.category_key(category, 1))
        for category in Category
    }


def test_register__a_second_time__is_refused(world: World) -> None:
    device = world.patient()
    with pytest.raises(PatientKnownAlready):
        world.run(device.register(_ID_NUMBER))


def test_register__two_relations_of_one_person__share_nothing_on_the_chain(world: World) -> None:
    one, other = (world.run(d.patients.patient(d.account)) for d in (world.patient(), world.patient()))
    assert one.commitment != other.commitment
    assert one.inbox != other.inbox
    assert {key.label for key in one.keys}.isdisjoint(key.label for key in other.keys)
    assert {key.key for key in one.keys}.isdisjoint(key.key for key in other.keys)


def test_ask_registration__a_patient_and_an_unknown_account__answers_facts_and_null(world: World) -> None:
    unknown, patient = world.fresh(), world.patient()
    assert world.run(unknown.http.get(f"/api/patients/{unknown.account}/registration")) is None
    found = world.run(unknown.http.get(f"/api/patients/{patient.account}/registration"))
    assert found == world.run(unknown.http.get(f"/api/patients/{patient.account}"))


def test_read__an_unknown_account__is_not_found(world: World) -> None:
    device = world.fresh()
    with pytest.raises(PatientUnknown):
        world.run(device.patients.patient(device.account))
    with pytest.raises(ReaderUnknown):
        world.run(device.patients.reader(device.account))


def test_rotate__one_category__begins_its_next_epoch_only(world: World) -> None:
    device = world.patient()
    found = world.run(device.rotate([Category.DISEASE]))
    assert found.epoch_of(device.relation.label(Category.DISEASE)) == 2
    assert found.epoch_of(device.relation.label(Category.VITALS)) == 1
    newest = found.key_of(device.relation.label(Category.DISEASE))
    assert newest is not None
    assert newest.key == public_bytes(device.relation.category_key(Category.DISEASE, 2))


def test_set_keys__an_epoch_left_out__is_refused(world: World) -> None:
    device = world.patient()
    label = device.relation.label(Category.DISEASE)
    key = public_bytes(device.relation.category_key(Category.DISEASE, 3))
    with pytest.raises(WrongEpoch) as refused:
        world.run(device.patients.set_keys(device.account, [NewKey(label, 3, key)]))
    assert refused.value.details["expected"] == 2


def test_set_keys__by_a_stranger__is_refused(world: World) -> None:
    device, stranger = world.patient(), world.fresh(HOLDER_WORDS[1])
    label = stranger.relation.label(Category.DISEASE)
    key = public_bytes(stranger.relation.category_key(Category.DISEASE, 1))
    with pytest.raises(MayNotAct):
        world.run(stranger.patients.set_keys(device.account, [NewKey(label, 1, key)]))


def test_appoint__a_parent_as_proxy__lets_the_parent_act_until_dismissed(world: World) -> None:
    child, parent = world.patient(), world.reader(HOLDER_WORDS[1])
    until = UnixTime(int(time.time()) + 3600)
    world.run(child.patients.appoint_proxy(child.account, parent.account, until))
    assert world.run(child.patients.may_act(child.account, parent.account))
    assert (child.account, until) in world.run(parent.patients.mine()).entrusted
    label = child.relation.label(Category.VITALS)
    key = public_bytes(child.relation.category_key(Category.VITALS, 2))
    found = world.run(parent.patients.set_keys(child.account, [NewKey(label, 2, key)]))
    assert found.epoch_of(label) == 2
    with pytest.raises(NotController):
        world.run(parent.patients.appoint_proxy(child.account, world.fresh().account, until))
    world.run(child.patients.dismiss_proxy(child.account, parent.account))
    assert not world.run(child.patients.may_act(child.account, parent.account))
    with pytest.raises(NotProxy):
        world.run(child.patients.dismiss_proxy(child.account, parent.account))


def test_appoint__a_proxy_until_yesterday__is_refused(world: World) -> None:
    child, parent = world.patient(), world.fresh(HOLDER_WORDS[1])
    with pytest.raises(WrongEnd):
        world.run(child.patients.appoint_proxy(child.account, parent.account, UnixTime(int(time.time()) - 86_400)))


def test_may_act__a_proxy_whose_time_is_over__is_no(world: World) -> None:
    child, parent = world.patient(), world.fresh(HOLDER_WORDS[1])
    until = UnixTime(int(time.time()) + 2)
    world.run(child.patients.appoint_proxy(child.account, parent.account, until))
    time.sleep(3.1)
    assert not world.run(child.patients.may_act(child.account, parent.account))


def test_publish__reading_keys_twice__keeps_the_last(world: World) -> None:
    device, later = world.reader(), world.fresh()
    keys = public_bytes(later.relation.reading), later.inbox
    assert world.run(device.patients.publish_reader(*keys)).reading_key == keys[0]


def test_rebuild__the_index__tells_the_same(world: World) -> None:
    device = world.patient()
    before = world.run(device.patients.patient(device.account))
    world.run(world.running.node.index.rebuild())
    assert world.run(device.patients.patient(device.account)) == before
