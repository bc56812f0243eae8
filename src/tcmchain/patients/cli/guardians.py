"""Guardians: choosing them, being one, and getting lost words back."""

from typing import Annotated

import typer
from rich.console import Console

from tcmchain.crypto.keys import Vault
from tcmchain.members.model.genesis import read_account
from tcmchain.patients.client.guarding import KIND, HeldShare
from tcmchain.patients.client.vault_file import VaultFile
from tcmchain.patients.model.errors import BackupUnfit
from tcmchain.patients.service.device import Device
from tcmchain.patients.service.machine import Number, VaultPath, ask_as, notebook, open_relation, open_words, vault_file
from tcmchain.values import Address, day_of
from tcmchain.web.command_line import HERE, Node

app = typer.Typer()

Patient = Annotated[str, typer.Argument(help="the patient's account")]
NewDevice = Annotated[str, typer.Argument(help="account of the patient's new device, as `who` shows it there")]
_DAY = 86_400

_console = Console()


@app.command()
def guardians(
    accounts: Annotated[list[str], typer.Argument(help="the guardians' accounts; each has published its keys")],
    needed: Annotated[int, typer.Option(help="how many of them must agree")] = 2,
    days: Annotated[float, typer.Option(min=0, max=366, help="days in which you can object")] = 7,
    vault: VaultPath = None,
    relation: Number = 1,
    node: Node = HERE,
) -> None:
    """Choose guardians: each gets a share of the key to your sealed words, by letter."""
    words = open_words(vault)
    keys, chosen = Vault.from_words(words).relation(relation), [read_account(account) for account in accounts]
    delay = max(1, int(days * _DAY))
    found = ask_as(node, keys, lambda device: device.choose_guardians(words, chosen, needed, delay))
    _console.print(f"已生效 in force  {found.needed}/{len(found.guardians)}", highlight=False)


@app.command()
def guard(vault: VaultPath = None, relation: Number = 0, node: Node = HERE) -> None:
    """As a guardian: take the shares that came by letter into this machine's sealed notes."""
    keys = open_relation(vault, relation)
    notes = notebook(vault, keys)

    async def work(device: Device) -> list[Address]:
        kept = []
        for letter in await device.letters(KIND):
            notes.note({**letter.content, "kind": KIND})
            await device.post.remove(letter.id)
            kept.append(Address(str(letter.content.get("patient"))))
        return kept

    for patient in ask_as(node, keys, work):
        _console.print(f"已收存 kept  {patient}", highlight=False, soft_wrap=True)


@app.command()
def propose(
    patient: Patient,
    device: NewDevice,
    inbox: Annotated[str, typer.Argument(help="inbox key of the new device, as `who` shows it there")],
    vault: VaultPath = None,
    relation: Number = 0,
    node: Node = HERE,
) -> None:
    """As a guardian who has seen the patient in person: name the new device, or agree to it."""
    given = read_account(patient), read_account(device), bytes.fromhex(inbox.removeprefix("0x"))
    ask_as(node, open_relation(vault, relation), lambda found: found.propose(*given))
    _console.print("已记录 noted")


@app.command("object")
def object_recovery(vault: VaultPath = None, relation: Number = 1, node: Node = HERE) -> None:
    """As the patient: end a recovery that you did not want."""
    ask_as(node, open_relation(vault, relation), lambda device: device.patients.object_recovery(device.account))
    _console.print("已终止 ended")


@app.command()
def complete(patient: Patient, vault: VaultPath = None, relation: Number = 0, node: Node = HERE) -> None:
    """After the delay: let the new device's account act for the patient."""
    account = read_account(patient)
    found = ask_as(node, open_relation(vault, relation), lambda device: device.patients.complete_recovery(account))
    _console.print(f"已恢复 recovered  {found.controller}  {day_of(found.registered)}", highlight=False, soft_wrap=True)


@app.command("hand-over")
def hand_over(
    patient: Patient, device: NewDevice, vault: VaultPath = None, relation: Number = 0, node: Node = HERE
) -> None:
    """As a guardian, after the recovery is complete: send your share to the new device."""
    account, new = read_account(patient), read_account(device)
    keys = open_relation(vault, relation)
    held = [HeldShare.read(note) for note in notebook(vault, keys).notes(KIND)]
    share = next((one for one in reversed(held) if one.patient == account), None)
    if share is None:
        raise BackupUnfit(reason="no-share")
    ask_as(node, keys, lambda found: found.hand_over(share, new))
    _console.print("已交出 handed over")


@app.command()
def recover(
    patient: Patient,
    to: Annotated[str, typer.Option(help="new vault file for the words that come back")],
    vault: VaultPath = None,
    relation: Number = 0,
    node: Node = HERE,
) -> None:
    """On the new device: put the shares together and keep the words in a new vault."""
    account = read_account(patient)
    words = ask_as(node, open_relation(vault, relation), lambda device: device.recover(account))
    passphrase = typer.prompt("新口令 new passphrase", hide_input=True, confirmation_prompt="再输一遍 again")
    kept = VaultFile(vault_file(vault).file.parent / to)
    kept.create(words, passphrase)
    _console.print(f"已找回 the words are back  {kept.file}", highlight=False, soft_wrap=True)
