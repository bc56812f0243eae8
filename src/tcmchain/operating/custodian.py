"""``tcmchain custodian``: a custodian in a process of its own.

``python -m tcmchain.operating.custodian run`` is the same with half of the memory, as it loads nothing of a node.
"""

import asyncio
import sys
from typing import Annotated

import typer
import uvloop

from tcmchain.custodian import CustodianNode, create_custodian_app
from tcmchain.errors import TcmChainError
from tcmchain.operating.serving import NodeServer
from tcmchain.settings import CustodianSettings
from tcmchain.web import log_lines

app = typer.Typer(help="托管节点 · a custodian in a process of its own", no_args_is_help=True)


@app.callback()
def custodian() -> None:
    """A custodian in a process of its own."""


@app.command()
def run(
    tied: Annotated[bool, typer.Option(help="stop when standard input ends, with whoever started it")] = False,
) -> None:
    """Start a custodian: it keeps sealed fragments and re-encrypts after asking the chain at its member's node."""
    settings = CustodianSettings()
    log_lines.set_up(settings.log_format)
    application = create_custodian_app(CustodianNode(settings))
    server = NodeServer(application, settings)
    server.at_stop.append(application.state.streams.end)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(server, tied))
    sys.exit(0 if server.started else 3)


async def _serve(server: NodeServer, tied: bool) -> None:
    watching = asyncio.create_task(_watch_input(server)) if tied else None
    await server.serve()
    if watching is not None:
        watching.cancel()


async def _watch_input(server: NodeServer) -> None:
    """Ask the server to stop when nobody holds the other end of standard input any more."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(64):
        pass
    server.ask_to_stop()


if __name__ == "__main__":
    try:
        app()
    except TcmChainError as error:
        sys.exit(f"{error.code}: {error}")
