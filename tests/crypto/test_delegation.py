"""Two of three custodians open for one reader; a lie, an absence and a foreign fragment are noticed."""

from dataclasses import replace

import pytest
from tests.crypto.people import (
    ATTENDING_PHYSICIAN,
    CUSTODIANS,
    PATIENT,
    PLACE,
    STRANGER,
    holder,
    reader,
    reader_keys,
)

from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import (
    Delegation,
    Handed,
    Reencryption,
    Rewrap,
    SealedShare,
    encapsulate,
    fragments,
    open_own,
    open_reencrypted,
    public_bytes,
    reencrypt,
    reencrypt_with,
    verified_answer,
    verified_fragment,
)
from tcmchain.crypto.errors import FragmentsTooFew, FragmentUnfit, KeyUnfit, SealBroken
from tcmchain.crypto.letters import Use, open_letter

SHARE = b"s" * 33
VITALS = PATIENT.category_key(Category.VITALS, 1)
DELEGATING = public_bytes(VITALS)
SIGNER = PATIENT.fragment_signer
VERIFYING = SIGNER.verifying_key().to_compressed_bytes()
READING = public_bytes(ATTENDING_PHYSICIAN.reading)


@pytest.fixture(scope="module")
def sealed() -> SealedShare:
    return SealedShare(DELEGATING, *encapsulate(DELEGATING, SHARE))


@pytest.fixture(scope="module")
def answers(sealed: SealedShare) -> list[bytes]:
    made = fragments(VITALS, READING, SIGNER)
    return [reencrypt(sealed.capsule, fragment, VERIFYING, DELEGATING, READING) for fragment in made]


def _open(sealed: SealedShare, answers: list[bytes], verifying: bytes = VERIFYING) -> bytes:
    keys = (ATTENDING_PHYSICIAN.reading, sealed.delegating, sealed.capsule)
    return open_reencrypted(*keys, answers, sealed.ciphertext, verifying)


def test_open__own_share__gives_it(sealed: SealedShare) -> None:
    assert open_own(VITALS, sealed.capsule, sealed.ciphertext) == SHARE


@pytest.mark.parametrize("category", [c for c in Category if c is not Category.VITALS])
def test_open__share_of_another_category__is_refused(sealed: SealedShare, category: Category) -> None:
    with pytest.raises(SealBroken):
        open_own(PATIENT.category_key(category, 1), sealed.capsule, sealed.ciphertext)


def test_open__share_of_another_epoch__is_refused(sealed: SealedShare) -> None:
    with pytest.raises(SealBroken):
        open_own(PATIENT.category_key(Category.VITALS, 2), sealed.capsule, sealed.ciphertext)


def test_open__two_answers_of_three__give_the_share(sealed: SealedShare, answers: list[bytes]) -> None:
    assert {_open(sealed, two) for two in (answers[:2], answers[1:], answers[::2], answers)} == {SHARE}


@pytest.mark.parametrize("some", [[], [0], [0, 0]], ids=["none", "one", "one twice"])
def test_open__fewer_than_two_answers__is_refused(sealed: SealedShare, answers: list[bytes], some: list[int]) -> None:
    with pytest.raises(FragmentsTooFew) as told:
        _open(sealed, [answers[at] for at in some])
    assert told.value.details["needed"] == 2


def test_open__one_custodian_lies__is_set_aside(sealed: SealedShare, answers: list[bytes]) -> None:
    other_capsule, _ = encapsulate(DELEGATING, b"another share")
    lie = reencrypt(other_capsule, fragments(VITALS, READING, SIGNER)[0], VERIFYING, DELEGATING, READING)
    assert _open(sealed, [lie, *answers[:2]]) == SHARE
    assert _open(sealed, [b"noise", *answers[1:]]) == SHARE
    with pytest.raises(FragmentUnfit):
        verified_answer(lie, sealed.capsule, VERIFYING, DELEGATING, READING)


def test_open__two_custodians_lie__is_refused(sealed: SealedShare, answers: list[bytes]) -> None:
    with pytest.raises(FragmentsTooFew) as told:
        _open(sealed, [b"noise", b"more noise", answers[2]])
    assert told.value.details == {"needed": 2, "true": 1, "shown": 3}


def test_open__fragments_of_another_signer__are_refused(sealed: SealedShare, answers: list[bytes]) -> None:
    with pytest.raises(FragmentsTooFew):
        _open(sealed, answers, STRANGER.fragment_signer.verifying_key().to_compressed_bytes())


def test_open__by_another_reader__is_refused(sealed: SealedShare, answers: list[bytes]) -> None:
    with pytest.raises(FragmentsTooFew):
        open_reencrypted(STRANGER.reading, DELEGATING, sealed.capsule, answers, sealed.ciphertext, VERIFYING)


def test_open__ciphertext_of_another_share__is_refused(sealed: SealedShare, answers: list[bytes]) -> None:
    _, other = encapsulate(DELEGATING, SHARE)
    with pytest.raises(SealBroken):
        _open(replace(sealed, ciphertext=other), answers)


def test_verify__fragment_for_another_category__is_refused() -> None:
    made = fragments(PATIENT.category_key(Category.SENSITIVE, 1), READING, SIGNER)[0]
    with pytest.raises(FragmentUnfit):
        verified_fragment(made, VERIFYING, DELEGATING, READING)


@pytest.mark.parametrize("fragment", [b"", b"noise", b"\0" * 310])
def test_verify__bytes_that_are_no_fragment__are_refused(fragment: bytes) -> None:
    with pytest.raises(FragmentUnfit):
        verified_fragment(fragment, VERIFYING, DELEGATING, READING)


def test_answer__capsule_that_is_none__is_refused() -> None:
    fragment = verified_fragment(fragments(VITALS, READING, SIGNER)[0], VERIFYING, DELEGATING, READING)
    with pytest.raises(SealBroken):
        reencrypt_with(b"noise", fragment)


@pytest.mark.parametrize("public", [b"", b"\2" * 32, b"\5" * 33])
def test_encapsulate__to_no_key__is_refused(public: bytes) -> None:
    with pytest.raises(KeyUnfit):
        encapsulate(public, SHARE)


def _by_custodians(sealed: SealedShare) -> tuple[Delegation, list[bytes]]:
    way = Reencryption.of_patient(SIGNER, [holder(custodian) for custodian in CUSTODIANS])
    handed = way.delegate(VITALS.to_be_bytes(), reader(ATTENDING_PHYSICIAN))
    assert [one.holder for one in handed] == [custodian.account for custodian in CUSTODIANS]
    return Reencryption(VERIFYING), [_answer(sealed, one) for one in handed]


def _answer(sealed: SealedShare, handed: Handed) -> bytes:
    custodian = next(one for one in CUSTODIANS if one.account == handed.holder)
    fragment = open_letter(custodian.inbox, handed.sealed, Use.FRAGMENT)
    return reencrypt(sealed.capsule, fragment, VERIFYING, DELEGATING, READING)


def _by_rewrapping(_: SealedShare) -> tuple[Delegation, list[bytes]]:
    way = Rewrap(PLACE, PATIENT.account)
    (handed,) = way.delegate(SHARE[:32], reader(ATTENDING_PHYSICIAN))
    assert handed.holder == ATTENDING_PHYSICIAN.account
    return way, [b"another letter", handed.sealed]


@pytest.mark.parametrize(("way", "secret"), [(_by_custodians, SHARE), (_by_rewrapping, SHARE[:32])])
def test_delegate__either_way__lets_the_reader_open_and_nobody_else(
    way: object, secret: bytes, sealed: SealedShare
) -> None:
    delegation, answers = way(sealed)  # type: ignore[operator]
    assert delegation.open(sealed, answers, reader_keys(ATTENDING_PHYSICIAN)) == secret
    with pytest.raises((FragmentsTooFew, SealBroken)):
        delegation.open(sealed, answers, reader_keys(STRANGER))


def test_delegate__without_three_custodians__is_refused() -> None:
    same = [holder(CUSTODIANS[0])] * 3
    for custodians in (same, same[:2], []):
        with pytest.raises(FragmentUnfit):
            Reencryption.of_patient(SIGNER, custodians).delegate(VITALS.to_be_bytes(), reader(ATTENDING_PHYSICIAN))
    with pytest.raises(FragmentUnfit):
        Reencryption(VERIFYING).delegate(VITALS.to_be_bytes(), reader(ATTENDING_PHYSICIAN))


def test_open__letter_for_another_version__is_refused(sealed: SealedShare) -> None:
    (handed,) = Rewrap(PLACE, PATIENT.account).delegate(SHARE[:32], reader(ATTENDING_PHYSICIAN))
    with pytest.raises(SealBroken):
        Rewrap(replace(PLACE, version=2), PATIENT.account).open(
            sealed, [handed.sealed], reader_keys(ATTENDING_PHYSICIAN)
        )
