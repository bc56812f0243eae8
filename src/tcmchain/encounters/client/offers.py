"""The one-time code under which a patient's offer waits at a node.

A code is eight letters of Crockford's Base32 (40 bits). PBKDF2-HMAC-SHA256 (RFC 8018) stretches it into the offer's
name at the node (16 bytes) and the key that seals it (AES-256-GCM, 12 bytes of nonce in front).
The browser does the same in ``frontend/src/encounters/offers.mjs``.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tcmchain.encounters.model.errors import OfferInvalid
from tcmchain.values import Address, Hash32, is_hash32

ROUNDS: Final = 200_000
LETTERS: Final = 8

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans("OIL", "011", " -")
_NAME: Final = b"tcmchain.offer.1"
_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """What a patient shows: the pseudonym for this institution, its inbox key (32 bytes), and a fresh salt."""

    patient: Address
    inbox: bytes
    salt: Hash32

    def write(self) -> bytes:
        """The offer as JSON."""
        content = {"kind": "offer", "patient": self.patient, "inbox": "0x" + self.inbox.hex(), "salt": self.salt}
        return json.dumps(content, separators=(",", ":")).encode()

    @classmethod
    def read(cls, raw: bytes) -> "Offer":
        """Read an offer; raises ``OfferInvalid``."""
        try:
            content = json.loads(raw)
            patient, inbox, salt = (content[name] for name in ("patient", "inbox", "salt"))
            found = cls(Address(str(patient)), bytes.fromhex(str(inbox)[2:]), Hash32(str(salt)))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise OfferInvalid from error
        if len(found.inbox) != 32 or not is_hash32(found.salt) or len(found.patient) != 42:
            raise OfferInvalid
        return found


def fresh_code() -> str:
    """A new code, in two groups of four."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(LETTERS))
    return f"{letters[:4]}-{letters[4:]}"


def seal_offer(offer: Offer, code: str) -> tuple[str, bytes]:
    """The offer's name at the node (32 hex digits) and its seal; raises ``OfferInvalid`` for no code."""
    name, key = _stretched(code)
    nonce = secrets.token_bytes(_NONCE)
    return name, nonce + AESGCM(key).encrypt(nonce, offer.write(), _NAME)


def offer_name(code: str) -> str:
    """The name under which a code's offer waits; raises ``OfferInvalid``."""
    return _stretched(code)[0]


def open_offer(sealed: bytes, code: str) -> Offer:
    """Open what waited under a code; raises ``OfferInvalid``."""
    try:
        return Offer.read(AESGCM(_stretched(code)[1]).decrypt(sealed[:_NONCE], sealed[_NONCE:], _NAME))
    except (InvalidTag, ValueError) as error:
        raise OfferInvalid from error


def _stretched(code: str) -> tuple[str, bytes]:
    letters = code.upper().translate(_READ_AS)
    if len(letters) != LETTERS or any(letter not in _ALPHABET for letter in letters):
        raise OfferInvalid
    made = hashlib.pbkdf2_hmac("sha256", letters.encode(), _NAME, ROUNDS, 48)
    return made[:16].hex(), made[16:]
