"""Sealing a prescription to its slip; the browser does the same in ``frontend/src/prescriptions/slips.mjs``.

From the slip's secret come two keys by HKDF-SHA256 (RFC 5869): one that seals what the prescription says, by
AES-256-GCM (NIST SP 800-38D), and the account that lets it be dispensed once. Neither tells of the other.
"""

import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.keys import derive, scalar
from tcmchain.prescriptions.model.refusals import NotOpened
from tcmchain.values import Hash32

SECRET: Final = 32
_NONCE: Final = 12
_BOUND: Final = b"tcmchain.prescription.1"


def fresh_secret() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(SECRET)


def slip_signer(secret: bytes) -> LocalSigner:
    """The account of a slip: its signature lets the prescription be dispensed at one member."""
    return LocalSigner(scalar(derive(secret, "slip/key", 48)))


def seal(document: bytes, secret: bytes) -> bytes:
    """Seal a document, which is padded already; answers the block that is stored: nonce, ciphertext and tag."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_seal_key(secret)).encrypt(nonce, document, _BOUND)


def open_sealed(block: bytes, secret: bytes, content: Hash32) -> bytes:
    """Open a block that the chain commits to; raises :class:`NotOpened`."""
    if content_of(block) != content:
        raise NotOpened
    try:
        return AESGCM(_seal_key(secret)).decrypt(block[:_NONCE], block[_NONCE:], _BOUND)
    except (InvalidTag, ValueError) as error:
        raise NotOpened from error


def content_of(block: bytes) -> Hash32:
    """What stands on the chain of a sealed block: its SHA-256."""
    return Hash32("0x" + hashlib.sha256(block).hexdigest())


def _seal_key(secret: bytes) -> bytes:
    return derive(secret, "slip/seal", 32)
