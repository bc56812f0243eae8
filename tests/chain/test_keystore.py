"""Keys of service accounts on disk."""

import json
from pathlib import Path

import pytest
from eth_account import Account

from tcmchain.chain.keystore import (
    AccountKnownAlready,
    AccountNameInvalid,
    AccountUnknown,
    Keystore,
    WrongPassphrase,
    open_keystore,
)


def test_create__new_account__opens_again_with_the_passphrase_only(tmp_path: Path) -> None:
    address = Keystore(tmp_path, "right").create("grower")
    assert Keystore(tmp_path, "right").signer("grower").address == address
    with pytest.raises(WrongPassphrase):
        Keystore(tmp_path, "wrong").signer("grower")


def test_create__any_account__is_readable_by_its_owner_only(tmp_path: Path) -> None:
    Keystore(tmp_path / "keys", "p").create("grower")
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0


def test_create__file_of_an_account__opens_in_other_tools(tmp_path: Path) -> None:
    store = Keystore(tmp_path, "p")
    store.take_in("grower", b"\x07" * 32)
    assert Account.decrypt(json.loads((tmp_path / "grower.json").read_text()), "p") == b"\x07" * 32


def test_create__name_in_use__is_refused(tmp_path: Path) -> None:
    store = Keystore(tmp_path, "p")
    store.create("grower")
    with pytest.raises(AccountKnownAlready):
        store.create("grower")


@pytest.mark.parametrize("name", ["", "../grower", "Grower", "a/b", ".hidden", "x" * 64])
def test_create__name_that_could_leave_the_folder__is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AccountNameInvalid):
        Keystore(tmp_path / "keys", "p").create(name)
    assert list(tmp_path.rglob("*.json")) == []


def test_sign__unknown_account__is_not_found(tmp_path: Path) -> None:
    store = Keystore(tmp_path, "p")
    with pytest.raises(AccountUnknown):
        store.signer("nobody")


def test_open__folder_without_a_passphrase__makes_one_and_keeps_it(tmp_path: Path) -> None:
    address = open_keystore(tmp_path).ensure("node").address
    assert open_keystore(tmp_path).ensure("node").address == address
    assert (tmp_path / "keystore.passphrase").stat().st_mode & 0o777 == 0o600
    with pytest.raises(WrongPassphrase):
        open_keystore(tmp_path, "another").signer("node")
