"""Which keys open a file: one of some, some of many, from outside the seed, and in an emergency."""

import json
from typing import Any

import pytest
from tests.crypto.people import CUSTODIANS, PATIENT, SECOND_DEVICE, STRANGER, category_key

from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.errors import LockShut, LockUnreadable, SealBroken
from tcmchain.crypto.letters import Use, inbox_of, open_letter
from tcmchain.crypto.lock import Lock, join, make_lock, open_emergency, open_lock

DATA_KEY = bytes(range(32))
DISEASE, SENSITIVE = category_key(Category.DISEASE), category_key(Category.SENSITIVE)
OUTSIDE = public_bytes(SECOND_DEVICE.reading)


def _own(*categories: Category) -> dict[Any, Any]:
    return {(PATIENT.label(c), 1): PATIENT.category_key(c, 1) for c in categories}


def _read_again(lock: Lock) -> Lock:
    found = Lock.read(lock.write())
    assert found == lock
    assert found.write() == lock.write()
    return found


def test_open__one_of_two_categories__opens_with_either() -> None:
    lock = _read_again(make_lock(DATA_KEY, 1, [DISEASE, SENSITIVE]))
    assert open_lock(lock, _own(Category.DISEASE)) == DATA_KEY
    assert open_lock(lock, _own(Category.SENSITIVE)) == DATA_KEY


def test_open__two_of_two_categories__needs_both() -> None:
    lock = _read_again(make_lock(DATA_KEY, 2, [DISEASE, SENSITIVE]))
    assert open_lock(lock, _own(Category.DISEASE, Category.SENSITIVE)) == DATA_KEY
    with pytest.raises(LockShut) as told:
        open_lock(lock, _own(Category.SENSITIVE))
    assert told.value.details == {"needed": 2, "shown": 1}


def test_open__key_from_outside_the_seed__is_one_of_the_needed() -> None:
    lock = _read_again(make_lock(DATA_KEY, 2, [SENSITIVE], [OUTSIDE]))
    assert open_lock(lock, _own(Category.SENSITIVE), [SECOND_DEVICE.reading]) == DATA_KEY
    for keys, outside in ((_own(*Category), []), ({}, [SECOND_DEVICE.reading]), (_own(*Category), [STRANGER.reading])):
        with pytest.raises(LockShut):
            open_lock(lock, keys, outside)


def test_open__share_opened_by_custodians__counts() -> None:
    lock = make_lock(DATA_KEY, 1, [SENSITIVE])
    assert open_lock(lock, {}, opened=[DATA_KEY]) == DATA_KEY


def test_open__key_of_another_category_under_the_label__is_refused() -> None:
    lock = make_lock(DATA_KEY, 1, [DISEASE])
    with pytest.raises(SealBroken):
        open_lock(lock, {(DISEASE.label, 1): PATIENT.category_key(Category.SENSITIVE, 1)})


def test_open__emergency__needs_two_custodians() -> None:
    emergency = {custodian.account: inbox_of(custodian.inbox) for custodian in CUSTODIANS}
    lock = _read_again(make_lock(DATA_KEY, 1, [category_key(Category.EMERGENCY)], (), emergency, b"here"))
    pairs = list(zip(CUSTODIANS, lock.emergency, strict=True))
    parts = [open_letter(c.inbox, s.share, Use.EMERGENCY, b"here") for c, s in pairs]
    assert open_emergency(parts[:2]) == open_emergency(parts[1:]) == DATA_KEY
    for few in ([], parts[:1], parts[:1] * 2):
        with pytest.raises(LockShut):
            open_emergency(few)
    with pytest.raises(SealBroken):
        open_letter(CUSTODIANS[0].inbox, lock.emergency[0].share, Use.EMERGENCY, b"there")


def test_find__share_of_a_category__is_by_label_and_epoch() -> None:
    lock = make_lock(DATA_KEY, 1, [DISEASE])
    assert lock.share_for(DISEASE.label, 1) == lock.shares[0]
    assert lock.share_for(DISEASE.label, 2) is None


@pytest.mark.parametrize("needed", [0, -1, 3])
def test_make__number_that_cannot_be__is_refused(needed: int) -> None:
    with pytest.raises(LockUnreadable):
        make_lock(DATA_KEY, needed, [DISEASE, SENSITIVE])


def _spoilt() -> dict[str, bytes]:
    whole = json.loads(make_lock(DATA_KEY, 1, [DISEASE]).write())
    share = whole["shares"][0]

    def with_share(**changes: object) -> bytes:
        return json.dumps({**whole, "shares": [{**share, **changes}]}).encode()

    return {
        "nothing": b"",
        "no JSON": b"\xff\xfe",
        "a list": b"[]",
        "deep": b"[" * 100_000,
        "none needed": json.dumps({**whole, "needed": 0}).encode(),
        "two needed": json.dumps({**whole, "needed": 2}).encode(),
        "true needed": json.dumps({**whole, "needed": True}).encode(),
        "twice": json.dumps({**whole, "shares": [share, share]}).encode(),
        "label": with_share(label="0xAB"),
        "epoch": with_share(epoch=0),
        "base64": with_share(share="a b"),
        "too long": b" " * 70_000,
    }


@pytest.mark.parametrize("how", list(_spoilt()))
def test_read__bytes_that_are_no_lock__are_refused(how: str) -> None:
    with pytest.raises(LockUnreadable):
        Lock.read(_spoilt()[how])


def test_join__shares_beyond_the_needed__are_left_out() -> None:
    assert join(1, [DATA_KEY, DATA_KEY]) == DATA_KEY
