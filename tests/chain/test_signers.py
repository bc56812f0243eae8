"""Signatures against the reference implementation of Ethereum's Python tools."""

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.chain.signers import LocalSigner
from tcmchain.chain.typed_data import SignatureInvalid, TypedData, consortium_domain, recover
from tcmchain.errors import Invalid
from tcmchain.values import Address, Hash32

KEYS = st.integers(1, 2**255).map(lambda n: n.to_bytes(32, "big"))
CONSORTIUM = Hash32("0x" + "5a" * 32)
APPOINTMENT = TypedData(
    consortium_domain(CONSORTIUM),
    {"Appointment": (("member", "bytes32"), ("account", "address"), ("appointed", "bool"), ("serial", "uint64"))},
    "Appointment",
    {"member": "0x" + "01" * 32, "account": "0x" + "02" * 20, "appointed": True, "serial": 2**53},
)
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@given(KEYS, st.integers(0, 2**40), st.binary(max_size=200), st.integers(0, 2**60), st.booleans())
def test_sign__any_transaction__is_the_senders(key: bytes, nonce: int, data: bytes, price: int, deploys: bool) -> None:
    signer = LocalSigner(key)
    to = None if deploys else Address("0x" + "11" * 20)
    raw = signer.sign_transaction(720101, nonce, to, data, 21_000, price)
    assert Account.recover_transaction(raw) == signer.address == Account.from_key(key).address


@given(KEYS, st.text(max_size=200))
def test_sign__any_text__is_recovered_as_a_wallet_does(key: bytes, text: str) -> None:
    signature = LocalSigner(key).sign_message(text)
    assert Account.recover_message(encode_defunct(text=text), signature=signature) == LocalSigner(key).address


@given(KEYS)
def test_sign__typed_data__is_what_a_wallet_signs(key: bytes) -> None:
    signature = LocalSigner(key).sign_typed_data(APPOINTMENT)
    message = encode_typed_data(full_message=APPOINTMENT.as_json())
    assert Account.sign_message(message, key).signature.hex() == signature[2:]
    assert recover(APPOINTMENT.digest(), signature) == LocalSigner(key).address


def test_read__typed_data_as_json__is_the_same_message() -> None:
    again = TypedData.from_json(APPOINTMENT.as_json())
    assert again == APPOINTMENT
    assert again.digest() == APPOINTMENT.digest()


@pytest.mark.parametrize("content", [{}, {"types": []}, {"types": {"A": [{}]}, "primaryType": "A"}])
def test_read__json_that_is_no_typed_data__is_invalid(content: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        TypedData.from_json(content)


def test_digest__value_out_of_range__is_invalid() -> None:
    wrong = TypedData(APPOINTMENT.domain, APPOINTMENT.types, "Appointment", {**APPOINTMENT.message, "serial": 2**64})
    with pytest.raises(Invalid):
        wrong.digest()


@pytest.mark.parametrize("signature", ["", "0x", "0xzz", "0x" + "00" * 65, "0x" + "11" * 64])
def test_recover__what_is_no_signature__is_invalid(signature: str) -> None:
    with pytest.raises(SignatureInvalid):
        recover(APPOINTMENT.digest(), signature)


def test_recover__signature_turned_over__is_invalid() -> None:
    raw = bytes.fromhex(LocalSigner(b"\x01" * 32).sign_typed_data(APPOINTMENT)[2:])
    turned = raw[:32] + (_ORDER - int.from_bytes(raw[32:64], "big")).to_bytes(32, "big") + bytes([55 - raw[64]])
    with pytest.raises(SignatureInvalid):
        recover(APPOINTMENT.digest(), "0x" + turned.hex())
