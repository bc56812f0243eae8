"""Lost words, and how guardians bring them back.

The words are sealed (AES-256-GCM, for this patient only) under a key of which each guardian gets a Shamir share, as a
letter together with the sealed words; the chain has the SHA-256 of the sealed words. A guardian seals the share anew
to another device only after the chain says that this device's account acts for the patient, which took the agreement
of enough guardians and the delay in which the patient could object. So a share is worth nothing without the others,
and all of them nothing before the chain has spoken.
"""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tcmchain.crypto.digest import sha256
from tcmchain.crypto.errors import SharesUnfit, WordsUnknown
from tcmchain.crypto.keys import plain_words
from tcmchain.crypto.shares import combine, split
from tcmchain.patients.model.errors import BackupUnfit, WrongLength
from tcmchain.patients.model.registered import MOST_GUARDIANS, Patient
from tcmchain.values import Address, Hash32

KIND: Final = "guardian-share"

_NONCE: Final = 12
_PADDED_TO: Final = 512


@dataclass(frozen=True, slots=True)
class HeldShare:
    """What one guardian holds: a share of the key, and the sealed words that enough shares open."""

    patient: Address
    share: bytes
    sealed: bytes

    @property
    def backup(self) -> Hash32:
        """The hash that stands on the chain."""
        return sha256(self.sealed)

    def letter(self, sender: Address) -> dict[str, Any]:
        """As a letter carries it."""
        share, sealed = b64encode(self.share).decode(), b64encode(self.sealed).decode()
        return {"kind": KIND, "from": sender, "patient": self.patient, "share": share, "backup": sealed}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "HeldShare":
        """Read a letter of this kind; raises ``BackupUnfit``."""
        try:
            share, sealed = (b64decode(content[name], validate=True) for name in ("share", "backup"))
            return cls(Address(str(content["patient"])), share, sealed)
        except (KeyError, ValueError, TypeError) as error:
            raise BackupUnfit(reason="letter") from error


def share_out(words: str, patient: Address, needed: int, total: int) -> tuple[HeldShare, ...]:
    """Seal words and share the key out: any ``needed`` of ``total`` guardians bring them back.

    Raises ``WordsUnknown`` and ``WrongLength``.
    """
    if not 1 <= needed <= total <= MOST_GUARDIANS:
        raise WrongLength(first=total, second=needed)
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(_NONCE)
    plain = json.dumps({"words": plain_words(words)}, ensure_ascii=False).encode()
    padded = plain + b" " * (-len(plain) % _PADDED_TO)
    sealed = nonce + AESGCM(key).encrypt(nonce, padded, _bound_to(patient))
    shares = (key,) * total if needed == 1 else split(key, needed, total)
    return tuple(HeldShare(patient, share, sealed) for share in shares)


def bring_back(held: Sequence[HeldShare], patient: Patient) -> str:
    """The words out of enough guardians' shares.

    Shares of another backup are left out, and false ones among the rest found as long as enough true ones are there.
    Raises ``BackupUnfit`` with the reason ``no-guardians``, ``too-few`` or ``shares``.
    """
    chosen = patient.guardianship
    if chosen is None:
        raise BackupUnfit(reason="no-guardians")
    fitting = list({one.share: one for one in held if one.backup == chosen.backup}.values())
    if len(fitting) < chosen.needed:
        raise BackupUnfit(reason="too-few")
    for some in combinations(fitting, chosen.needed):
        try:
            return _opened([one.share for one in some], some[0].sealed, patient.account)
        except (SharesUnfit, InvalidTag, ValueError, KeyError, WordsUnknown):
            continue
    raise BackupUnfit(reason="shares")


def _opened(shares: Sequence[bytes], sealed: bytes, patient: Address) -> str:
    key = shares[0] if len(shares) == 1 else combine(shares)
    plain = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(patient))
    return plain_words(json.loads(plain)["words"])


def _bound_to(patient: Address) -> bytes:
    return b"tcmchain.backup.1" + bytes.fromhex(patient[2:])
