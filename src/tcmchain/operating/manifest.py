"""What a backup says of itself: its first member, by which all others are judged."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any, Final, NewType

import orjson

from tcmchain.operating.errors import BackupAltered, BackupForeign

Sha256 = NewType("Sha256", str)
"""64 hexadecimal digits."""

NAME: Final = "manifest.json"
LAYOUT: Final = "tcmchain-backup-1"
CHUNK: Final = 1 << 20
LARGEST_MANIFEST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its place below the home folder, its size in bytes and its SHA-256."""

    path: str
    size: int
    sha256: Sha256


@dataclass(frozen=True, slots=True)
class Manifest:
    """``heights`` are the last records of the embedded chains' logs, ``made`` is a moment in ISO 8601 (UTC)."""

    program: str
    made: str
    consortium: str | None
    heights: Mapping[str, int]
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)

    def write(self) -> bytes:
        """The manifest as JSON."""
        told = {
            "layout": LAYOUT,
            "program": self.program,
            "made": self.made,
            "consortium": self.consortium,
            "heights": dict(self.heights),
            "parts": [{"path": p.path, "size": p.size, "sha256": p.sha256} for p in self.parts],
        }
        return orjson.dumps(told, option=orjson.OPT_INDENT_2)

    @classmethod
    def read(cls, content: bytes) -> "Manifest":
        """Read what :meth:`write` wrote; raises :class:`BackupForeign` or :class:`BackupAltered`."""
        try:
            told: dict[str, Any] = orjson.loads(content)
            layout, program = str(told["layout"]), str(told["program"])
            if layout != LAYOUT:
                raise BackupForeign(layout=layout[:60], program=program[:60])
            parts = tuple(Part(_safe(p["path"]), int(p["size"]), Sha256(p["sha256"])) for p in told["parts"])
            found = cls(program, str(told["made"]), told["consortium"], dict(told["heights"]), parts)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupAltered(part=NAME, reason=f"{type(error).__name__}: {error}"[:200]) from error
        if len({part.path for part in found.parts}) != len(found.parts):
            raise BackupAltered(part=NAME, reason="a path stands in it twice")
        return found


def program() -> str:
    """This release's version."""
    try:
        return version("tcmchain")
    except PackageNotFoundError:
        return "0"


def digest(file: Path) -> tuple[int, Sha256]:
    """Size and SHA-256 of a file."""
    found, size = hashlib.sha256(), 0
    with file.open("rb") as content:
        while chunk := content.read(CHUNK):
            found.update(chunk)
            size += len(chunk)
    return size, Sha256(found.hexdigest())


def _safe(path: str) -> str:
    """A path that stays below the folder it is unpacked into; raises :class:`BackupAltered`."""
    parts = PurePosixPath(path).parts
    odd = not parts or path.startswith("/") or "\\" in path or "\0" in path or str(PurePosixPath(path)) != path
    if odd or any(part in ("..", ".") for part in parts) or path == NAME:
        raise BackupAltered(part=path[:200], reason="its path leads elsewhere")
    return path
