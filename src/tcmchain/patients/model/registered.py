"""What the chain says of patients and readers; none of it names a person."""

from dataclasses import dataclass
from typing import Final

from tcmchain.values import Address, Hash32, UnixTime

INBOX_BYTES: Final = 32
"""An X25519 public key (RFC 7748)."""
POINT_BYTES: Final = 33
"""A compressed point of secp256k1 (SEC 1)."""
MOST_KEYS: Final = 32
MOST_GUARDIANS: Final = 15


@dataclass(frozen=True, slots=True)
class CategoryKey:
    """The public key of one category in one epoch; ``label`` is the category's opaque name."""

    label: Hash32
    epoch: int
    key: bytes
    by: Address
    set: UnixTime


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who may act for a patient until a time."""

    account: Address
    until: UnixTime


@dataclass(frozen=True, slots=True)
class Guardianship:
    """Who helps when keys are lost: ``needed`` of the accounts, then ``delay`` seconds in which to object.

    ``backup`` is the SHA-256 of the sealed words that the guardians' shares open.
    """

    guardians: tuple[Address, ...]
    needed: int
    delay: int
    backup: Hash32


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery underway; ``ready`` is 0 as long as too few guardians agreed."""

    round: int
    account: Address
    inbox: bytes
    supporters: tuple[Address, ...]
    ready: UnixTime


@dataclass(frozen=True, slots=True)
class Patient:
    """A pseudonym, and what stands on the chain of it; ``controller`` is the account that acts for it.

    ``controller_inbox`` is empty until a recovery put another account in charge.
    """

    account: Address
    controller: Address
    commitment: Hash32
    inbox: bytes
    registered: UnixTime
    controller_inbox: bytes = b""
    keys: tuple[CategoryKey, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    guardianship: Guardianship | None = None
    recovery: Recovery | None = None

    def epoch_of(self, label: Hash32) -> int:
        """The last epoch of a label; 0 when it has no key."""
        return max((found.epoch for found in self.keys if found.label == label), default=0)

    def key_of(self, label: Hash32, epoch: int | None = None) -> CategoryKey | None:
        """The key of an epoch, of the last one by default."""
        wanted = self.epoch_of(label) if epoch is None else epoch
        return next((found for found in self.keys if found.label == label and found.epoch == wanted), None)

    def may_act(self, account: Address, at: UnixTime) -> bool:
        """Whether an account acts for the patient at a moment: its own, or a proxy's."""
        if account == self.controller:
            return True
        return any(proxy.account == account and at <= proxy.until for proxy in self.proxies)


@dataclass(frozen=True, slots=True)
class Reader:
    """The keys under which an account reads: Umbral (33 bytes) and X25519 (32 bytes)."""

    account: Address
    reading_key: bytes
    inbox: bytes
    published: UnixTime


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that is to come into force as the next epoch of its label."""

    label: Hash32
    epoch: int
    key: bytes


@dataclass(frozen=True, slots=True)
class Registration:
    """The public parts that a patient's device makes."""

    commitment: Hash32
    inbox: bytes
    keys: tuple[NewKey, ...] = ()
