"""Sealing and storing a file of 100 MiB, against the least that such a thing can cost on the same machine.

The least: AES-256-GCM over each mebibyte, SHA-256 over what came out, and the same blocks written with as many fsyncs.
"""

import asyncio
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from measured import keep
from tcmchain.crypto.seal import seal_stream
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.store import add_stream

SIZE: Final = 100 << 20
PIECE: Final = 1 << 20
ROUNDS: Final = 16
KEY: Final = b"k" * 32


def pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece


async def sealed_and_stored(file: Path, folder: Path) -> tuple[float, int, int]:
    """Seconds, blocks and fsyncs."""
    store = LocalBlocks(folder)
    started = time.perf_counter()

    async def sealed() -> AsyncIterator[bytes]:
        for piece in seal_stream(pieces(file), SIZE, KEY, b"context"):
            yield piece

    await add_stream(store, sealed())
    taken = time.perf_counter() - started
    blocks, fsyncs = sum(1 for _ in store.names()), store.fsyncs
    await store.close()
    return taken, blocks, fsyncs


def least(file: Path, folder: Path, blocks: int, fsyncs: int) -> float:
    """Seconds that the parts cost alone."""
    started = time.perf_counter()
    cipher = AESGCM(KEY)
    written = 0
    for number, piece in enumerate(pieces(file)):
        block = cipher.encrypt(number.to_bytes(12, "big"), piece, None)
        _write(folder / hashlib.sha256(block).hexdigest(), block)
        written += 1
    for _ in range(written, blocks):
        _write(folder / f"node-{_}", b"n" * 5000)
    through = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(blocks, fsyncs):
        os.fsync(through)
    os.close(through)
    return time.perf_counter() - started


def _write(path: Path, block: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(descriptor, block)
    os.fdatasync(descriptor)
    os.close(descriptor)


def _held(kind: str) -> float:
    """MiB: VmRSS now, VmHWM at most. The kernel's counts of a process, which start anew with it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def memory(file: Path) -> float:
    """MiB over idle that sealing and storing needs at its peak, in a process of its own."""
    told = subprocess.run(
        [sys.executable, __file__, "memory", str(file)], capture_output=True, text=True, check=True, timeout=120
    )
    return float(told.stdout)


def _memory_of(file: Path) -> None:
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        idle = _held("VmRSS")
        asyncio.run(sealed_and_stored(file, Path(folder)))
        print(_held("VmHWM") - idle)


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "file"
        with file.open("wb") as made:
            for _ in range(SIZE // PIECE):
                made.write(os.urandom(PIECE))
        ours, parts, blocks, fsyncs = [], [], 0, 0
        for number in range(ROUNDS):
            with tempfile.TemporaryDirectory(dir=home) as first, tempfile.TemporaryDirectory(dir=home) as second:
                taken, blocks, fsyncs = asyncio.run(sealed_and_stored(file, Path(first)))
                alone = least(file, Path(second), blocks, fsyncs)
            if number:
                ours.append(taken)
                parts.append(alone)
        keep(
            "seal",
            mebibytes=SIZE >> 20,
            rounds=len(ours),
            blocks=blocks,
            fsyncs=fsyncs,
            sealed_and_stored_s=round(statistics.median(ours), 3),
            parts_alone_s=round(statistics.median(parts), 3),
            share_of_parts_percent=round(100 * statistics.median(p / o for p, o in zip(parts, ours, strict=True)), 1),
            least_percent=70,
            peak_over_idle_mib=round(memory(file), 1),
            most_mib=128,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        _memory_of(Path(sys.argv[2]))
    else:
        main()
