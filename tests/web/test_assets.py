"""The bundle that comes with the package is the one that the sources make."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from tcmchain.web.pages import ASSETS, HashedFiles

FRONTEND = Path(__file__).parents[2] / "frontend"
_STATIC_IMPORT = re.compile(r"""(?:from|import)\s*"\./([\w-]+\.js)\"""")
EVERY_PAGE = 36_000
"""Bytes of scripts and styles, compressed, that every page may cost."""


def _files(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_build__sources__make_what_is_committed(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "esbuild").exists():
        pytest.skip("not run: the pages' tools are not installed: make install-test")
    subprocess.run([node, "build.mjs", tmp_path / "assets"], cwd=FRONTEND, check=True, timeout=120)
    assert _files(tmp_path / "assets") == _files(ASSETS)


def test_name__every_entry__stands_in_the_manifest() -> None:
    manifest = json.loads((ASSETS / "manifest.json").read_text())
    assert {"app.js", "boot.js", "style.css", "favicon.svg"} <= set(manifest)
    assert all((ASSETS / file).exists() for file in manifest.values())


def test_bundle__scripts__reach_no_other_site() -> None:
    for file in ASSETS.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text
        assert "//cdn" not in text
        assert "jsdelivr" not in text


def test_serve__hashed_file__may_be_kept_for_ever() -> None:
    client = TestClient(Starlette(routes=[Mount("/assets", HashedFiles(directory=ASSETS))]))
    manifest = json.loads((ASSETS / "manifest.json").read_text())
    answer = client.get(f"/assets/{manifest['style.css']}")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_bundle__what_every_page_loads__stays_small() -> None:
    manifest = json.loads((ASSETS / "manifest.json").read_text())
    wanted = [manifest["app.js"], manifest["boot.js"], manifest["style.css"]]
    for name in wanted:
        text = (ASSETS / name).read_text(encoding="utf-8")
        wanted += [found for found in _STATIC_IMPORT.findall(text) if found not in wanted]
    assert sum(len(gzip.compress((ASSETS / name).read_bytes(), 6)) for name in wanted) <= EVERY_PAGE
