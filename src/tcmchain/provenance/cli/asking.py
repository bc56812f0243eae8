"""How the commands ask a node, and what people write for days and facts."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from tcmchain.provenance.client import ProvenanceClient
from tcmchain.values import BEIJING
from tcmchain.web.command_line import Answer, ask_node

Happened = Annotated[str | None, typer.Option(help="when it was done, such as 2026-09-18; now by default")]
Facts = Annotated[list[str] | None, typer.Option("--fact", "-f", help="what is stated, as key=value")]

console: Final = Console()


def at(node: str, account: str | None, ask: Callable[[ProvenanceClient], Awaitable[Answer]]) -> Answer:
    """Ask a node, signed in when an account is given."""
    return ask_node(node, account, lambda http: ask(ProvenanceClient(http)))


def write(node: str, account: str | None, act: Callable[[ProvenanceClient], Awaitable[None]]) -> None:
    """Take a step and wait until the node has indexed it."""
    with console.status("已提交，等待确认并进入索引 · submitted, waiting to be indexed"):
        at(node, account, act)
    console.print("已入索引 indexed")


def day_given(happened: str | None) -> str:
    """The moment given, or now."""
    return happened or datetime.now(BEIJING).isoformat(timespec="seconds")


def pair(text: str) -> tuple[str, str]:
    """The sides of ``name=value``."""
    name, found, value = text.partition("=")
    if not found:
        raise typer.BadParameter(f"{text!r}: NAME=VALUE")
    return name.strip(), value.strip()


def facts_given(given: list[str] | None) -> dict[str, Any]:
    """Facts as ``key=value`` texts."""
    return dict(pair(text) for text in given or [])
