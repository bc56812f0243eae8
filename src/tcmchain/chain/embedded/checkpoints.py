"""Checkpoints: the executor's whole state at a block, so that a start need not replay the log from its beginning.

A file is one line of JSON (what it is, and its SHA-256) and the state as the executor dumped it. It is written
beside, brought onto the disk and renamed; two are kept, as the newer may turn out damaged.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

_KEPT: Final = 2
_SUFFIX: Final = ".checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state after block ``number``."""

    number: int
    hash: bytes
    state: bytes


class Checkpoints:
    """The checkpoints of one chain in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint; the two newest remain."""
        about = {
            "number": checkpoint.number,
            "hash": checkpoint.hash.hex(),
            "sha256": hashlib.sha256(checkpoint.state).hexdigest(),
        }
        final = self._folder / f"{checkpoint.number:012d}{_SUFFIX}"
        beside = final.with_suffix(".part")
        with beside.open("wb") as file:
            file.write(orjson.dumps(about) + b"\n")
            file.write(checkpoint.state)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(final)
        _sync_folder(self._folder)
        for old in self._files()[_KEPT:]:
            old.unlink()

    def valid(self) -> Iterator[Checkpoint]:
        """Undamaged checkpoints, the newest first."""
        for file in self._files():
            found = _read(file)
            if found is not None:
                yield found

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_SUFFIX}"), reverse=True)


def _read(file: Path) -> Checkpoint | None:
    try:
        first, _, state = file.read_bytes().partition(b"\n")
        about = orjson.loads(first)
        if hashlib.sha256(state).hexdigest() != about["sha256"]:
            return None
        return Checkpoint(int(about["number"]), bytes.fromhex(about["hash"]), state)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
