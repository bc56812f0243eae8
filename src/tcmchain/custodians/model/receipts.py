"""What a custodian states, under its signature, of every asking that it decided."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from eth_hash.auto import keccak

from tcmchain.values import Address, BlockNumber, Hash32, UnixTime


class Outcome(IntEnum):
    """What became of an asking. 1 to 5 are the numbers of the contract's ``Reading``."""

    SERVED = 0
    UNKNOWN_GRANT = 1
    WITHDRAWN = 2
    EXPIRED = 3
    WRONG_TERMS = 4
    SUSPENDED = 5
    NOT_GRANTEE = 6
    NO_RIGHT = 7
    WRONG_LOCK = 8
    NO_FILE = 9
    NOT_IN_LOCK = 10
    NO_FRAGMENT = 11
    FRAGMENT_UNFIT = 12
    NOT_RELEASED = 13
    OUT_OF_SERVICE = 14

    @property
    def word(self) -> str:
        """As doors spell it."""
        return self.name.lower().replace("_", "-")


@lru_cache(maxsize=1024)
def purpose_hash(purpose: str) -> Hash32:
    """Keccak of a purpose's words: receipts do not say it to whoever does not know it."""
    return Hash32("0x" + keccak(purpose.encode()).hex())


EMERGENCY: Final = purpose_hash("emergency")
"""The purpose in receipts of break-glass."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decided asking, before it has a number: who asked for which version of whose file under which grant.

    ``patient`` is zero when the grant is not known; ``grant`` is the break-glass in an emergency; ``block`` is the
    newest block when the chain was asked, ``at`` the custodian's own clock.
    """

    patient: Address
    file: Hash32
    version: int
    grant: Hash32
    reader: Address
    outcome: Outcome
    purpose: Hash32
    block: BlockNumber
    at: UnixTime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A decision as a custodian's receipt; numbers begin with 1 and have no gaps."""

    custodian: Address
    number: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Signed:
    """A receipt with its EIP-712 digest (32 bytes) and the custodian's signature, r ‖ s ‖ v as ``0x`` hex."""

    receipt: Receipt
    digest: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class Proven:
    """A signed receipt and, once its root is on the chain, the root's number and the siblings that lead to it."""

    signed: Signed
    batch: int | None = None
    siblings: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Receipts ``first`` to ``last`` under one root; ``tx`` is ``None`` until the chain has it."""

    number: int
    first: int
    last: int
    root: bytes
    tx: Hash32 | None = None

    @property
    def count(self) -> int:
        """How many receipts."""
        return self.last - self.first + 1
