"""A million unit codes: how long they take to make, the tree to be taken in, and a proof to be given."""

import argparse
import os
import random
import resource
import tempfile
import time
from pathlib import Path

from measured import keep, percentile
from tcmchain.units.model import trees
from tcmchain.units.model.codes import Serial
from tcmchain.units.readmodel.trees import TreeStore
from tcmchain.units.service.making import Wanted, make
from tcmchain.values import Hash32

TARGETS = {"make_seconds": 60, "proof_p95_ms": 5}


def serials(tree: Path, count: int) -> list[Serial]:
    """All serials of a tree file."""
    raw = tree.read_bytes()
    starts = range(trees.HEADER, trees.HEADER + trees.ENTRY * count, trees.ENTRY)
    return [Serial(int.from_bytes(raw[at : at + 8])) for at in starts]


def taken_in(store: TreeStore, tree: Path) -> Hash32:
    """Hand a tree in as the door does."""
    with store.draft() as draft, tree.open("rb") as reading:
        while part := reading.read(1 << 16):
            draft.write(part)
        return store.keep(draft)[0]


def measure(count: int, proofs: int) -> None:
    """Make codes, take the tree in, ask for proofs and check them against the root."""
    with tempfile.TemporaryDirectory() as folder:
        codes, tree = Path(folder) / "codes.csv", Path(folder) / "units.tree"
        begun = time.perf_counter()
        root = make(Wanted(count, "09520000010010", "HS261007", "https://example.org"), codes, tree)
        made = time.perf_counter() - begun
        used = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
        store = TreeStore(Path(folder) / "units", 1 << 34)
        begun = time.perf_counter()
        assert taken_in(store, tree) == root
        taken = time.perf_counter() - begun
        chosen = random.Random(3).sample(serials(tree, count), proofs)
        times, deepest = [], 0
        for serial in chosen:
            begun = time.perf_counter()
            proof = store.proof(root, serial)
            times.append(1000 * (time.perf_counter() - begun))
            assert proof is not None
            deepest = max(deepest, len(proof.siblings))
            leaf = trees.leaf(trees.entry(serial, proof.address))
            assert trees.root_of(leaf, proof.siblings).hex() == root[2:]
        sizes = {"codes_bytes": codes.stat().st_size, "tree_bytes": tree.stat().st_size}
    figures = {"make_seconds": round(made, 1), "proof_p95_ms": round(percentile(times, 0.95), 3)}
    keep(
        "units_pack",
        units=count,
        processes=os.cpu_count(),
        **figures,
        make_processor_seconds=round(sum(part.ru_utime + part.ru_stime for part in used), 1),
        take_in_seconds=round(taken, 1),
        proof_median_ms=round(percentile(times, 0.5), 3),
        siblings=deepest,
        most_memory_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **sizes,
        targets=TARGETS,
        reached=all(figures[name] <= target for name, target in TARGETS.items()),
    )


def main() -> None:
    """Measure as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--proofs", type=int, default=10_000)
    given = parser.parse_args()
    measure(given.units, given.proofs)


if __name__ == "__main__":
    main()
