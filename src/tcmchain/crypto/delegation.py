"""How somebody else comes to open what is sealed to a patient's category key.

Umbral (D. Nuñez, Umbral: a threshold proxy re-encryption scheme, 2018) by ``nucypher-core``: a share of a data key is
encapsulated to the category's public key; fragments of the category's secret key, made for one reader, let custodians
turn the capsule into one for that reader, and two of three answers open it. No custodian can open anything alone.
The other way, :class:`Rewrap`, seals one data key anew to the reader and needs the patient's device each time.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nucypher_core import MessageKit
from nucypher_core.umbral import (
    Capsule,
    CapsuleFrag,
    KeyFrag,
    PublicKey,
    SecretKey,
    Signer,
    VerificationError,
    VerifiedCapsuleFrag,
    VerifiedKeyFrag,
    generate_kfrags,
)
from nucypher_core.umbral import reencrypt as _reencrypt

from tcmchain.crypto.errors import FragmentsTooFew, FragmentUnfit, KeyUnfit, SealBroken
from tcmchain.crypto.letters import Use, open_letter, seal_letter
from tcmchain.crypto.seal import Place
from tcmchain.values import Address

NEEDED: Final = 2
FRAGMENTS: Final = 3

# The library encrypts through its message kit only: mark, version, [capsule, ciphertext, no conditions] as MessagePack.
_KIT: Final = b"MKit\x00\x03\x00\x00\x93"
_BYTES8: Final = 0xC4
_NIL: Final = b"\xc0"


def public_bytes(secret: SecretKey) -> bytes:
    """The public key, 33 bytes (SEC 1, compressed)."""
    return secret.public_key().to_compressed_bytes()


def public_key(compressed: bytes) -> PublicKey:
    """A public key from its 33 bytes; raises :class:`KeyUnfit`."""
    try:
        return PublicKey.from_compressed_bytes(compressed)
    except ValueError as error:
        raise KeyUnfit(kind="Umbral") from error


def encapsulate(public: bytes, share: bytes) -> tuple[bytes, bytes]:
    """Seal a share (at most 200 bytes) to a public key: the capsule, and the ciphertext; raises :class:`KeyUnfit`."""
    kit = MessageKit(public_key(public), share, None)
    capsule = bytes(kit.capsule)
    return capsule, bytes(kit)[len(_KIT) + len(capsule) + 2 : -1]


def open_own(secret: SecretKey, capsule: bytes, ciphertext: bytes) -> bytes:
    """Open a share with the key it was sealed to; raises :class:`SealBroken`."""
    try:
        return _kit(capsule, ciphertext).decrypt(secret)
    except ValueError as error:
        raise SealBroken(part="share") from error


def fragments(delegating: SecretKey, reading: bytes, signer: Signer) -> list[bytes]:
    """Three fragments of a category key for one reader, two of which are needed; raises :class:`KeyUnfit`."""
    made = generate_kfrags(delegating, public_key(reading), signer, NEEDED, FRAGMENTS, True, True)
    return [bytes(fragment) for fragment in made]


def verified_fragment(fragment: bytes, verifying: bytes, delegating: bytes, reading: bytes) -> VerifiedKeyFrag:
    """A fragment after its signature was checked against the three public keys; raises :class:`FragmentUnfit`."""
    try:
        unproven = KeyFrag.from_bytes(fragment)
        return unproven.verify(public_key(verifying), public_key(delegating), public_key(reading))
    except (ValueError, VerificationError) as error:
        raise FragmentUnfit from error


def reencrypt_with(capsule: bytes, fragment: VerifiedKeyFrag) -> bytes:
    """What a custodian answers for a capsule; raises :class:`SealBroken` when it is none."""
    return bytes(_reencrypt(_capsule(capsule), fragment))


def reencrypt(capsule: bytes, fragment: bytes, verifying: bytes, delegating: bytes, reading: bytes) -> bytes:
    """Check a fragment and answer with it; raises :class:`FragmentUnfit` and :class:`SealBroken`."""
    return reencrypt_with(capsule, verified_fragment(fragment, verifying, delegating, reading))


def verified_answer(
    answer: bytes, capsule: bytes, verifying: bytes, delegating: bytes, reading: bytes
) -> VerifiedCapsuleFrag:
    """A custodian's answer after its proof was checked; raises :class:`FragmentUnfit` when the custodian lied."""
    try:
        unproven = CapsuleFrag.from_bytes(answer)
        keys = public_key(verifying), public_key(delegating), public_key(reading)
        return unproven.verify(_capsule(capsule), *keys)
    except (ValueError, VerificationError) as error:
        raise FragmentUnfit from error


def open_reencrypted(
    reading: SecretKey, delegating: bytes, capsule: bytes, answers: Sequence[bytes], ciphertext: bytes, verifying: bytes
) -> bytes:
    """Open a share with what custodians answered; false answers are set aside.

    Raises :class:`FragmentsTooFew` when fewer than two are true, :class:`SealBroken` when the ciphertext is not.
    """
    true: dict[bytes, VerifiedCapsuleFrag] = {}
    for answer in answers:
        try:
            true[answer] = verified_answer(answer, capsule, verifying, delegating, public_bytes(reading))
        except FragmentUnfit:
            continue
    if len(true) < NEEDED:
        raise FragmentsTooFew(needed=NEEDED, true=len(true), shown=len(answers))
    try:
        kit = _kit(capsule, ciphertext)
        return kit.decrypt_reencrypted(reading, public_key(delegating), list(true.values())[:NEEDED])
    except ValueError as error:
        raise SealBroken(part="share") from error


def _capsule(capsule: bytes) -> Capsule:
    try:
        return Capsule.from_bytes(capsule)
    except ValueError as error:
        raise SealBroken(part="share") from error


def _kit(capsule: bytes, ciphertext: bytes) -> MessageKit:
    return MessageKit.from_bytes(_KIT + capsule + bytes([_BYTES8, len(ciphertext) & 0xFF]) + ciphertext + _NIL)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody to whom something is sealed: a custodian, or the reader."""

    account: Address
    inbox: bytes


@dataclass(frozen=True, slots=True)
class Reader(Holder):
    """Whoever is to read: account, inbox key (X25519) and reading key (Umbral)."""

    reading: bytes


@dataclass(frozen=True, slots=True)
class ReaderKeys:
    """The reader's own secret keys, on the reader's device."""

    inbox: X25519PrivateKey
    reading: SecretKey


@dataclass(frozen=True, slots=True)
class Handed:
    """Sealed bytes for one holder."""

    holder: Address
    sealed: bytes


@dataclass(frozen=True, slots=True)
class SealedShare:
    """A share of a data key as it stands in a lock, with the public key that it is sealed to."""

    delegating: bytes
    capsule: bytes
    ciphertext: bytes


class Delegation(Protocol):
    """One way of letting a reader open: the patient's device hands something out, the reader opens with what comes."""

    def delegate(self, secret: bytes, reader: Reader) -> tuple[Handed, ...]:
        """Hand out what a secret (32 bytes) gives to a reader."""
        ...

    def open(self, share: SealedShare, answers: Sequence[bytes], keys: ReaderKeys) -> bytes:
        """The share (or data key) that the answers open for the reader."""
        ...


@dataclass(frozen=True, slots=True)
class Reencryption:
    """By custodians: the secret is a category key, answers are re-encryptions. The reader needs ``verifying`` only."""

    verifying: bytes
    custodians: tuple[Holder, ...] = ()
    signer: Signer | None = None

    @classmethod
    def of_patient(cls, signer: Signer, custodians: Sequence[Holder]) -> "Reencryption":
        """The patient's side, with three custodians."""
        return cls(signer.verifying_key().to_compressed_bytes(), tuple(custodians), signer)

    def delegate(self, secret: bytes, reader: Reader) -> tuple[Handed, ...]:
        """A sealed fragment for each custodian; raises :class:`FragmentUnfit` without a signer or three custodians."""
        if self.signer is None or len({holder.account for holder in self.custodians}) != FRAGMENTS:
            raise FragmentUnfit
        made = fragments(_secret(secret), reader.reading, self.signer)
        return tuple(
            Handed(holder.account, seal_letter(holder.inbox, fragment, Use.FRAGMENT))
            for holder, fragment in zip(self.custodians, made, strict=True)
        )

    def open(self, share: SealedShare, answers: Sequence[bytes], keys: ReaderKeys) -> bytes:
        """The share; raises :class:`FragmentsTooFew` and :class:`SealBroken`."""
        return open_reencrypted(
            keys.reading, share.delegating, share.capsule, answers, share.ciphertext, self.verifying
        )


@dataclass(frozen=True, slots=True)
class Rewrap:
    """By the patient's device: the secret is the data key of one version of one file, the answer a letter."""

    place: Place
    sender: Address

    def delegate(self, secret: bytes, reader: Reader) -> tuple[Handed, ...]:
        """One letter to the reader that holds the data key."""
        content = {"kind": "rewrapped", "from": self.sender, **self._about(), "dataKey": b64encode(secret).decode()}
        return (Handed(reader.account, seal_letter(reader.inbox, json.dumps(content).encode())),)

    def open(self, share: SealedShare, answers: Sequence[bytes], keys: ReaderKeys) -> bytes:  # noqa: ARG002
        """The data key out of a letter for this place; raises :class:`SealBroken` when none is."""
        for answer in answers:
            try:
                content = json.loads(open_letter(keys.inbox, answer))
                if content["kind"] == "rewrapped" and self._about().items() <= content.items():
                    return b64decode(content["dataKey"], validate=True)
            except (SealBroken, ValueError, KeyError, TypeError, AttributeError):
                continue
        raise SealBroken(part="letter")

    def _about(self) -> dict[str, str | int]:
        return {"patient": self.place.patient, "file": self.place.file, "version": self.place.version}


def _secret(secret: bytes) -> SecretKey:
    try:
        return SecretKey.from_be_bytes(secret)
    except ValueError as error:
        raise KeyUnfit(kind="Umbral") from error
