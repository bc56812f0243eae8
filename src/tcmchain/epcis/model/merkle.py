"""Trees over event hashes, as the contract Epcis and OpenZeppelin's MerkleProof read them.

A leaf is keccak256(keccak256(hash)); pairs are hashed in ascending order; the last of an odd row rises unpaired.
"""

from collections.abc import Sequence

from eth_hash.auto import keccak

Rows = tuple[tuple[bytes, ...], ...]


def leaf_of(digest: bytes) -> bytes:
    """The leaf of an event's SHA-256 (32 bytes)."""
    return keccak(keccak(digest))


def tree_of(digests: Sequence[bytes]) -> Rows:
    """All rows of a tree, leaves first; raises ``ValueError`` for no leaves."""
    if not digests:
        raise ValueError("a tree of nothing")
    rows = [tuple(leaf_of(digest) for digest in digests)]
    while len(rows[-1]) > 1:
        row = rows[-1]
        paired = [_pair(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        rows.append((*paired, row[-1]) if len(row) % 2 else tuple(paired))
    return tuple(rows)


def root_of(rows: Rows) -> bytes:
    """The root of a tree."""
    return rows[-1][0]


def proof_of(rows: Rows, position: int) -> list[bytes]:
    """Siblings of a leaf from the leaf up."""
    found = []
    for row in rows[:-1]:
        sibling = position ^ 1
        if sibling < len(row):
            found.append(row[sibling])
        position //= 2
    return found


def proves(root: bytes, digest: bytes, proof: Sequence[bytes]) -> bool:
    """Whether siblings lead from an event to the root."""
    at = leaf_of(digest)
    for sibling in proof:
        at = _pair(at, sibling)
    return at == root


def _pair(left: bytes, right: bytes) -> bytes:
    return keccak(left + right) if left < right else keccak(right + left)
