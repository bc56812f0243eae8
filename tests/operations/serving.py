"""A node in a process of its own, with two doors that only this test has: one that is slow and one that never ends.

Run as a program: ``python -m tests.operations.serving``; the folder and the port come from the environment.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvloop
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from tcmchain.app import create_app
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.operating.serving import NodeServer
from tcmchain.settings import Settings
from tcmchain.web import log_lines

_ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(home: Path, log: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Address and process of such a node, ready to answer."""
    port = free_port()
    told = {"TCMCHAIN_HOME": str(home), "TCMCHAIN_PORT": str(port), **settings}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.operations.serving"],
            cwd=_ROOT, env={**os.environ, **told}, stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, log)
        yield url, process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(400):
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            if httpx.get(f"{url}/healthz").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the node does not answer: {log.read_text()[-3000:]}")


async def _slow(request: object) -> Response:
    seconds = float(request.query_params["seconds"])  # type: ignore[attr-defined]
    await asyncio.sleep(seconds)
    return PlainTextResponse("done")


async def _endless(_: object) -> Response:
    async def events() -> AsyncIterator[str]:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(3600)

    return StreamingResponse(events(), media_type="text/event-stream")


def main() -> None:
    """Serve until a signal."""
    settings = Settings()
    log_lines.set_up(settings.log_format)
    node = Node(settings, cast.genesis())
    cast.give_accounts(node.keystore)
    application = create_app(node)
    application.add_route("/slow", _slow)
    application.add_route("/endless", _endless)
    server = NodeServer(application, settings)
    server.at_stop.append(application.state.streams.end)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve())


if __name__ == "__main__":
    main()
