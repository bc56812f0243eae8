"""Letters that only one key opens: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), AES-256-GCM.

On the wire: the encapsulated key (32 bytes), then the ciphertext. A letter says nothing of its sender by itself.
"""

from enum import Enum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from tcmchain.crypto.errors import KeyUnfit, SealBroken

OVERHEAD: Final = 32 + 16

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Use(Enum):
    """What a letter is for; one sealed for one use opens for no other."""

    LETTER = b"tcmchain.letter.1"
    FRAGMENT = b"tcmchain.fragment.1"
    EMERGENCY = b"tcmchain.emergency.1"
    DOSES = b"tcmchain.doses.1"


def inbox_of(private: X25519PrivateKey) -> bytes:
    """The public inbox key, 32 bytes."""
    return private.public_key().public_bytes_raw()


def seal_letter(inbox: bytes, content: bytes, use: Use = Use.LETTER, bound: bytes = b"") -> bytes:
    """Seal for whoever holds the key of an inbox, and for the place that ``bound`` names, if any.

    Raises :class:`KeyUnfit`.
    """
    try:
        return _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(inbox), use.value + bound)
    except ValueError as error:
        raise KeyUnfit(kind="X25519") from error


def open_letter(private: X25519PrivateKey, sealed: bytes, use: Use = Use.LETTER, bound: bytes = b"") -> bytes:
    """Open a letter to one's own inbox; raises :class:`SealBroken`, also when it was sealed for another place."""
    try:
        return _SUITE.decrypt(sealed, private, use.value + bound)
    except (InvalidTag, ValueError) as error:
        raise SealBroken(part="letter") from error
