"""Commitments and digests: what a chain may know of a record, a person or a grant."""

import hashlib
import hmac
from typing import Final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tcmchain.values import Address, Hash32, UnixTime

_TERMS: Final = keccak(
    text="Terms(bytes32 salt,address grantee,bytes readingKey,bytes32 label,uint8 rights,string purpose,uint64 until)"
)
_WRITER: Final = keccak(text="Writer(bytes32 salt)")
_PASSER: Final = keccak(text="Passer(bytes32 salt)")


def sha256(content: bytes) -> Hash32:
    """SHA-256 (FIPS 180-4), as the chains keep it."""
    return Hash32("0x" + hashlib.sha256(content).hexdigest())


def identity_commitment(id_number: str, salt: bytes) -> Hash32:
    """SHA-256 of an id number and 32 secret bytes; without the salt nobody can try numbers out."""
    return sha256(id_number.encode() + salt)


def terms_hash(
    salt: Hash32, grantee: Address, reading_key: bytes, label: Hash32, rights: int, purpose: str, until: UnixTime
) -> Hash32:
    """What stands on the chain of a grant's terms; whoever knows them can show that they are the ones."""
    return _keccak_of(
        ("bytes32", "bytes32", "address", "bytes32", "bytes32", "uint8", "bytes32", "uint64"),
        (
            _TERMS,
            _raw(salt),
            grantee,
            keccak(reading_key),
            _raw(label),
            rights,
            keccak(text=purpose),
            until,
        ),
    )


def writer_hash(salt: Hash32, member: Hash32) -> Hash32:
    """Names the member that may append under a grant, to those who know its salt."""
    return _keccak_of(("bytes32", "bytes32"), (_raw(writer_salt(salt)), _raw(member)))


def passer_hash(salt: Hash32, grantee: Address) -> Hash32:
    """Names the account that may pass a grant on, to those who know its salt."""
    return _keccak_of(("bytes32", "address"), (_raw(passer_salt(salt)), grantee))


def writer_salt(salt: Hash32) -> Hash32:
    """What is shown on the chain at each append: opens the writer, and not the terms."""
    return _keccak_of(("bytes32", "bytes32"), (_WRITER, _raw(salt)))


def passer_salt(salt: Hash32) -> Hash32:
    """What is shown on the chain when a grant is passed on: opens the passer, and neither terms nor writer."""
    return _keccak_of(("bytes32", "bytes32"), (_PASSER, _raw(salt)))


def whom_hash(salt: Hash32, patient: Address) -> Hash32:
    """Names the patient that a request is meant for, to those who know its salt."""
    return _keccak_of(("bytes32", "address"), (_raw(salt), patient))


def vault_tag(vault_key: bytes, plaintext_sha256: bytes) -> Hash32:
    """The name under which equal bodies of one relation are found; means nothing without the vault key."""
    return Hash32("0x" + hmac.digest(vault_key, b"tag" + plaintext_sha256, "sha256").hex())


def vault_body_key(vault_key: bytes, plaintext_sha256: bytes) -> bytes:
    """The key that seals equal bodies of one relation (32 bytes)."""
    return hmac.digest(vault_key, b"key" + plaintext_sha256, "sha256")


def _raw(value: Hash32) -> bytes:
    return bytes.fromhex(value[2:])


def _keccak_of(types: tuple[str, ...], values: tuple[object, ...]) -> Hash32:
    return Hash32("0x" + keccak(encode(types, values)).hex())
