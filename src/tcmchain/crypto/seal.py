"""Bodies and facts of files, sealed.

A body is padded, then sealed in chunks of 16 KiB by C2SP chunked encryption, Cobblestone-256
(https://c2sp.org/chunked-encryption: HKDF-SHA-512, AES-256-GCM, 32 bytes of key commitment), so that it streams in
bounded memory and a cut, lengthened or reordered body is noticed. Facts are one AES-256-GCM message.
The browser does the same in ``frontend/src/sealing/seal.mjs``.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tcmchain.crypto.errors import SealBroken, SizeWrong
from tcmchain.values import Address, Hash32

KEY_LENGTH: Final = 32
CHUNK: Final = 16 * 1024
SMALLEST: Final = 1024
"""Bodies are padded to at least this many bytes."""
FACTS_STEP: Final = 256
VAULT_FROM: Final = 256 * 1024
"""Bodies longer than this many bytes are kept once in one relation's vault."""

_LENGTH: Final = 8
_PREFIX: Final = 24 + 32
_TAG: Final = 16
_NONCE: Final = 12
_ZEROS: Final = bytes(1 << 16)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file belongs: what is sealed for one place opens in no other."""

    patient: Address
    file: Hash32
    version: int

    @property
    def bound(self) -> bytes:
        """patient (20 bytes) ‖ file (32 bytes) ‖ version (4 bytes, big-endian)."""
        return bytes.fromhex(self.patient[2:]) + bytes.fromhex(self.file[2:]) + self.version.to_bytes(4, "big")

    @property
    def body_context(self) -> bytes:
        """The context of a body that belongs to this version of this file."""
        return b"tcmchain.file.1" + self.bound

    @property
    def vault_context(self) -> bytes:
        """The context of a body that the patient's files may share."""
        return b"tcmchain.body.1" + bytes.fromhex(self.patient[2:])


def new_data_key() -> bytes:
    """32 fresh random bytes."""
    return os.urandom(KEY_LENGTH)


def padded_size(size: int) -> int:
    """How long a body of ``size`` bytes is before sealing: Padmé (PoPETs 2019/4, §4), at least 1 KiB.

    Eight bytes in front hold the true size. At most 12 % more, and only O(log log size) bits of the size show.
    """
    length = max(size + _LENGTH, SMALLEST)
    exponent = length.bit_length() - 1
    kept = exponent.bit_length()
    step = 1 << (exponent - kept)
    return (length + step - 1) // step * step


def sealed_size(size: int) -> int:
    """How long the seal of a body of ``size`` bytes is."""
    padded = padded_size(size)
    return _PREFIX + padded + (padded // CHUNK + 1) * _TAG


class Sealer:
    """Seals one body given in pieces: :meth:`update` any number of times, then :meth:`finish` once."""

    def __init__(self, size: int, key: bytes, context: bytes) -> None:
        """``size`` is the body's true size in bytes, known beforehand."""
        self._cipher = Cobblestone256Encryptor(key, context)
        self._size = size
        self._given = 0
        self._front = size.to_bytes(_LENGTH, "big")

    def update(self, piece: bytes) -> bytes:
        """Sealed bytes that are ready; raises :class:`SizeWrong`."""
        self._given += len(piece)
        if self._given > self._size:
            raise SizeWrong(size=self._size, given=self._given)
        front, self._front = self._front, b""
        return self._cipher.update(front) + self._cipher.update(piece) if front else self._cipher.update(piece)

    def finish(self) -> Iterator[bytes]:
        """The padding and the end; raises :class:`SizeWrong` when bytes are missing."""
        if self._given != self._size:
            raise SizeWrong(size=self._size, given=self._given)
        if self._front:
            yield self.update(b"")
        left = padded_size(self._size) - self._size - _LENGTH
        while left:
            piece = _ZEROS[:left]
            left -= len(piece)
            yield self._cipher.update(piece)
        yield self._cipher.finalize()


class Opener:
    """Opens one body given in pieces; what :meth:`update` returns is authentic, but only :meth:`finish` says whole."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._cipher = Cobblestone256Decryptor(key, context)
        self._front = b""
        self._size = -1
        self._seen = 0

    def update(self, piece: bytes) -> bytes:
        """Plaintext that is ready, without padding; raises :class:`SealBroken`."""
        try:
            return self._unpadded(self._cipher.update(piece))
        except (InvalidTag, ValueError) as error:
            raise SealBroken(part="body") from error

    def finish(self) -> bytes:
        """The last plaintext; raises :class:`SealBroken` when the body was cut, lengthened or badly padded."""
        try:
            last = self._unpadded(self._cipher.finalize())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(part="body") from error
        if self._size < 0 or self._seen != padded_size(self._size) - _LENGTH:
            raise SealBroken(part="body")
        return last

    def _unpadded(self, plain: bytes) -> bytes:
        if self._size < 0:
            self._front += plain
            if len(self._front) < _LENGTH:
                return b""
            self._size = int.from_bytes(self._front[:_LENGTH], "big")
            plain, self._front = self._front[_LENGTH:], b""
        true = max(0, min(len(plain), self._size - self._seen))
        self._seen += len(plain)
        if true == len(plain):
            return plain
        if plain.count(0, true) != len(plain) - true:
            raise SealBroken(part="body")
        return plain[:true]


def seal_stream(source: Iterable[bytes], size: int, key: bytes, context: bytes) -> Iterator[bytes]:
    """Seal a body of ``size`` bytes piece by piece; raises :class:`SizeWrong`."""
    sealer = Sealer(size, key, context)
    for piece in source:
        yield sealer.update(piece)
    yield from sealer.finish()


def open_stream(source: Iterable[bytes], key: bytes, context: bytes) -> Iterator[bytes]:
    """Open a body piece by piece; raises :class:`SealBroken`, at the end only when the body was cut."""
    opener = Opener(key, context)
    for piece in source:
        yield opener.update(piece)
    yield opener.finish()


def seal_body(body: bytes, key: bytes, context: bytes) -> bytes:
    """Seal a body that is in memory as a whole."""
    return b"".join(seal_stream((body,), len(body), key, context))


def open_body(sealed: bytes, key: bytes, context: bytes) -> bytes:
    """Open a body that is in memory as a whole; raises :class:`SealBroken`."""
    return b"".join(open_stream((sealed,), key, context))


def pad_facts(facts: bytes) -> bytes:
    """JSON of facts with spaces behind, to a multiple of 256 bytes: what is sealed and what its commitment hashes."""
    return facts + b" " * (-len(facts) % FACTS_STEP)


def seal_facts(padded: bytes, data_key: bytes, place: Place) -> bytes:
    """Seal the padded facts of a file: nonce (12 bytes) ‖ AES-256-GCM."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_facts_key(data_key)).encrypt(nonce, padded, place.bound)


def open_facts(sealed: bytes, data_key: bytes, place: Place) -> bytes:
    """The padded facts of a file; raises :class:`SealBroken`."""
    if len(sealed) < _NONCE + _TAG:
        raise SealBroken(part="facts")
    try:
        return AESGCM(_facts_key(data_key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.bound)
    except InvalidTag as error:
        raise SealBroken(part="facts") from error


def _facts_key(data_key: bytes) -> bytes:
    return HKDF(SHA256(), KEY_LENGTH, None, b"tcmchain.facts.1").derive(data_key)
