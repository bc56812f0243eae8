"""The CID of a file, against SHA-256 over the same bytes in the same run: what the tree, the names and the nodes cost.

Both read the same bytes in leaves of 1 MiB. The peer is hashlib's SHA-256 fed with those leaves, which nothing that
names them by SHA-256 can undercut. Rounds alternate, and the median of their ratios counts.
"""

import hashlib
import os
import statistics
import time
from typing import Final

from measured import keep
from tcmchain.ipfs.unixfs import LEAF, Tree, leaf_link
from tcmchain.values import Cid

LEAVES: Final = 64
ROUNDS: Final = 41
TARGET: Final = 0.9


def own(leaves: list[bytes]) -> Cid:
    tree = Tree()
    for leaf in leaves:
        for _ in tree.add(leaf_link(leaf)):
            pass
    for _ in tree.finish():
        pass
    return tree.root


def plain(leaves: list[bytes]) -> bytes:
    digest = hashlib.sha256()
    for leaf in leaves:
        digest.update(leaf)
    return digest.digest()


def main() -> None:
    leaves = [os.urandom(LEAF) for _ in range(LEAVES)]
    own(leaves[:8])
    plain(leaves[:8])
    ratios, ours, theirs = [], [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        own(leaves)
        between = time.process_time()
        plain(leaves)
        ended = time.process_time()
        ours.append(between - began)
        theirs.append(ended - between)
        ratios.append(theirs[-1] / ours[-1])
    ratio = statistics.median(ratios)
    keep(
        "cid",
        mebibytes=LEAVES,
        own_mebibytes_per_second=round(LEAVES / statistics.median(ours)),
        sha256_mebibytes_per_second=round(LEAVES / statistics.median(theirs)),
        ratio=round(ratio, 3),
        target_ratio=TARGET,
        reached=ratio >= TARGET,
    )


if __name__ == "__main__":
    main()
