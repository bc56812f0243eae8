"""The person's words in a file of the person's own machine, sealed with a passphrase.

The file is what the browser's wallet downloads as its backup, so either opens the other's: the words under
AES-256-GCM, the key from PBKDF2-HMAC-SHA256 (NIST SP 800-132) of the passphrase as Unicode NFKC.
"""

import json
import os
import secrets
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from tcmchain.crypto.keys import Vault, plain_words
from tcmchain.patients.model.errors import (
    PassphraseShort,
    VaultKnownAlready,
    VaultMissing,
    VaultShut,
    VaultUnreadable,
)

SHORTEST: Final = 10
"""Characters of a passphrase."""
ROUNDS: Final = 600_000

_VERSION: Final = 1
_MOST_ROUNDS: Final = 10_000_000
_MOST_BYTES: Final = 16 << 10
_FIELDS: Final = ("salt", "iv", "data", "rounds")


@dataclass(frozen=True, slots=True)
class VaultFile:
    """A vault on this machine."""

    file: Path

    def create(self, words: str, passphrase: str) -> Vault:
        """Seal words into a new file for its owner only.

        Raises ``WordsUnknown``, ``PassphraseShort`` and ``VaultKnownAlready``.
        """
        vault = Vault.from_words(words)
        content = seal_words(words, passphrase)
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise VaultKnownAlready(file=str(self.file)) from error
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return vault

    def check(self) -> None:
        """Raise ``VaultMissing`` unless the file is there."""
        if not self.file.is_file():
            raise VaultMissing(file=str(self.file))

    def words(self, passphrase: str) -> str:
        """The words; raises ``VaultMissing``, ``VaultUnreadable`` and ``VaultShut``."""
        self.check()
        return open_words(self.file.read_bytes(), passphrase)

    def open(self, passphrase: str) -> Vault:
        """The vault; raises as :meth:`words`."""
        return Vault.from_words(self.words(passphrase))


def seal_words(words: str, passphrase: str) -> bytes:
    """Seal words; raises ``WordsUnknown`` and ``PassphraseShort``."""
    if len(passphrase) < SHORTEST:
        raise PassphraseShort(least=SHORTEST)
    plain = plain_words(words)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_key(passphrase, salt, ROUNDS)).encrypt(nonce, plain.encode(), None)
    content = {
        "version": _VERSION,
        "salt": _text(salt),
        "rounds": ROUNDS,
        "iv": _text(nonce),
        "data": _text(sealed),
        "account": 0,
        "address": Vault.from_words(plain).relation(0).account,
    }
    return json.dumps(content).encode()


def open_words(content: bytes, passphrase: str) -> str:
    """Open what :func:`seal_words` or the browser sealed; raises ``VaultUnreadable`` and ``VaultShut``."""
    salt, nonce, sealed, rounds = _read(content)
    try:
        return AESGCM(_key(passphrase, salt, rounds)).decrypt(nonce, sealed, None).decode()
    except (InvalidTag, ValueError) as error:
        raise VaultShut from error


def _read(content: bytes) -> tuple[bytes, bytes, bytes, int]:
    if len(content) > _MOST_BYTES:
        raise VaultUnreadable(reason="length")
    try:
        found: Any = json.loads(content)
        salt, nonce, sealed, rounds = (found[name] for name in _FIELDS)
        if found["version"] != _VERSION or type(rounds) is not int:
            raise VaultUnreadable(reason="version")
        parts = tuple(b64decode(part, validate=True) for part in (salt, nonce, sealed))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise VaultUnreadable(reason="encoding") from error
    # A file from elsewhere must not keep this machine busy for an hour, nor ask for no work at all.
    if not 1 <= rounds <= _MOST_ROUNDS or len(parts[1]) != 12:
        raise VaultUnreadable(reason="rounds")
    return parts[0], parts[1], parts[2], rounds


def _key(passphrase: str, salt: bytes, rounds: int) -> bytes:
    return PBKDF2HMAC(SHA256(), 32, salt, rounds).derive(unicodedata.normalize("NFKC", passphrase).encode())


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
