"""What the house rules read: the project's own files, parsed once."""

import ast
import gc
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tcmchain"
DOCS = ROOT / "docs"
KITS = ("web", "index", "chain", "ipfs", "crypto", "terms", "gs1")
ROOMS = ("model", "contract", "readmodel", "service", "client", "api", "pages", "cli", "templates")
_TEXT = {".py", ".sol", ".md", ".html", ".js", ".mjs", ".css", ".toml", ".json", ".yaml", ".txt", ".po", ".csv", ""}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project, committed or about to be; without a repository, every file but installed ones."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if asked.returncode == 0:
        found = (ROOT / name for name in asked.stdout.decode().split("\0") if name)
    else:
        found = (p for p in ROOT.rglob("*") if not {".venv", "node_modules", ".git"} & set(p.relative_to(ROOT).parts))
    return tuple(sorted(path for path in found if path.is_file()))


def texts() -> Iterator[tuple[str, str]]:
    """Path from the root and text of every file that people wrote."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in _TEXT and "/assets/" not in name and not name.endswith("package-lock.json"):
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def python_files(*folders: str) -> tuple[Path, ...]:
    """The Python files below these folders of the project."""
    wanted = tuple(ROOT / folder for folder in folders)
    return tuple(p for p in tracked() if p.suffix == ".py" and any(p.is_relative_to(folder) for folder in wanted))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax of a Python file.

    A collection of garbage amid parsing can end it with a SystemError in Python 3.11, so none is done meanwhile.
    """
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"), str(path))
    finally:
        gc.enable()


@cache
def slices() -> tuple[str, ...]:
    """The slices: the folders of the package that are neither kits, the example nor what operators do."""
    folders = {p.parent for p in tracked() if p.is_relative_to(PACKAGE) and p.name == "__init__.py"}
    names = {f.name for f in folders if f.parent == PACKAGE}
    return tuple(sorted(names - set(KITS) - {"example", "operating"}))


@cache
def documentation() -> str:
    """All prose of the project, in both languages."""
    files = [p for p in tracked() if p.suffix == ".md" and (p.parent == ROOT or p.is_relative_to(DOCS))]
    return "\n".join(p.read_text(encoding="utf-8") for p in files)
