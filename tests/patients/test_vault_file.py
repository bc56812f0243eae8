"""The words in a sealed file: what the browser's wallet reads and writes too."""

import json
import stat
from pathlib import Path

import pytest
from tests.patients.world import PATIENT_WORDS

from tcmchain.crypto.errors import WordsUnknown
from tcmchain.crypto.keys import Vault
from tcmchain.patients.client.vault_file import VaultFile, open_words, seal_words
from tcmchain.patients.model.errors import (
    PassphraseShort,
    VaultKnownAlready,
    VaultMissing,
    VaultShut,
    VaultUnreadable,
)

_PASSPHRASE = "correct horse battery"


def test_open__with_the_passphrase__gives_the_words_back(tmp_path: Path) -> None:
    file = VaultFile(tmp_path / "vault.json")
    made = file.create(PATIENT_WORDS, _PASSPHRASE)
    assert file.words(_PASSPHRASE) == PATIENT_WORDS
    assert file.open(_PASSPHRASE).relation(3).account == made.relation(3).account
    assert stat.S_IMODE(file.file.stat().st_mode) == 0o600
    raw = file.file.read_text()
    assert not any(word in raw for word in set(PATIENT_WORDS.split()) if len(word) > 4)


def test_open__with_a_wrong_passphrase__says_so(tmp_path: Path) -> None:
    file = VaultFile(tmp_path / "vault.json")
    file.create(PATIENT_WORDS, _PASSPHRASE)
    with pytest.raises(VaultShut):
        file.open("correct horse batterz")


def test_open__the_passphrase_in_another_unicode_form__is_the_same() -> None:
    assert open_words(seal_words(PATIENT_WORDS, "cafe\u0301 au lait"), "café au lait") == PATIENT_WORDS


def test_create__over_another_vault__is_refused(tmp_path: Path) -> None:
    file = VaultFile(tmp_path / "vault.json")
    file.create(PATIENT_WORDS, _PASSPHRASE)
    before = file.file.read_bytes()
    with pytest.raises(VaultKnownAlready):
        file.create(PATIENT_WORDS, _PASSPHRASE)
    assert file.file.read_bytes() == before


def test_create__with_a_short_passphrase_or_no_words__writes_nothing(tmp_path: Path) -> None:
    file = VaultFile(tmp_path / "vault.json")
    with pytest.raises(PassphraseShort):
        file.create(PATIENT_WORDS, "short")
    with pytest.raises(WordsUnknown):
        file.create("twelve words that are none at all", _PASSPHRASE)
    assert not file.file.exists()
    with pytest.raises(VaultMissing):
        file.open(_PASSPHRASE)


def test_open__an_altered_file__is_refused() -> None:
    found = json.loads(seal_words(PATIENT_WORDS, _PASSPHRASE))
    data = found["data"]
    altered = {**found, "data": ("B" if data[0] == "A" else "A") + data[1:]}
    with pytest.raises(VaultShut):
        open_words(json.dumps(altered).encode(), _PASSPHRASE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b'{"version":2}',
        b"[" * 20_000,
        b'{"version":1,"salt":1,"iv":2,"data":3,"rounds":4}',
    ],
)
def test_open__what_is_no_vault__is_refused(content: bytes) -> None:
    with pytest.raises(VaultUnreadable):
        open_words(content, _PASSPHRASE)


@pytest.mark.parametrize("rounds", [0, -1, 10**9, True])
def test_open__a_vault_that_asks_for_absurd_work__is_refused(rounds: int) -> None:
    content = {**json.loads(seal_words(PATIENT_WORDS, _PASSPHRASE)), "rounds": rounds}
    with pytest.raises(VaultUnreadable):
        open_words(json.dumps(content).encode(), _PASSPHRASE)


def test_seal__chinese_words_without_spaces__are_those_of_the_list() -> None:
    words = "的 的 的 的 的 的 的 的 的 的 的 在"
    opened = open_words(seal_words(words.replace(" ", ""), _PASSPHRASE), _PASSPHRASE)
    assert opened == words
    assert Vault.from_words(opened).relation(0).account == Vault.from_words(words).relation(0).account
