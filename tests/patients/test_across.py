"""Guardians' shares and sealed words go from the browser to the command line and back."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.patients.world import PATIENT_WORDS

from tcmchain.crypto.keys import Vault
from tcmchain.patients.client.guarding import HeldShare, bring_back, share_out
from tcmchain.patients.client.vault_file import open_words, seal_words
from tcmchain.patients.model.registered import Guardianship, Patient
from tcmchain.values import ZERO_HASH, Hash32, UnixTime

_FRONTEND = Path(__file__).parents[2] / "frontend"
_PATIENT = Vault.from_words(PATIENT_WORDS).relation(1).account
_PASSPHRASE = "correct horse battery"
_SCRIPT = """
globalThis.kept = {};
globalThis.localStorage = { setItem: (name, value) => { kept[name] = value; }, getItem: (name) => kept[name] ?? null };
globalThis.sessionStorage = { setItem() {}, getItem: () => null, removeItem() {} };
const { bringBack, shareOut } = await import('./src/consent/guarding.mjs');
const wallet = await import('./src/wallet/vault.mjs');
const { words, patient, given, backup, vault, passphrase } = JSON.parse(process.argv[1]);
const made = await shareOut(words, patient, 2, 3);
wallet.restore(vault);
const opened = await wallet.unlock(passphrase).then(() => true, (error) => error.name);
await wallet.create(words, passphrase).catch(() => {});
console.log(JSON.stringify({
  made, opened, vault: wallet.backup(),
  back: await bringBack(given.slice(1), patient, { needed: 2, backup }),
  few: await bringBack(given.slice(2), patient, { needed: 2, backup }),
}));
"""


@pytest.fixture(scope="module")
def browser() -> Any:
    node = shutil.which("node")
    if node is None or not (_FRONTEND / "node_modules" / "@noble").exists():
        pytest.skip("not run: the pages' tools are not installed: make install-test")
    shares = share_out(PATIENT_WORDS, _PATIENT, 2, 3)
    asked = {
        "words": PATIENT_WORDS,
        "patient": _PATIENT,
        "given": [share.letter(_PATIENT) for share in shares],
        "backup": shares[0].backup,
        "vault": seal_words(PATIENT_WORDS, _PASSPHRASE).decode(),
        "passphrase": _PASSPHRASE,
    }
    command = [node, "--input-type=module", "--eval", _SCRIPT, json.dumps(asked)]
    return json.loads(subprocess.run(command, cwd=_FRONTEND, check=True, capture_output=True, timeout=60).stdout)


def test_bring_back__the_browsers_shares__gives_the_words(browser: Any) -> None:
    held = [HeldShare.read(letter) for letter in browser["made"]["letters"]]
    chosen = Guardianship((), 2, 60, Hash32(browser["made"]["backup"]))
    facts = Patient(_PATIENT, _PATIENT, ZERO_HASH, b"", UnixTime(0), guardianship=chosen)
    assert bring_back(held[:2], facts) == bring_back(held[1:], facts) == PATIENT_WORDS


def test_bring_back__in_the_browser__opens_shares_made_here(browser: Any) -> None:
    assert browser["back"] == PATIENT_WORDS
    assert browser["few"] is None


def test_open__the_browsers_backup_file__gives_the_words(browser: Any) -> None:
    assert open_words(browser["vault"].encode(), _PASSPHRASE) == PATIENT_WORDS


def test_unlock__in_the_browser__takes_the_file_made_here(browser: Any) -> None:
    # Past the passphrase the browser wants its own store, which this engine does not have.
    assert browser["opened"] not in ("OperationError", "SyntaxError")
