"""Everything a person's twelve words give: accounts, category keys, inboxes, labels, one set for each relation.

Words are BIP-39 (English or simplified Chinese), accounts BIP-32 at ``m/44'/60'/{relation}'/0/0``; all other keys are
HKDF-SHA256 (RFC 5869) of the 64-byte seed under names of their own, so that none of them leads to another.
The browser derives the same in ``frontend/src/sealing/keys.mjs``.
"""

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from coincurve import PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from eth_account.hdaccount import key_from_seed
from eth_account.hdaccount.mnemonic import Mnemonic
from eth_account.types import Language
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from nucypher_core.umbral import SecretKey, Signer

from tcmchain.crypto.categories import Category
from tcmchain.crypto.digest import identity_commitment
from tcmchain.crypto.errors import KeyUnfit, WordsUnknown
from tcmchain.values import Address, Hash32

ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The order of secp256k1's group (SEC 2)."""

_SALT: Final = b"tcmchain.keys.1"
_LISTS: Final = (Language.ENGLISH, Language.CHINESE_SIMPLIFIED)


def derive(seed: bytes, name: str, length: int) -> bytes:
    """``length`` bytes of HKDF-SHA256 over the seed under a name."""
    return HKDF(SHA256(), length, _SALT, name.encode()).derive(seed)


def scalar(material: bytes) -> bytes:
    """A secp256k1 key from 48 uniform bytes: their number modulo (order - 1), plus one (RFC 9380 §5 for the bias)."""
    return (int.from_bytes(material, "big") % (ORDER - 1) + 1).to_bytes(32, "big")


def address_of(private_key: bytes) -> Address:
    """The EIP-55 address of a secp256k1 key (32 bytes)."""
    public = PrivateKey(private_key).public_key.format(compressed=False)
    return Address(to_checksum_address(keccak(public[1:])[-20:]))


def plain_words(words: str) -> str:
    """Words as BIP-39 spells them (NFKD, lower case, single spaces); Chinese ones may be given without spaces.

    Raises :class:`WordsUnknown` when they are none.
    """
    text = " ".join(unicodedata.normalize("NFKD", words).lower().split())
    if all("\u4e00" <= letter <= "\u9fff" or letter == " " for letter in text):
        text = " ".join(text.replace(" ", ""))
    if not any(_list(language).is_mnemonic_valid(text) for language in _LISTS):
        raise WordsUnknown
    return text


@cache
def _list(language: Language) -> Mnemonic:
    return Mnemonic(language)


def reading_key(private: bytes) -> SecretKey:
    """An Umbral key from its 32 bytes; raises :class:`KeyUnfit`."""
    try:
        return SecretKey.from_be_bytes(private)
    except ValueError as error:
        raise KeyUnfit(kind="Umbral") from error


@dataclass(frozen=True, slots=True)
class Relation:
    """The keys of one relation of a patient with an institution; number 0 is the wallet's ordinary account."""

    _seed: bytes = field(repr=False)
    number: int

    @property
    def account_key(self) -> bytes:
        """The account's private key, 32 bytes."""
        return bytes(key_from_seed(self._seed, f"m/44'/60'/{self.number}'/0/0"))

    @property
    def account(self) -> Address:
        """The account: the patient's pseudonym in this relation."""
        return address_of(self.account_key)

    def label(self, category: Category) -> Hash32:
        """The opaque name under which a category's keys stand on the chain."""
        return Hash32("0x" + self._derive(f"label/{category}", 32).hex())

    def category_key(self, category: Category, epoch: int) -> SecretKey:
        """The Umbral key to which a category's files are sealed in an epoch (from 1)."""
        return SecretKey.from_be_bytes(scalar(self._derive(f"category/{category}/epoch/{epoch}", 48)))

    @property
    def inbox(self) -> X25519PrivateKey:
        """The key that opens letters to this account."""
        return X25519PrivateKey.from_private_bytes(self._derive("inbox", 32))

    @property
    def reading(self) -> SecretKey:
        """The Umbral key that fragments of others' category keys are made for."""
        return SecretKey.from_be_bytes(scalar(self._derive("reading", 48)))

    @property
    def fragment_signer(self) -> Signer:
        """Signs the fragments that this patient hands to custodians."""
        return Signer(SecretKey.from_be_bytes(scalar(self._derive("fragments", 48))))

    @property
    def vault_key(self) -> bytes:
        """Names equal bodies inside this relation only (32 bytes)."""
        return self._derive("vault", 32)

    @property
    def id_salt(self) -> bytes:
        """What hides the id number in its commitment (32 bytes)."""
        return self._derive("id-salt", 32)

    def identity(self, id_number: str) -> Hash32:
        """The commitment of an id number in this relation."""
        return identity_commitment(id_number, self.id_salt)

    def _derive(self, name: str, length: int) -> bytes:
        return derive(self._seed, f"relation/{self.number}/{name}", length)


@dataclass(frozen=True, slots=True)
class Vault:
    """A person's seed, on the person's own device or in a test; never on a server."""

    _seed: bytes = field(repr=False)

    @classmethod
    def from_words(cls, words: str, passphrase: str = "") -> "Vault":
        """Open with BIP-39 words; raises :class:`WordsUnknown`."""
        return cls(Mnemonic.to_seed(plain_words(words), passphrase))

    def relation(self, number: int) -> Relation:
        """The keys of one relation; number is at least 0."""
        if not 0 <= number < 1 << 31:
            raise KeyUnfit(kind="relation")
        return Relation(self._seed, number)
