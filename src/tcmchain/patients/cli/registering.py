"""Registering alone or at a hospital's desk, and the keys of categories."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tcmchain.crypto.categories import Category
from tcmchain.members.model.genesis import read_account
from tcmchain.patients.client.making import make_registration
from tcmchain.patients.client.patients import PatientsClient
from tcmchain.patients.client.slip import Place, Slip
from tcmchain.patients.model.errors import WrongEnd
from tcmchain.patients.model.registered import Patient
from tcmchain.patients.service.device import Device
from tcmchain.patients.service.machine import Number, VaultPath, ask_as, open_relation
from tcmchain.patients.service.slips import carry as carry_slip
from tcmchain.values import BEIJING, UnixTime, day_of
from tcmchain.web.command_line import HERE, Node, ask_node

app = typer.Typer()

Who = Annotated[str, typer.Argument(help="address of an account")]
Categories = Annotated[list[Category], typer.Argument(help="categories")]

_console = Console()


@app.command()
def register(vault: VaultPath = None, relation: Number = 1, node: Node = HERE) -> None:
    """Register a relation from this machine; the id number is asked for and goes nowhere but into a commitment."""
    keys = open_relation(vault, relation)
    id_number = typer.prompt("证件号码 id number", hide_input=True)
    _show(ask_as(node, keys, lambda device: device.register(id_number)))


@app.command()
def slip(
    chain_id: Annotated[int, typer.Option(help="EIP-155 id of the chain care, as the hospital shows it")],
    contract: Annotated[str, typer.Option(help="address of the contract Patients, as the hospital shows it")],
    out: Annotated[Path, typer.Option(help="new file for the hospital")] = Path("slip.json"),
    vault: VaultPath = None,
    relation: Number = 1,
) -> None:
    """Make a slip that a hospital's desk can carry to the chain; this machine needs no network for it."""
    keys = open_relation(vault, relation)
    id_number = typer.prompt("证件号码 id number", hide_input=True)
    made = Slip.make(keys, make_registration(keys, id_number), Place(chain_id, read_account(contract)))
    out.write_bytes(made.write())
    _console.print(f"{out} 只含公开部分，可交给医院 holds public parts only, for the hospital", soft_wrap=True)


@app.command()
def carry(
    slip: Annotated[Path, typer.Argument(help="the patient's slip", exists=True, dir_okay=False)], node: Node = HERE
) -> None:
    """At a hospital's desk: check a patient's slip and carry it to the chain."""
    read = Slip.read(slip.read_bytes())
    _show(ask_node(node, None, lambda http: carry_slip(http, read)))


@app.command()
def show(patient: Who, node: Node = HERE) -> None:
    """Show what stands on the chain of a patient."""
    account = read_account(patient)
    _show(ask_node(node, None, lambda http: PatientsClient(http).patient(account)))


@app.command()
def rotate(categories: Categories, vault: VaultPath = None, relation: Number = 1, node: Node = HERE) -> None:
    """Begin the next epoch of categories: grants of before do not open files to come."""
    _show(ask_as(node, open_relation(vault, relation), lambda device: device.rotate(categories)))


@app.command()
def introduce(to: Who, vault: VaultPath = None, relation: Number = 1, node: Node = HERE) -> None:
    """Send an institution's account the relation card, so that it can seal records to you."""
    account = read_account(to)

    async def work(device: Device) -> None:
        await device.introduce(account)

    ask_as(node, open_relation(vault, relation), work)
    _console.print("已寄出 sent")


@app.command()
def appoint(
    proxy: Who,
    until: Annotated[str, typer.Option(help="last day, such as 2031-12-31")],
    vault: VaultPath = None,
    relation: Number = 1,
    node: Node = HERE,
) -> None:
    """Let somebody of the family act for you until a day."""
    account, end = read_account(proxy), end_of_day(until)
    ask_as(
        node, open_relation(vault, relation), lambda device: device.patients.appoint_proxy(device.account, account, end)
    )
    _console.print("已生效 in force")


@app.command()
def dismiss(proxy: Who, vault: VaultPath = None, relation: Number = 1, node: Node = HERE) -> None:
    """Take that back."""
    account = read_account(proxy)
    ask_as(node, open_relation(vault, relation), lambda device: device.patients.dismiss_proxy(device.account, account))
    _console.print("已撤回 taken back")


def end_of_day(day: str) -> UnixTime:
    """The last second of a day in Beijing; raises ``WrongEnd``."""
    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise WrongEnd(until=day) from error
    return UnixTime(int(datetime.combine(found, time(23, 59, 59), BEIJING).timestamp()))


def _show(found: Patient) -> None:
    _console.print(f"患者 patient  {found.account}", highlight=False, soft_wrap=True)
    if found.controller != found.account:
        _console.print(f"恢复后的账户 recovered to  {found.controller}", highlight=False, soft_wrap=True)
    table = Table("标签 label", "期 epoch", "日期 day")
    for key in found.keys:
        table.add_row(key.label, str(key.epoch), str(day_of(key.set)))
    _console.print(table)
    for proxy in found.proxies:
        _console.print(f"代理人 proxy  {proxy.account}  {day_of(proxy.until)}", highlight=False, soft_wrap=True)
    if found.guardianship is not None:
        chosen = found.guardianship
        accounts = " ".join(chosen.guardians)
        _console.print(f"监护人 guardians  {chosen.needed}/{len(chosen.guardians)}  {accounts}", soft_wrap=True)
