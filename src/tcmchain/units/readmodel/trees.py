"""Tree files on disk: the entries as they came, with all levels above them, read by ``mmap``."""

import mmap
import os
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Final

from tcmchain.units.model import trees
from tcmchain.units.model.codes import Serial
from tcmchain.units.model.errors import StoreFull, TreeMissing, TreeTorn
from tcmchain.values import Hash32

_AT_ONCE: Final = 8192
_MAPPED: Final = 32
_SUFFIX: Final = ".tree"


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a serial belongs to a root: the address of its key, and the siblings up to the root."""

    address: bytes
    siblings: tuple[bytes, ...]


class _Tree:
    """One file, mapped."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        self.count = int.from_bytes(self._map[8 : trees.HEADER])
        self._sizes = tuple(trees.levels(self.count))
        self._entries = memoryview(self._map)[trees.HEADER : self.length]
        starts, at = [], self.length
        for size in self._sizes:
            starts.append(at)
            at += size * trees.HASH
        self._starts = tuple(starts)

    @property
    def length(self) -> int:
        """Bytes of the file as its maker sent it."""
        return trees.HEADER + trees.ENTRY * self.count

    def proof(self, serial: Serial) -> Proof | None:
        at = trees.place_of(self._entries, serial, self.count)
        if at is None:
            return None
        one = bytes(self._entries[at * trees.ENTRY : (at + 1) * trees.ENTRY])
        siblings = (self._node(level, place) for level, place in trees.siblings(at, self._sizes))
        return Proof(one[8:], tuple(siblings))

    def _node(self, level: int, place: int) -> bytes:
        at = self._starts[level] + place * trees.HASH
        return self._map[at : at + trees.HASH]


class TreeStore:
    """All trees of a node, each under its root; what is written is whole before it gets its name.

    ``limit`` is how many bytes the folder may hold.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._limit = limit
        self._lock = Lock()
        self._mapped: OrderedDict[Hash32, _Tree] = OrderedDict()

    def has(self, root: Hash32) -> bool:
        """Whether the tree is here."""
        return self._file(root).exists()

    def count(self, root: Hash32) -> int:
        """How many units a tree has; raises ``TreeMissing``."""
        return self._tree(root).count

    def proof(self, root: Hash32, serial: Serial) -> Proof | None:
        """The proof of a serial, ``None`` when the tree has no such unit; raises ``TreeMissing``."""
        return self._tree(root).proof(serial)

    def entries(self, root: Hash32) -> tuple[Path, int]:
        """The file, and how many bytes from its beginning are what its maker sent; raises ``TreeMissing``."""
        return self._file(root), self._tree(root).length

    @contextmanager
    def draft(self) -> Iterator[BinaryIO]:
        """A nameless file to write a tree into; it is gone afterwards unless :meth:`keep` took it."""
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".draft", delete=False) as file:
            try:
                yield file  # type: ignore[misc]
            finally:
                Path(file.name).unlink(missing_ok=True)

    def keep(self, draft: BinaryIO, wanted: Hash32 | None = None) -> tuple[Hash32, int]:
        """Check a draft, build the levels above it and keep it under its root; answers root and count.

        Raises ``TreeTorn``, also for another root than the one ``wanted``, and ``StoreFull``. A tree that is here
        already stays as it is.
        """
        draft.flush()
        file = Path(draft.name)
        size = file.stat().st_size
        with file.open("rb") as reading:
            count = trees.read_header(reading.read(trees.HEADER), size)
            whole = size + trees.HASH * sum(trees.levels(count))
            if self._used() + whole > self._limit:
                raise StoreFull(limit=self._limit)
            with file.open("ab") as writing:
                root = _build(reading, writing, count)
                writing.flush()
                os.fsync(writing.fileno())
        if wanted not in (None, root):
            raise TreeTorn(reason="root")
        if not self.has(root):
            file.replace(self._file(root))
        return root, count

    def _used(self) -> int:
        return sum(file.stat().st_size for file in self._folder.glob(f"*{_SUFFIX}"))

    def _file(self, root: Hash32) -> Path:
        return self._folder / f"{root[2:]}{_SUFFIX}"

    def _tree(self, root: Hash32) -> _Tree:
        with self._lock:
            found = self._mapped.get(root)
            if found is None:
                file = self._file(root)
                if not file.exists():
                    raise TreeMissing(root=root)
                found = self._mapped[root] = _Tree(file)
            self._mapped.move_to_end(root)
            while len(self._mapped) > _MAPPED:
                self._mapped.popitem(last=False)
            return found


def _build(reading: BinaryIO, writing: BinaryIO, count: int) -> Hash32:
    """Append all levels to a file whose entries ``reading`` stands at the beginning of; answers the root."""
    last, left = -1, count
    while left:
        entries = reading.read(trees.ENTRY * min(left, _AT_ONCE))
        if not entries or len(entries) % trees.ENTRY:
            raise TreeTorn(reason="length")
        level, last = trees.leaves(entries, last)
        writing.write(level)
        left -= len(entries) // trees.ENTRY
    for size in trees.levels(count):
        writing.flush()
        if size == 1:
            return Hash32("0x" + reading.read(trees.HASH).hex())
        for at in range(0, size - 1, _AT_ONCE):
            writing.write(trees.parents(reading.read(trees.HASH * min(size // 2 * 2 - at, _AT_ONCE))))
        if size % 2:
            writing.write(reading.read(trees.HASH))
    raise TreeTorn(reason="length")
