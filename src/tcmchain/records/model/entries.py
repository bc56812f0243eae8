"""Entries of a folder as they stand on the chain."""

from dataclasses import dataclass
from typing import Final

from tcmchain.values import ZERO_HASH, Address, BlockNumber, Hash32, MemberId, UnixTime

NO_GRANT: Final = ZERO_HASH


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a file, as it is appended; hashes are SHA-256."""

    patient: Address
    file: Hash32
    version: int
    envelope: Hash32
    lock: Hash32
    facts: Hash32


@dataclass(frozen=True, slots=True)
class Appended:
    """An entry that stands: ``number`` in the folder, from 1; ``member`` is ``None`` when the patient supplied it."""

    entry: Entry
    number: int
    head: Hash32
    author: Address
    member: MemberId | None
    block: BlockNumber
    at: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What remains of an erased file."""

    patient: Address
    file: Hash32
    versions: int
    by: Address
    block: BlockNumber
    at: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Folder:
    """How many entries a folder has, and its rolling head."""

    patient: Address
    count: int
    head: Hash32
