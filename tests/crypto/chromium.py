"""A page in Chromium with the browser's kit, served with the node's own headers."""

import functools
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Page, sync_playwright

from tcmchain.web.guard import Guard

FRONTEND = Path(__file__).parents[2] / "frontend"
_PAGE = b"<!doctype html><html lang=en><title>sealing</title><script type=module src=/start.js></script>"
_START = b"import * as across from '/across.js'; window.across = across;"


class _Files(SimpleHTTPRequestHandler):
    extensions_map: ClassVar[dict[str, str]] = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".wasm": "application/wasm",
        ".js": "text/javascript",
    }

    def end_headers(self) -> None:
        for name, value in Guard(None, ())._security.items():  # type: ignore[arg-type]
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


def chromium_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("not run: Chromium is not installed")
    return found


@contextmanager
def in_chromium(folder: Path) -> Iterator[Page]:
    """A page whose ``across`` is the module of that name in ``frontend/test``."""
    subprocess.run(["node", "test/page.mjs", str(folder)], cwd=FRONTEND, check=True, timeout=60)
    (folder / "index.html").write_bytes(_PAGE)
    (folder / "start.js").write_bytes(_START)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as tool:
            browser = tool.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.wait_for_function("() => window.across")
            yield page
            browser.close()
    finally:
        server.shutdown()
        server.server_close()
