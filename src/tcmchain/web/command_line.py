"""What every command that talks to a node shares."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeVar

import typer
from rich.console import Console

from tcmchain.settings import Settings
from tcmchain.web.http import NodeHttp, open_node

Node = Annotated[str, typer.Option("--node", envvar="TCMCHAIN_NODE", help="address of the node")]
Account = Annotated[
    str | None, typer.Option("--account", "-a", envvar="TCMCHAIN_ACCOUNT", help="account of the keystore that signs")
]
Answer = TypeVar("Answer")

HERE: Final = "http://localhost:8000"
"""The node on this machine."""


def show_entry(console: Console, heading: str, words: str, found: str) -> None:
    """Print one of a list whose words matter: a heading, the words folded, and the id whole on a line of its own."""
    console.print(heading, style="bold", highlight=False, markup=False)
    console.print(words or "—", highlight=False, markup=False)
    console.print(found, style="dim", highlight=False, markup=False, soft_wrap=True)
    console.print()


def ask_node(node: str, account: str | None, ask: Callable[[NodeHttp], Awaitable[Answer]]) -> Answer:
    """Ask a node as an account of this machine's keystore, or as nobody."""
    settings = Settings()
    secret = settings.keystore_passphrase

    async def run() -> Answer:
        passphrase = None if secret is None else secret.get_secret_value()
        async with open_node(node, account, settings.home, passphrase) as http:
            return await ask(http)

    return asyncio.run(run())
