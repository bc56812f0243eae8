"""What the commands of a person's own machine share: the vault, its passphrase, the node."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from tcmchain.crypto.keys import Relation
from tcmchain.patients.client.vault_file import VaultFile
from tcmchain.patients.service.device import Device
from tcmchain.patients.service.notebook import Notebook
from tcmchain.settings import Settings

Answer = TypeVar("Answer")
VaultPath = Annotated[
    Path | None,
    typer.Option("--vault", envvar="TCMCHAIN_VAULT", help="the sealed words; vault.json in the home folder by default"),
]
Number = Annotated[
    int, typer.Option("--relation", "-r", min=0, help="0 is the ordinary account, 1 and on are relations")
]


def vault_file(place: Path | None) -> VaultFile:
    """The vault of this machine."""
    return VaultFile(place or Settings().home / "vault.json")


def open_words(place: Path | None) -> str:
    """Ask for the passphrase and open the words; raises ``VaultMissing`` before anything is asked."""
    found = vault_file(place)
    found.check()
    return found.words(typer.prompt("口令 passphrase", hide_input=True))


def open_relation(place: Path | None, number: int) -> Relation:
    """Ask for the passphrase and open one relation's keys."""
    found = vault_file(place)
    found.check()
    return found.open(typer.prompt("口令 passphrase", hide_input=True)).relation(number)


def notebook(place: Path | None, relation: Relation) -> Notebook:
    """The sealed notes beside a vault."""
    return Notebook(vault_file(place).file.with_suffix(".notes"), relation)


def ask_as(node: str, relation: Relation, ask: Callable[[Device], Awaitable[Answer]]) -> Answer:
    """Ask a node as a relation's account; the keys stay in this process."""

    async def run() -> Answer:
        device = Device.at(node, relation)
        async with device.http:
            return await ask(device)

    return asyncio.run(run())
