"""The browser's wallet signs what the Python signer signs, byte for byte."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.web.front import GROWER

from tcmchain.chain.typed_data import TypedData, consortium_domain
from tcmchain.values import Address, Hash32

FRONTEND = Path(__file__).parents[2] / "frontend"
KEY = "0x" + "11" * 32
TYPED = TypedData(
    consortium_domain(Hash32("0x" + "cd" * 32)),
    {"Appointment": (("member", "bytes32"), ("account", "address"), ("appointed", "bool"), ("serial", "uint64"))},
    "Appointment",
    {"member": "0x" + "ab" * 32, "account": GROWER.address, "appointed": True, "serial": 7},
)
TEXT = "localhost wants you to sign in\n人参"
TRANSACTION = {"chainId": 720101, "nonce": 0, "to": GROWER.address, "data": "0x" + "00ff" * 300, "gas": 500_000}
SCRIPT = """
import { addressOf, signDigest, signText, signTransaction } from './src/chain/accounts.mjs';
import { digest } from './src/chain/typed.mjs';
import { toBytes } from './src/chain/bytes.mjs';
const { key, text, typed, transaction } = JSON.parse(process.argv[1]);
const secret = toBytes(key);
console.log(JSON.stringify({
  address: addressOf(secret),
  text: signText(secret, text),
  typed: signDigest(secret, digest(typed)),
  transactions: [0, 1, 127, 128, 256].map((nonce) => signTransaction(secret, { ...transaction, nonce })),
}));
"""


@pytest.fixture(scope="module")
def browser_signs() -> Any:
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "@noble").exists():
        pytest.skip("not run: the pages' tools are not installed: make install-test")
    asked = json.dumps({"key": KEY, "text": TEXT, "typed": TYPED.as_json(), "transaction": TRANSACTION})
    command = [node, "--input-type=module", "--eval", SCRIPT, asked]
    told = subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True, timeout=60)
    return json.loads(told.stdout)


def test_derive__key__is_the_same_account(browser_signs: Any) -> None:
    assert browser_signs["address"] == GROWER.address


def test_sign__text__is_the_same_signature(browser_signs: Any) -> None:
    assert browser_signs["text"] == GROWER.sign_message(TEXT)


def test_sign__typed_message__is_the_same_signature(browser_signs: Any) -> None:
    assert browser_signs["typed"] == GROWER.sign_typed_data(TYPED)


def test_sign__transaction__is_the_same_whatever_the_nonce(browser_signs: Any) -> None:
    to, data = Address(str(TRANSACTION["to"])), bytes.fromhex("00ff" * 300)
    made = [GROWER.sign_transaction(720101, nonce, to, data, 500_000) for nonce in (0, 1, 127, 128, 256)]
    assert browser_signs["transactions"] == ["0x" + raw.hex() for raw in made]
