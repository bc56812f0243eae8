"""What the embedded chain takes as a transaction, and what it refuses before anything is logged."""

from pathlib import Path
from typing import Any

import pytest
import rlp
from eth_account import Account as Wallet
from hypothesis import given
from hypothesis import strategies as st
from tests.chain.shelf import CHAIN_ID, CODE, Account, mined, running, send

from tcmchain.chain.embedded import TransactionRefused
from tcmchain.chain.embedded.transactions import BLOCK_GAS, MAX_RAW, as_json, decode

_KEY = "0x" + "22" * 32
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_FREE = {"nonce": 0, "gas": 100_000, "to": "0x" + "11" * 20, "value": 0, "data": "0x1234", "chainId": CHAIN_ID}
_FEES = {"maxFeePerGas": 0, "maxPriorityFeePerGas": 0}
_ACCESS = [{"address": "0x" + "33" * 20, "storageKeys": ["0x" + "44" * 32]}]


def _signed(**fields: Any) -> bytes:
    return bytes(Wallet.sign_transaction({**_FREE, **fields}, _KEY).raw_transaction)


@pytest.mark.parametrize(
    "fields",
    [{"gasPrice": 0}, {"gasPrice": 0, "type": 1, "accessList": _ACCESS}, {**_FEES, "type": 2, "accessList": _ACCESS}],
    ids=["legacy", "2930", "1559"],
)
def test_decode__each_type__as_a_wallet_signed_it(fields: dict[str, Any]) -> None:
    signed = Wallet.sign_transaction({**_FREE, **fields}, _KEY)
    tx = decode(bytes(signed.raw_transaction), CHAIN_ID)
    assert tx.hash == bytes(signed.hash)
    assert "0x" + tx.sender.hex() == Wallet.from_key(_KEY).address.lower()
    told = as_json(tx, CHAIN_ID)
    assert (int(told["r"], 16), int(told["s"], 16), int(told["v"], 16)) == (signed.r, signed.s, signed.v)
    assert told["type"] == hex(fields.get("type", 0))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"gasPrice": 0, "chainId": 1}, "chain id 1"),
        ({**_FEES, "chainId": 1}, "chain id 1"),
        ({"gasPrice": 1}, "gas price must be 0"),
        ({**_FEES, "maxFeePerGas": 1}, "gas price must be 0"),
        ({"gasPrice": 0, "value": 1}, "value must be 0"),
        ({"gasPrice": 0, "gas": 21_000}, "intrinsic gas too low"),
        ({"gasPrice": 0, "gas": BLOCK_GAS + 1}, "exceeds the block"),
        ({"gasPrice": 0, "nonce": 2**64 - 1}, "nonce is too high"),
        ({"gasPrice": 0, "data": b"\1" * MAX_RAW, "gas": BLOCK_GAS}, "too large"),
        ({"gasPrice": 0, "to": b"", "data": b"\1" * 49_153, "gas": 10_000_000}, "code is too large"),
    ],
)
def test_decode__wrong_field__is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(TransactionRefused, match=said):
        decode(_signed(**fields), CHAIN_ID)


def _changed(place: int, value: Any) -> bytes:
    fields = rlp.decode(_signed(gasPrice=0))
    fields[place] = value
    return bytes(rlp.encode(fields))


def _high_s() -> bytes:
    fields = rlp.decode(_signed(gasPrice=0))
    v, s = int.from_bytes(fields[6], "big"), int.from_bytes(fields[8], "big")
    fields[6], fields[8] = v + 1 if v % 2 else v - 1, _ORDER - s
    return bytes(rlp.encode(fields))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"\0", "not a list"),
        (b"\x03" + b"\xc0", "type 3"),
        (b"\x04" + b"\xc0", "type 4"),
        (b"\x7f", "type 127"),
        (b"\xc0", "fields"),
        (b"\x02\xc0", "fields"),
        (b"\x02\x80", "not a list"),
        (b"\xff" * 40, "RLP"),
        (b"\xf9", "RLP"),
        (b"\xc1" * 100_000, "RLP"),
        (_signed(gasPrice=0) + b"\0", "RLP"),
        (_signed(gasPrice=0)[:-1], "RLP"),
        (_changed(6, b"\x1b"), "EIP-155"),
        (_changed(0, b"\0"), "leading zeros"),
        (_changed(0, b"\1" * 9), "64 bits"),
        (_changed(3, b"\1" * 19), "not an address"),
        (_changed(5, [b"\1"]), "a list where bytes belong"),
        (_changed(7, b""), "signature"),
        (_changed(8, b""), "signature"),
        (_changed(7, b"\xff" * 32), "signature"),
        (_high_s(), "low form"),
    ],
)
def test_decode__hostile_bytes__are_refused(raw: bytes, said: str) -> None:
    with pytest.raises(TransactionRefused, match=said):
        decode(raw, CHAIN_ID)


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: b"\x02\xf8" + tail))
def test_decode__any_bytes__are_taken_or_refused(raw: bytes) -> None:
    with pytest.raises(TransactionRefused):
        decode(raw, CHAIN_ID)


@given(st.integers(0, 103), st.integers(0, 255))
def test_decode__one_changed_byte__is_never_the_same_sender(place: int, value: int) -> None:
    raw = bytearray(_signed(gasPrice=0))
    if raw[place % len(raw)] == value:
        return
    raw[place % len(raw)] = value
    try:
        tx = decode(bytes(raw), CHAIN_ID)
    except TransactionRefused:
        return
    assert "0x" + tx.sender.hex() != Wallet.from_key(_KEY).address.lower()


@pytest.mark.engine
async def test_send__each_limit_exactly__is_executed(tmp_path: Path) -> None:
    """Nothing that passes may be left out of its block, as it was acknowledged."""
    wallet = Account(3)
    deepest = [b"\x60\x00\x60\x00\xf3".ljust(49_152, b"\0"), b"\1" * (MAX_RAW - 200)]
    async with running(tmp_path) as engine:
        receipts = [
            await mined(engine, await send(engine, wallet.sign(None, deepest[0], gas=30_000_000))),
            await mined(engine, await send(engine, wallet.sign(wallet.address, deepest[1], gas=BLOCK_GAS))),
            await mined(engine, await send(engine, wallet.sign(wallet.address, b"\0\1", gas=21_020))),
            await mined(engine, await send(engine, wallet.sign(None, CODE, gas=3_000_000))),
        ]
        for fields in ({"type": 1, "accessList": _ACCESS, "gasPrice": 0}, {**_FEES, "accessList": _ACCESS}):
            nonce = int(await engine.request("eth_getTransactionCount", [Wallet.from_key(_KEY).address, "pending"]), 16)
            raw = _signed(nonce=nonce, gas=21_000 + 2 * 16 + 2_400 + 1_900, **fields)
            receipts.append(await mined(engine, await send(engine, "0x" + raw.hex())))
    assert [receipt["status"] for receipt in receipts] == ["0x1"] * 6


@pytest.mark.engine
async def test_send__hostile_bytes__leave_the_chain_as_it_was(tmp_path: Path) -> None:
    async with running(tmp_path) as engine:
        for raw in (b"", b"\xc0", b"\x03\xc0", _high_s(), _changed(6, b"\x1b"), b"\xc1" * 100_000):
            with pytest.raises(TransactionRefused):
                await send(engine, "0x" + raw.hex())
        assert engine.head.number == 0
        assert engine.halted is None
