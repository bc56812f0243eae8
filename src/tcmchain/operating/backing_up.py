"""A consistent copy of a node's home folder, taken while the node runs.

Databases are read through SQLite's online backup within one read transaction each. What follows a chain is copied
before it (index, checkpoints, blocks, then the log), so that in the copy nothing is ahead of the log; what the log
refers to is copied after it, so that in the copy nothing that the log refers to is missing.
"""

import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import orjson

from tcmchain.operating.errors import BackupInsideHome, BackupThereAlready, HomeUnknown, LogDamaged
from tcmchain.operating.manifest import NAME, Manifest, Part, digest, program

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how many bytes of how many are done."""

_SQLITE: Final = b"SQLite format 3\0"
_LEFT_OUT: Final = frozenset({"sessions.db", "lock"})
_LEFT_OUT_SUFFIXES: Final = ("-wal", "-shm", "-journal", ".draft", ".part", ".pid", ".out", ".sock")
_OPENS_KEYS: Final = "keystore.passphrase"
_PAGES: Final = 4096
_COMPRESSION: Final = 3


def back_up(home: Path, file: Path, progress: Progress, passphrase: bool = True) -> Manifest:
    """Write a backup of ``home`` to ``file``: whole and on the disk when this returns, or not there at all.

    Without ``passphrase`` the keystore's kept passphrase is left out. Raises :class:`HomeUnknown`,
    :class:`BackupThereAlready`, :class:`BackupInsideHome` or :class:`LogDamaged`.
    """
    home, file = home.resolve(), file.resolve()
    if not home.is_dir() or not any(home.iterdir()):
        raise HomeUnknown(home=str(home))
    if file.is_relative_to(home):
        raise BackupInsideHome(file=str(file))
    if file.exists():
        raise BackupThereAlready(file=str(file))
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as beside:
        staged = Path(beside)
        _copy(home, staged / "home", progress, passphrase)
        manifest = _described(staged / "home")
        _pack(staged / "home", manifest, staged / "archive", progress)
        _name(staged / "archive", file)
        _sync(file.parent)
    return manifest


def _name(archive: Path, file: Path) -> None:
    """Give the finished archive its name, which nobody may have taken meanwhile."""
    try:
        os.link(archive, file)
    except FileExistsError as error:
        raise BackupThereAlready(file=str(file)) from error
    except OSError:
        # Some file systems, as those of memory sticks, know no links.
        archive.replace(file)


def _copy(home: Path, to: Path, progress: Progress, passphrase: bool) -> None:
    wanted = [path for path in _files(home) if passphrase or path.name != _OPENS_KEYS]
    wanted.sort(key=lambda path: (_turn(path.relative_to(home)), path))
    sizes = {path: _size(path) for path in wanted}
    total, done = sum(sizes.values()), 0
    for path in wanted:
        place = path.relative_to(home)
        target = to / place
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        progress(f"copy {place}", done, total)
        try:
            if _is_database(path):
                _copy_database(path, target)
            else:
                shutil.copyfile(path, target)
        except FileNotFoundError:
            # A checkpoint may be replaced by a newer one at any moment; what is copied later makes up for it.
            target.unlink(missing_ok=True)
        except sqlite3.DatabaseError as error:
            raise LogDamaged(file=str(place), reason=str(error)) from error
        done += sizes[path]
    progress("copied", total, total)


def _files(home: Path) -> Iterator[Path]:
    for path in home.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(home).parts)
        if path.is_symlink() or hidden or path.name in _LEFT_OUT or path.name.endswith(_LEFT_OUT_SUFFIXES):
            continue
        if path.is_file():
            yield path


def _turn(place: Path) -> int:
    """When to copy a file: first what follows the chains, then the logs, then what the logs refer to."""
    if place.name == "index.db":
        return 0
    if place.parts[0] == "chains":
        return {"blocks.db": 2, "log.db": 3}.get(place.name, 1)
    return 4


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _copy_database(path: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=30)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # One read transaction around all steps: the copy is of one moment, however long it takes.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copy.execute("PRAGMA synchronous = OFF")
        source.backup(copy, pages=_PAGES)
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(str(found))
        copy.execute("PRAGMA journal_mode = DELETE")


def _described(staged: Path) -> Manifest:
    parts = []
    for path in sorted(path for path in staged.rglob("*") if path.is_file()):
        size, sha256 = digest(path)
        parts.append(Part(path.relative_to(staged).as_posix(), size, sha256))
    deployment = staged / "deployment.json"
    consortium = orjson.loads(deployment.read_bytes()).get("consortium") if deployment.exists() else None
    made = datetime.now(UTC).isoformat(timespec="seconds")
    heights = {log.parent.name: _height(log) for log in sorted(staged.glob("chains/*/log.db"))}
    return Manifest(program(), made, consortium, heights, tuple(parts))


def _height(log: Path) -> int:
    with closing(sqlite3.connect(log)) as database:
        return int(database.execute("SELECT coalesce(max(number), 0) FROM record").fetchone()[0])


def _pack(staged: Path, manifest: Manifest, archive: Path, progress: Progress) -> None:
    total, done = manifest.size, 0
    handle = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=_COMPRESSION, format=tarfile.PAX_FORMAT) as tar:
            content = manifest.write()
            tar.addfile(_member(NAME, len(content)), BytesIO(content))
            for part in manifest.parts:
                progress(f"pack {part.path}", done, total)
                with (staged / part.path).open("rb") as file:
                    tar.addfile(_member(part.path, part.size), file)
                done += part.size
        raw.flush()
        os.fsync(raw.fileno())
    progress("packed", total, total)


def _member(name: str, size: int) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.size, found.mode = size, 0o600
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
