"""A node with the example's story, and Chromium on a desktop and on a phone."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tcmchain.example.story import Story

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_PATIENCE = 120.0
_SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    last = time.monotonic() + _PATIENCE
    while time.monotonic() < last:
        if process.poll() is not None:
            pytest.fail(f"the node ended with {process.returncode}")
        try:
            if ready():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    pytest.fail("the node did not tell its story in time")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("node")


@pytest.fixture(scope="session")
def node(home: Path) -> Iterator[str]:
    """Address of a node that has told the example's story."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    setting = {"TCMCHAIN_HOME": str(home / "home"), "TCMCHAIN_PORT": str(port), "TCMCHAIN_PUBLIC_URL": url}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tcmchain", "run", "--example"],
            env={**os.environ, **setting}, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _until(lambda: "certificate" in (home / "log").read_text(errors="replace"), process)
        _until(lambda: httpx.get(f"{url}/healthz").status_code == 200, process)
        yield url
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def began(node: str, home: Path) -> datetime:
    """The moment from which the told story counts its days back: a day may have ended since."""
    return Story(node, home / "home" / "example.json").began


@pytest.fixture(scope="session")
def packed(node: str) -> str:
    """Path of the certificate of a packed lot."""
    lots = httpx.get(f"{node}/api/provenance/lots", params={"limit": 1}).json()["lots"]
    return str(lots[0]["path"])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one module: while its driver runs, no test of another module could use an event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=list(_SIZES))
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A page as a desktop or a phone shows it; any error in its scripts fails the test."""
    width, height = _SIZES[request.param]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", bypass_csp=True)
    shown = context.new_page()
    troubles: list[str] = []
    shown.on("pageerror", lambda error: troubles.append(str(error)))
    yield shown
    context.close()
    assert troubles == []
