"""``tcmchain consent``: granting, withdrawing, and break-glass at the command line."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from tcmchain.consent.client import ConsentClient
from tcmchain.consent.model.errors import GrantUnknown, OpeningUnreadable
from tcmchain.consent.model.granted import BreakGlass
from tcmchain.consent.model.terms import Opening, Rights, new_salt
from tcmchain.consent.service.granting import (
    Granting,
    Made,
    Wish,
    choose_holders,
    end_of_day,
    reason_commitment,
    received,
    through,
)
from tcmchain.crypto.categories import Category
from tcmchain.members.model.genesis import read_account
from tcmchain.patients.service.device import Device
from tcmchain.patients.service.machine import Number, VaultPath, ask_as, notebook, open_relation
from tcmchain.patients.service.notebook import Notebook
from tcmchain.values import BEIJING, Address, Hash32, MemberId, UnixTime, is_hash32
from tcmchain.web.command_line import HERE, Account, Node, ask_node

app = typer.Typer(help="授权 · what a patient grants, and break-glass", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="id, 0x and 64 digits")]
_NOTED = "granted"

_console = Console()


@app.command("list")
def list_grants(patient: Annotated[str, typer.Argument(help="the patient's account")], node: Node = HERE) -> None:
    """List a patient's grants as the chain has them; whom they are for, only the parties know."""
    account, now = read_account(patient), UnixTime(int(datetime.now(BEIJING).timestamp()))
    table = Table(Column("编号 id", overflow="fold"), "状态 state", "至 until")
    for grant in ask_node(node, None, lambda http: ConsentClient(http).grants(account)):
        table.add_row(grant.id, grant.state(now), _moment(grant.until))
    _console.print(table)


@app.command()
def grant(
    grantee: Annotated[str, typer.Argument(help="account that published its keys")],
    category: Annotated[Category, typer.Argument(help="what about")],
    purpose: Annotated[str, typer.Option(help="why, in your words")],
    until: Annotated[str, typer.Option(help="last day, such as 2031-12-31")],
    right: Annotated[list[str], typer.Option(help="read, append, pass-on; may be repeated")] = ["read"],  # noqa: B006
    member: Annotated[str | None, typer.Option(help="id of the member that may append")] = None,
    vault: VaultPath = None,
    relation: Number = 1,
    node: Node = HERE,
) -> None:
    """Grant: signed here, fragments sealed to three custodians, the terms told to the grantee by letter."""
    keys = open_relation(vault, relation)
    notes, given = notebook(vault, keys), read_account(grantee)
    appends = None if member is None else MemberId(member)
    wish = Wish(given, category, Rights.of(right), purpose, end_of_day(until), appends)

    async def work(device: Device) -> Made:
        granting = Granting(device, await choose_holders(device.http), through(device.http))
        return await granting.grant(wish)

    made = ask_as(node, keys, work)
    notes.note({**_note(made), "kind": _NOTED})
    _console.print(f"已授权 granted  {made.id}", highlight=False, soft_wrap=True)


@app.command()
def withdraw(grant: Id, vault: VaultPath = None, relation: Number = 1, node: Node = HERE) -> None:
    """Withdraw a grant; the category begins a new epoch, which your other grants can read."""
    keys, wanted = open_relation(vault, relation), _id(grant)
    notes = notebook(vault, keys)

    async def work(device: Device) -> int:
        granting = Granting(device, await choose_holders(device.http), through(device.http))
        mine = await _known(ConsentClient(device.http), notes)
        made = next((one for one in mine if one.id == wanted), None)
        if made is None:
            raise GrantUnknown(id=wanted)
        return await granting.withdraw(made, mine)

    epoch = ask_as(node, keys, work)
    _console.print(f"已撤回 withdrawn · 新文件用第 {epoch} 期密钥 files to come use epoch {epoch}", highlight=False)


@app.command("received")
def show_received(vault: VaultPath = None, relation: Number = 0, node: Node = HERE) -> None:
    """As a grantee: the grants that letters told of and that can be used now."""
    table = Table(
        Column("编号 id", overflow="fold"), "患者 patient", "类别 category", "权限 rights", "目的 purpose", "至 until"
    )
    for one in ask_as(node, open_relation(vault, relation), received):
        words = " ".join(one.opening.rights.words)
        until = _moment(one.opening.until)
        table.add_row(one.grant, one.patient, str(one.category), words, one.opening.purpose, until)
    _console.print(table)


@app.command("break-glass")
def break_glass(
    patient: Annotated[str, typer.Argument(help="the patient's account")],
    reason: Annotated[str, typer.Option(help="why; only a commitment to it goes to the chain")],
    vault: VaultPath = None,
    relation: Number = 0,
    node: Node = HERE,
) -> None:
    """As a practitioner: ask for a patient's emergency category. Keep what is printed for the review."""
    account, salt = read_account(patient), new_salt()
    commitment = reason_commitment(reason, salt)
    found = ask_as(
        node,
        open_relation(vault, relation),
        lambda device: ConsentClient(device.http).break_glass(account, commitment),
    )
    _show([found])
    _console.print(f"理由的随机数 salt of the reason  {salt}", highlight=False, soft_wrap=True)


@app.command()
def second(glass: Id, vault: VaultPath = None, relation: Number = 0, node: Node = HERE) -> None:
    """As a practitioner of another member: confirm within the hour."""
    wanted = _id(glass)
    keys = open_relation(vault, relation)
    _show([ask_as(node, keys, lambda device: ConsentClient(device.http).second(wanted))])


@app.command()
def end(glass: Id, vault: VaultPath = None, relation: Number = 1, node: Node = HERE) -> None:
    """End a break-glass, as the patient, a proxy, or as who asked."""
    wanted = _id(glass)
    keys = open_relation(vault, relation)
    _show([ask_as(node, keys, lambda device: ConsentClient(device.http).end(wanted))])


@app.command()
def review(
    glass: Id,
    findings: Annotated[
        Path, typer.Option(help="document whose SHA-256 goes on the chain", exists=True, dir_okay=False)
    ],
    justified: Annotated[bool, typer.Option("--justified/--unjustified", help="whether it was right")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As a regulator: review a break-glass."""
    wanted, digest = _id(glass), Hash32("0x" + hashlib.sha256(findings.read_bytes()).hexdigest())
    _show([ask_node(node, account, lambda http: ConsentClient(http).review(wanted, justified, digest))])


@app.command()
def emergencies(
    patient: Annotated[str | None, typer.Option(help="only those of a patient")] = None,
    unreviewed: Annotated[bool, typer.Option(help="only those that wait for a review")] = False,
    node: Node = HERE,
) -> None:
    """List break-glass, the newest first."""
    account = None if patient is None else read_account(patient)
    _show(ask_node(node, None, lambda http: ConsentClient(http).emergencies(account, unreviewed)))


def _note(made: Made) -> dict[str, Any]:
    return {
        "grant": made.id,
        "opening": made.opening.as_json(),
        "category": str(made.category),
        "custodians": list(made.custodians),
    }


async def _known(consent: ConsentClient, notes: Notebook) -> list[Made]:
    """The grants whose terms this machine has noted."""
    found = []
    for note in notes.notes(_NOTED):
        opening, custodians = Opening.read(note["opening"]), tuple(Address(one) for one in note["custodians"])
        granted = await consent.grant(Hash32(note["grant"]))
        found.append(Made(granted, opening, Category(note["category"]), custodians))
    return found


def _show(found: Iterable[BreakGlass]) -> None:
    now = UnixTime(int(datetime.now(BEIJING).timestamp()))
    table = Table(
        Column("编号 id", overflow="fold"), "患者 patient", "医师 first", "状态 state", "至 until", "审查 reviewed"
    )
    for one in found:
        reviewed = "" if one.justified is None else ("正当 justified" if one.justified else "不当 unjustified")
        table.add_row(one.id, one.patient, one.first, one.state(now), _moment(one.until), reviewed)
    _console.print(table)


def _id(text: str) -> Hash32:
    if not is_hash32(text):
        raise OpeningUnreadable(reason="id")
    return Hash32(text)


def _moment(at: UnixTime) -> str:
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y-%m-%d %H:%M")
