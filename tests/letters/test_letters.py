"""Letters: kept sealed, for one account, in bounds, and given to their recipient only."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tests.patients.world import HOLDER_WORDS, World

from tcmchain.crypto.letters import Use, inbox_of, seal_letter
from tcmchain.errors import Invalid
from tcmchain.index.engine import open_engine
from tcmchain.letters.client import pad
from tcmchain.letters.model.errors import (
    InboxFull,
    LetterTooLarge,
    LetterUnknown,
    LetterUnsealed,
    NotRecipient,
    RecipientUnknown,
    TooManyLetters,
)
from tcmchain.letters.model.letters import LONGEST, Room
from tcmchain.letters.readmodel.store import LetterStore
from tcmchain.letters.service import Letters
from tcmchain.values import Address
from tcmchain.web.askings import AskingForOther, AskingMissing

_PATIENT = Address("0x" + "11" * 20)
_STRANGER = Address("0x" + "22" * 20)
_KNOWN = Address("0x" + "33" * 20)
_INBOX = inbox_of(X25519PrivateKey.generate())


class _Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def letters(tmp_path: Path, clock: _Clock) -> Letters:
    return _letters(tmp_path, clock)


def _letters(folder: Path, clock: _Clock, most: int = 6) -> Letters:
    store = LetterStore(open_engine(f"sqlite:///{folder / 'letters.db'}", durable=True))
    return Letters(store, {_PATIENT, _KNOWN}.__contains__, Room(3600, most, a_minute=20), clock)


def _sealed(number: int = 0) -> bytes:
    return seal_letter(_INBOX, b"%d" % number)


def test_put__a_letter__waits_for_its_recipient_alone(letters: Letters) -> None:
    kept = letters.put(_PATIENT, _sealed(), "192.0.2.1")
    assert [letter.id for letter in letters.waiting(_PATIENT, _PATIENT)] == [kept.id]
    with pytest.raises(NotRecipient):
        letters.waiting(_PATIENT, _STRANGER)
    with pytest.raises(NotRecipient):
        letters.drop(_PATIENT, kept.id, _STRANGER)
    letters.drop(_PATIENT, kept.id, _PATIENT)
    assert letters.count() == 0
    with pytest.raises(LetterUnknown):
        letters.drop(_PATIENT, kept.id, _PATIENT)


def test_put__for_an_account_that_nobody_knows__is_refused(letters: Letters) -> None:
    with pytest.raises(RecipientUnknown):
        letters.put(_STRANGER, _sealed(), "192.0.2.1")


def test_put__the_same_letter_twice__is_one(letters: Letters) -> None:
    sealed = _sealed()
    assert letters.put(_PATIENT, sealed).id == letters.put(_PATIENT, sealed).id
    assert letters.count() == 1


def test_put__too_large_or_not_sealed__is_refused(letters: Letters) -> None:
    with pytest.raises(LetterTooLarge):
        letters.put(_PATIENT, bytes(LONGEST + 1))
    with pytest.raises(LetterUnsealed):
        letters.put(_PATIENT, b"hello")
    assert letters.put(_PATIENT, bytes(LONGEST)).expires > 0


def test_put__strangers_flood__leaves_room_for_those_known(letters: Letters) -> None:
    for number in range(3):
        letters.put(_PATIENT, _sealed(number), f"192.0.2.{number}")
    with pytest.raises(InboxFull):
        letters.put(_PATIENT, _sealed(), "192.0.2.9")
    with pytest.raises(InboxFull):
        letters.put(_PATIENT, _sealed(), "192.0.2.9", _STRANGER)
    for number in range(3):
        letters.put(_PATIENT, _sealed(number), "192.0.2.9", _KNOWN)
    with pytest.raises(InboxFull):
        letters.put(_PATIENT, _sealed(), "192.0.2.9", _KNOWN)
    letters.put(_KNOWN, _sealed(), "192.0.2.9")


def test_put__inbox_full_of_rubbish__hides_no_notice_of_the_node(tmp_path: Path, clock: _Clock) -> None:
    letters = _letters(tmp_path, clock, 300)
    for number in range(300):
        letters.put(_PATIENT, _sealed(number), f"192.0.2.{number}", _KNOWN)
    with pytest.raises(InboxFull):
        letters.put(_PATIENT, _sealed(300), "198.51.100.1", _KNOWN)
    notice = letters.put(_PATIENT, _sealed(301))
    assert letters.waiting(_PATIENT, _PATIENT)[-1].id == notice.id


def test_put__one_place_too_often__waits_for_the_next_minute(tmp_path: Path, clock: _Clock) -> None:
    letters = _letters(tmp_path, clock, most=100)
    for number in range(20):
        letters.put(_PATIENT, _sealed(number), "192.0.2.1")
    with pytest.raises(TooManyLetters) as refused:
        letters.put(_PATIENT, _sealed(), "192.0.2.1")
    letters.put(_PATIENT, _sealed(), "192.0.2.2")
    clock.at += float(str(refused.value.details["seconds"]))
    letters.put(_PATIENT, _sealed(), "192.0.2.1")


def test_wait__past_its_expiry__is_forgotten(letters: Letters, clock: _Clock) -> None:
    letters.put(_PATIENT, _sealed())
    clock.at += 3601
    assert letters.waiting(_PATIENT, _PATIENT) == []
    letters.put(_KNOWN, _sealed())
    assert letters.count() == 1


def test_start__again__has_every_letter(tmp_path: Path, clock: _Clock) -> None:
    kept = _letters(tmp_path, clock).put(_PATIENT, _sealed())
    assert [letter.sealed for letter in _letters(tmp_path, clock).waiting(_PATIENT, _PATIENT)] == [kept.sealed]


def test_pad__letters_of_like_length__look_alike() -> None:
    one, other = pad({"kind": "notice"}), pad({"kind": "request", "purpose": "复诊" * 50})
    assert len(one) == len(other) == 1024
    assert json.loads(other)["purpose"] == "复诊" * 50


@pytest.mark.engine
def test_send__through_the_doors__arrives_sealed_and_leaves_when_removed(world: World) -> None:
    patient, doctor = world.patient(), world.reader(HOLDER_WORDS[1])
    content = {"kind": "notice", "from": patient.account, "text": "下周复诊"}
    letter = world.run(patient.post.send(doctor.account, doctor.inbox, content, patient.http.key()))
    found = world.run(doctor.letters("notice"))
    assert [(one.id, one.content) for one in found] == [(letter, content)]
    world.run(doctor.post.remove(letter))
    assert world.run(doctor.letters()) == []


@pytest.mark.engine
def test_fetch__rubbish_and_letters_of_another_use__are_left_out(world: World) -> None:
    doctor, nobody = world.reader(HOLDER_WORDS[1]), world.http()
    path = f"/api/letters/{doctor.account}"
    for raw in (bytes(100), seal_letter(doctor.inbox, b"[1]"), seal_letter(doctor.inbox, b"{}", Use.FRAGMENT)):
        world.run(nobody.post(path, {"sealed": b64encode(raw).decode()}))
    assert world.run(doctor.letters()) == []


@pytest.mark.engine
def test_fetch__without_an_asking_or_with_anothers__is_refused(world: World) -> None:
    doctor, thief = world.reader(HOLDER_WORDS[1]), world.reader(HOLDER_WORDS[2])
    path = f"/api/letters/{doctor.account}"
    with pytest.raises(AskingMissing):
        world.run(world.http().get(path))
    with pytest.raises(NotRecipient):
        world.run(thief.http.ask_as("GET", path))
    with pytest.raises(AskingForOther):
        world.run(doctor.http.ask_as("GET", path, audience="http://elsewhere.example"))


@pytest.mark.engine
@pytest.mark.parametrize("body", [{}, {"sealed": "***"}, {"sealed": "A"}, {"sealed": "A" * 90_000}, {"sealed": 1}])
def test_leave__what_is_no_letter__is_refused(world: World, body: object) -> None:
    doctor = world.reader(HOLDER_WORDS[1])
    with pytest.raises(Invalid):
        world.run(world.http().post(f"/api/letters/{doctor.account}", body))
