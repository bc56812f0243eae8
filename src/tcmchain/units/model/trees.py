"""The public tree of a lot's units: what is hashed how, and how the file is laid out.

A tree file is the eight bytes ``TCMUNIT1``, the count of units as eight bytes big-endian, and one entry of 28 bytes a
unit by ascending serial: the serial as eight bytes, and the address of the unit's key as twenty. It holds no secret.
A leaf is SHA-256(SHA-256(serial and address as two 32-byte words)); an inner node the SHA-256 of its two children, the
lesser first; the last of an odd level goes up unhashed.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tcmchain.units.model.codes import SERIALS, Serial
from tcmchain.units.model.errors import TreeTorn

MAGIC: Final = b"TCMUNIT1"
HEADER: Final = 16
ENTRY: Final = 28
HASH: Final = 32
DEEPEST: Final = 32
"""Levels that the contract follows."""

MOST_UNITS: Final = 1 << DEEPEST

_sha256 = hashlib.sha256
_WORDS: Final = struct.Struct(">24x8s12x20s")


def header(count: int) -> bytes:
    """The first bytes of a tree file."""
    return MAGIC + count.to_bytes(8)


def read_header(raw: bytes, size: int) -> int:
    """How many units a file of ``size`` bytes has that begins so; raises ``TreeTorn``."""
    if len(raw) < HEADER or raw[:8] != MAGIC:
        raise TreeTorn(reason="header")
    count = int.from_bytes(raw[8:HEADER])
    if not 0 < count <= MOST_UNITS or size != HEADER + ENTRY * count:
        raise TreeTorn(reason="length")
    return count


def entry(serial: int, address: bytes) -> bytes:
    """One entry; ``address`` has twenty bytes."""
    return serial.to_bytes(8) + address


def leaf(entry: bytes) -> bytes:
    """The leaf of an entry."""
    return _sha256(_sha256(_WORDS.pack(entry[:8], entry[8:])).digest()).digest()


def leaves(entries: bytes, after: int = -1) -> tuple[bytes, int]:
    """The leaves of whole entries, and the last serial; raises ``TreeTorn`` unless they ascend from ``after``."""
    found = []
    for at in range(0, len(entries), ENTRY):
        one = entries[at : at + ENTRY]
        serial = int.from_bytes(one[:8])
        if not after < serial < SERIALS:
            raise TreeTorn(reason="order")
        after = serial
        found.append(leaf(one))
    return b"".join(found), after


def parents(level: bytes) -> bytes:
    """The level above an even number of nodes."""
    found = []
    for at in range(0, len(level), 2 * HASH):
        left, right = level[at : at + HASH], level[at + HASH : at + 2 * HASH]
        found.append(_sha256(left + right if left < right else right + left).digest())
    return b"".join(found)


def levels(count: int) -> Iterator[int]:
    """How many nodes each level has, from the leaves to the root."""
    yield count
    while count > 1:
        count = (count + 1) // 2
        yield count


def siblings(at: int, sizes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Level and place of each node of a leaf's proof."""
    for level, size in enumerate(sizes):
        beside = at ^ 1
        if beside < size and size > 1:
            yield level, beside
        at //= 2


def root_of(leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that a proof leads to."""
    for sibling in proof:
        leaf = parents(leaf + sibling)
    return leaf


def place_of(entries: bytes | memoryview, serial: Serial, count: int) -> int | None:
    """Which of ``count`` entries has a serial, by halving."""
    wanted = serial.to_bytes(8)
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if bytes(entries[middle * ENTRY : middle * ENTRY + 8]) < wanted:
            low = middle + 1
        else:
            high = middle
    found = low < count and bytes(entries[low * ENTRY : low * ENTRY + 8]) == wanted
    return low if found else None
