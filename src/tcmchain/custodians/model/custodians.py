"""Who keeps fragments: custodians as the chain has them."""

from dataclasses import dataclass

from tcmchain.values import Address, BlockNumber, Hash32, MemberId, UnixTime


@dataclass(frozen=True, slots=True)
class Custodian:
    """A custodian: its account, the member that runs it, its inbox key (X25519, 32 bytes) and where it listens.

    ``retired`` is the moment from which on it serves no longer, ``None`` while it serves; ``batches`` and
    ``receipts`` count what it anchored.
    """

    account: Address
    member: MemberId
    inbox: bytes
    url: str
    enrolled: UnixTime
    tx: Hash32
    retired: UnixTime | None = None
    batches: int = 0
    receipts: int = 0


@dataclass(frozen=True, slots=True)
class Root:
    """A root over receipts as the chain has it."""

    custodian: Address
    batch: int
    root: Hash32
    count: int
    at: UnixTime
    block: BlockNumber
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Health:
    """How a custodian answered just now: ``trouble`` is ``None`` when it serves."""

    account: Address
    member: MemberId
    url: str
    trouble: str | None
