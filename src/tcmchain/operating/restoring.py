"""Putting a backup back: every byte is judged by the manifest before anything stands in its place."""

import gzip
import hashlib
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tcmchain.operating.backing_up import Progress
from tcmchain.operating.errors import BackupAltered, BackupTorn, HomeNotEmpty, NoBackup
from tcmchain.operating.manifest import CHUNK, LARGEST_MANIFEST, NAME, Manifest, Part


def restore(file: Path, home: Path, progress: Progress) -> Manifest:
    """Unpack a backup into ``home``, which is whole when this returns and untouched if it raises.

    Raises :class:`NoBackup`, :class:`HomeNotEmpty`, :class:`BackupTorn`, :class:`BackupAltered` or ``BackupForeign``.
    """
    home = home.resolve()
    if not file.is_file():
        raise NoBackup(file=str(file))
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise HomeNotEmpty(home=str(home))
    home.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{home.name}.", dir=home.parent))
    try:
        manifest = _unpack(file, staged, progress)
        _sync_all(staged)
        try:
            staged.replace(home)
        except OSError as error:
            raise HomeNotEmpty(home=str(home)) from error
        _sync(home.parent)
        return manifest
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _unpack(file: Path, to: Path, progress: Progress) -> Manifest:
    try:
        with gzip.open(file) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            members = iter(tar)
            manifest = _manifest(tar, next(members, None))
            wanted = {part.path: part for part in manifest.parts}
            done = 0
            for member in members:
                part = wanted.pop(member.name, None)
                if part is None or not member.isreg():
                    raise BackupAltered(part=member.name[:200], reason="the manifest does not name it as a file")
                progress(part.path, done, manifest.size)
                _put(tar, member, part, to)
                done += part.size
            # An archive ends before its file does: the rest holds the checksum of the whole.
            while packed.read(CHUNK):
                pass
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise BackupTorn(reason=f"{type(error).__name__}: {error}"[:200]) from error
    if wanted:
        raise BackupTorn(reason=f"{len(wanted)} files are missing, such as {next(iter(wanted))}")
    progress("", manifest.size, manifest.size)
    return manifest


def _manifest(tar: tarfile.TarFile, first: tarfile.TarInfo | None) -> Manifest:
    if first is None or first.name != NAME or not first.isreg() or first.size > LARGEST_MANIFEST:
        raise BackupAltered(part=NAME, reason="it does not begin with a manifest")
    return Manifest.read(b"".join(_content(tar, first)))


def _put(tar: tarfile.TarFile, member: tarfile.TarInfo, part: Part, to: Path) -> None:
    if member.size != part.size:
        raise BackupAltered(part=part.path, reason=f"it has {member.size} bytes, not {part.size}")
    target = to / part.path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as out:
        for chunk in _content(tar, member):
            found.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if found.hexdigest() != part.sha256:
        raise BackupAltered(part=part.path, reason="its SHA-256 differs")


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    content: IO[bytes] | None = tar.extractfile(member)
    while content is not None and (chunk := content.read(CHUNK)):
        yield chunk


def _sync_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
            _sync(path)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
