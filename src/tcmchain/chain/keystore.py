"""Encrypted keys of service accounts in the node's folder."""

import os
import re
import secrets
from pathlib import Path
from typing import Final

import orjson
from eth_keyfile.keyfile import create_keyfile_json, decode_keyfile_json

from tcmchain.chain.abi import checksum
from tcmchain.chain.signers import LocalSigner
from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted
from tcmchain.values import Address

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SCRYPT_WORK: Final = 1 << 14


class AccountUnknown(NotFound):
    """The keystore has no account of this name."""

    code = "account-unknown"


class AccountKnownAlready(Conflict):
    """The keystore has an account of this name already."""

    code = "account-known-already"


class AccountNameInvalid(Invalid):
    """Names are lower-case letters, digits and hyphens, 63 at most."""

    code = "account-name-invalid"


class WrongPassphrase(NotPermitted):
    """The passphrase does not open this key."""

    code = "wrong-passphrase"


class Keystore:
    """Accounts by name, each one file in the Web3 Secret Storage format (version 3), readable by its owner only."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self._folder = folder
        self._passphrase = passphrase.encode()
        self._open: dict[str, LocalSigner] = {}

    def names(self) -> tuple[str, ...]:
        """Names of all accounts, sorted."""
        return tuple(sorted(file.stem for file in self._folder.glob("*.json")))

    def address(self, name: str) -> Address:
        """An account's address, read without opening its key; raises :class:`AccountUnknown`."""
        return checksum("0x" + orjson.loads(self._file(name).read_bytes())["address"].removeprefix("0x").lower())

    def create(self, name: str) -> Address:
        """Make a new account; raises :class:`AccountKnownAlready`."""
        return self.take_in(name, secrets.token_bytes(32))

    def take_in(self, name: str, private_key: bytes) -> Address:
        """Store an existing key under a name; raises :class:`AccountKnownAlready`."""
        if name in self.names():
            raise AccountKnownAlready(f"there is an account {name} already", name=name)
        signer = LocalSigner(private_key)
        sealed = create_keyfile_json(private_key, self._passphrase, kdf="scrypt", iterations=_SCRYPT_WORK)
        self._write(name, orjson.dumps(sealed))
        self._open[name] = signer
        return signer.address

    def signer(self, name: str) -> LocalSigner:
        """Open an account; raises :class:`AccountUnknown` or :class:`WrongPassphrase`."""
        if name not in self._open:
            self._open[name] = LocalSigner(self.secret(name))
        return self._open[name]

    def secret(self, name: str) -> bytes:
        """The 32 bytes kept under a name, for keys of another kind; raises as :meth:`signer`."""
        sealed = orjson.loads(self._file(name).read_bytes())
        try:
            found: bytes = decode_keyfile_json(sealed, self._passphrase)
        except ValueError as error:
            raise WrongPassphrase(f"the passphrase does not open {name}", name=name) from error
        return found

    def ensure(self, name: str) -> LocalSigner:
        """Open an account, making it first when there is none."""
        if name not in self.names():
            self.create(name)
        return self.signer(name)

    def _file(self, name: str) -> Path:
        if name not in self.names():
            raise AccountUnknown(f"no account {name} in this keystore", name=name)
        return self._folder / f"{name}.json"

    def _write(self, name: str, content: bytes) -> None:
        if _NAME.fullmatch(name) is None:
            raise AccountNameInvalid(f"{name!r} is no account name", name=name)
        _write_whole(self._folder / f"{name}.json", content)


def open_keystore(home: Path, passphrase: str | None = None) -> Keystore:
    """The keystore of a node's folder; without a passphrase one is made and kept beside it, for its owner only."""
    if passphrase is None:
        kept = home / "keystore.passphrase"
        if not kept.exists():
            _write_whole(kept, secrets.token_urlsafe(24).encode())
        passphrase = kept.read_text().strip()
    return Keystore(home / "keystore", passphrase)


def _write_whole(file: Path, content: bytes) -> None:
    """Write a file for its owner only, so that a crash leaves the whole of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.parent / f".{file.stem}.{secrets.token_hex(4)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
