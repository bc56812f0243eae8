"""Rights to one review: what is signed, and the two hashes of the patient's secret."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eth_utils.crypto import keccak

from tcmchain.values import Address, FormulaId, Hash32, MemberId, UnixTime

OPEN_DAYS: Final = 90
"""How long a voucher can be used after the course."""

LONGEST_COURSE: Final = 90
_WORD: Final = 32


class Relation(StrEnum):
    """What a patient declares at the desk to be to those who wrote, dispensed or shared."""

    NONE = "none"
    PRESCRIBER = "prescriber"
    STAFF = "staff"
    HOUSEHOLD = "household"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Voucher:
    """A right to one review of a version, in the order in which the contract Reviews hashes it (EIP-712)."""

    formula: FormulaId
    version: int
    nullifier: Hash32
    reviewer: Address
    name: Hash32
    member: MemberId
    opens: UnixTime
    closes: UnixTime


@dataclass(frozen=True, slots=True)
class SignedVoucher:
    """A voucher with the signature of the member that dispensed, ``0x`` hex of 65 bytes."""

    voucher: Voucher
    signature: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many dispensings with a voucher a member had, in the order in which the contract hashes it."""

    chain: int
    source: Address
    member: MemberId
    count: int


@dataclass(frozen=True, slots=True)
class Dispensing:
    """A prescription that was dispensed, as the chain tells it; ``voucher`` is ``None`` where none was wanted."""

    prescription: Hash32
    member: MemberId
    voucher: Hash32 | None
    prescriber: Address
    account: Address
    happened: UnixTime
    tx: Hash32


def voucher_commitment(secret: bytes) -> Hash32:
    """What the patient brings to the pharmacy: ``keccak256(abi.encode("voucher", secret))``."""
    return _hash("voucher", secret)


def nullifier_of(secret: bytes) -> Hash32:
    """What makes a voucher usable once: ``keccak256(abi.encode("review", secret))``."""
    return _hash("review", secret)


def _hash(word: str, secret: bytes) -> Hash32:
    if len(secret) != _WORD:
        raise ValueError("a secret has 32 bytes")
    raw = word.encode()
    head = (2 * _WORD).to_bytes(_WORD, "big") + secret
    return Hash32("0x" + keccak(head + len(raw).to_bytes(_WORD, "big") + raw.ljust(_WORD, b"\0")).hex())
