"""Terms, their commitments, and the ids that the contract gives grants."""

import json

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tcmchain.consent.contract import grant_id, passed_on_id, typed_grant
from tcmchain.consent.model.errors import OpeningUnreadable
from tcmchain.consent.model.granted import BreakGlass, GlassState, Granted, GrantState
from tcmchain.consent.model.terms import Grant, Opening, Rights, new_salt
from tcmchain.crypto.digest import passer_salt, writer_salt
from tcmchain.values import ZERO_HASH, Address, Hash32, MemberId, UnixTime

_ACCOUNT = Address("0xCBE7a9CFed0A72cbEE2Edf94A33E60d7daf30e22")
_OTHER = Address("0x857C89Fd14B6C82b0FA54e206Ca9Dc17aBfB5a07")
_SALT = Hash32("0x" + "5a" * 32)
_LABEL = Hash32("0x" + "1b" * 32)
_MEMBER = MemberId("0x" + "77" * 32)
_KEY = b"\x02" + b"\x11" * 32


def _opening(rights: Rights = Rights.READ, purpose: str = "复诊", until: int = 1_900_000_000) -> Opening:
    return Opening(_SALT, _ACCOUNT, _KEY, _LABEL, rights, purpose, UnixTime(until))


def test_commit__each_term_changed__changes_the_commitment() -> None:
    found = {
        _opening().terms,
        _opening(Rights.READ | Rights.APPEND).terms,
        _opening(purpose="转诊").terms,
        _opening(until=1_900_000_001).terms,
        Opening(new_salt(), _ACCOUNT, _KEY, _LABEL, Rights.READ, "复诊", UnixTime(1_900_000_000)).terms,
        Opening(_SALT, _OTHER, _KEY, _LABEL, Rights.READ, "复诊", UnixTime(1_900_000_000)).terms,
        Opening(_SALT, _ACCOUNT, b"\x03" + _KEY[1:], _LABEL, Rights.READ, "复诊", UnixTime(1_900_000_000)).terms,
        Opening(_SALT, _ACCOUNT, _KEY, _SALT, Rights.READ, "复诊", UnixTime(1_900_000_000)).terms,
    }
    assert len(found) == 8


def test_grant__without_append_or_pass_on__commits_to_no_writer_and_passer() -> None:
    made = _opening().grant(_OTHER)
    assert (made.writer, made.passer) == (ZERO_HASH, ZERO_HASH)


def test_grant__with_append__names_the_member_only_to_those_who_know_the_salt() -> None:
    made = _opening(Rights.READ | Rights.APPEND | Rights.PASS_ON).grant(_OTHER, _MEMBER)
    shown, passing = (bytes.fromhex(found(_SALT)[2:]) for found in (writer_salt, passer_salt))
    assert made.writer == "0x" + keccak(encode(("bytes32", "bytes32"), (shown, bytes.fromhex(_MEMBER[2:])))).hex()
    assert made.passer == "0x" + keccak(encode(("bytes32", "address"), (passing, _ACCOUNT))).hex()
    assert len({shown.hex(), passing.hex(), _SALT[2:]}) == 3
    with pytest.raises(OpeningUnreadable):
        _opening(Rights.APPEND).grant(_OTHER)


def test_read__what_was_written__is_the_same() -> None:
    opening = _opening(Rights.READ | Rights.PASS_ON)
    assert Opening.read(json.loads(json.dumps(opening.as_json()))) == opening


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("salt", "0x12"), ("salt", None), ("grantee", "somebody"), ("grantee", "0x" + "zz" * 20),
        ("readingKey", "0x02"), ("readingKey", "zz"), ("label", "0x"), ("rights", 0), ("rights", 8), ("rights", True),
        ("rights", "1"), ("purpose", ""), ("purpose", "长" * 201), ("purpose", "\ud800"),
        ("until", -1), ("until", 1.5), ("until", 1 << 60),
    ],
)  # fmt: skip
def test_read__a_field_that_cannot_be__is_refused(field: str, value: object) -> None:
    with pytest.raises(OpeningUnreadable):
        Opening.read({**_opening().as_json(), field: value})


@pytest.mark.parametrize("content", [None, [], {}, "x", 5])
def test_read__what_are_no_terms__is_refused(content: object) -> None:
    with pytest.raises(OpeningUnreadable):
        Opening.read(content)


def test_spell__rights__in_words_and_back() -> None:
    rights = Rights.READ | Rights.APPEND | Rights.PASS_ON
    assert rights.words == ("read", "append", "pass-on")
    assert Rights.of(rights.words) is rights
    for wrong in ([], ["write"], [1]):
        with pytest.raises(OpeningUnreadable):
            Rights.of(wrong)


def test_sign__a_grant__holds_for_one_contract_on_one_chain() -> None:
    made = _opening().grant(_OTHER)
    digests = {typed_grant(made, chain, contract).digest() for chain in (1, 2) for contract in (_ACCOUNT, _OTHER)}
    assert len(digests) == 4
    assert grant_id(made) == "0x" + typed_grant(made, 1, _ACCOUNT).struct_hash().hex()


def test_name__a_grant_passed_on__differs_by_who_passes() -> None:
    made = Grant(_OTHER, _SALT, ZERO_HASH, ZERO_HASH, UnixTime(5))
    assert passed_on_id(_LABEL, _ACCOUNT, made) != passed_on_id(_LABEL, _OTHER, made)


def test_stand__a_grant__by_time_and_withdrawal() -> None:
    made = Granted(_SALT, _OTHER, _LABEL, ZERO_HASH, ZERO_HASH, UnixTime(100), _OTHER, UnixTime(1), _SALT)
    assert made.state(UnixTime(100)) is GrantState.IN_FORCE
    assert made.state(UnixTime(101)) is GrantState.ENDED


def test_stand__a_break_glass__lapses_when_nobody_confirms() -> None:
    asked = BreakGlass(_SALT, _OTHER, _ACCOUNT, _MEMBER, _LABEL, _KEY, UnixTime(3600), UnixTime(0))
    assert asked.state(UnixTime(3600)) is GlassState.BROKEN
    assert asked.state(UnixTime(3601)) is GlassState.LAPSED
    assert not asked.review_is_due(UnixTime(1 << 40))
