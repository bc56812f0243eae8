"""The vault on this machine, its accounts, and letters to them."""

import json
from typing import Annotated

import typer
from eth_account.hdaccount.mnemonic import Mnemonic
from eth_account.types import Language
from rich.console import Console
from rich.table import Table

from tcmchain.patients.service.device import Device
from tcmchain.patients.service.machine import Number, VaultPath, ask_as, open_relation, vault_file
from tcmchain.values import Hash32, UnixTime, day_of
from tcmchain.web.command_line import HERE, Node

app = typer.Typer()

_console = Console()


@app.command("vault")
def make_vault(
    vault: VaultPath = None,
    restore: Annotated[bool, typer.Option(help="take in words that you have, instead of making new ones")] = False,
    english: Annotated[bool, typer.Option(help="English words instead of Chinese ones")] = False,
) -> None:
    """Make or restore the vault of this machine: twelve words, sealed with a passphrase."""
    place = vault_file(vault)
    if restore:
        words = typer.prompt("助记词 words", hide_input=True)
    else:
        words = Mnemonic(Language.ENGLISH if english else Language.CHINESE_SIMPLIFIED).generate(12)
    passphrase = typer.prompt("口令 passphrase", hide_input=True, confirmation_prompt="再输一遍 again")
    place.create(words, passphrase)
    if not restore:
        _console.print(f"[bold]{words}[/bold]", soft_wrap=True, highlight=False)
        _console.print("请抄在纸上妥善保管，只显示这一次 write them down: they are shown this once")
    _console.print(str(place.file), highlight=False, soft_wrap=True)


@app.command()
def who(vault: VaultPath = None, relation: Number = 0) -> None:
    """Show a relation's account and inbox key, which are public."""
    found = open_relation(vault, relation)
    device = Device.at(HERE, found)
    _console.print(f"账户 account  {found.account}", highlight=False, soft_wrap=True)
    _console.print(f"信箱 inbox    0x{device.inbox.hex()}", highlight=False, soft_wrap=True)


@app.command()
def publish(vault: VaultPath = None, relation: Number = 0, node: Node = HERE) -> None:
    """Publish the keys under which an account reads what others grant it, and gets letters."""
    found = ask_as(node, open_relation(vault, relation), lambda device: device.publish())
    _console.print(f"已公布 published  0x{found.reading_key.hex()}", highlight=False, soft_wrap=True)


@app.command()
def letters(
    vault: VaultPath = None,
    relation: Number = 0,
    remove: Annotated[str | None, typer.Option(help="id of a letter that was read")] = None,
    node: Node = HERE,
) -> None:
    """Read the letters that wait for an account, opened on this machine."""
    found = open_relation(vault, relation)
    if remove is not None:
        ask_as(node, found, lambda device: device.post.remove(Hash32(remove)))
        return
    table = Table("编号 id", "日期 day", "类型 kind", "内容 content")
    for letter in ask_as(node, found, lambda device: device.letters()):
        day = str(day_of(UnixTime(letter.arrived)))
        # A share and a key are for programs; on a screen they would only be in the way.
        shown = {name: value for name, value in letter.content.items() if name not in _LONG}
        table.add_row(letter.id, day, letter.kind, json.dumps(shown, ensure_ascii=False))
    _console.print(table)


_LONG = frozenset({"kind", "share", "backup", "dataKey", "vaultKey"})
