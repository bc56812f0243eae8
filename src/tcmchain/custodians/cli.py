"""``tcmchain custodians``: who keeps fragments, and a patient's receipts, at the command line."""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from tcmchain.consent.model.errors import GrantUnknown
from tcmchain.consent.service.granting import end_of_day, received
from tcmchain.consent.service.passing import Onward
from tcmchain.custodians.client.http import CustodiansClient
from tcmchain.custodians.client.receipts import Verified, verify
from tcmchain.custodians.model.receipts import Outcome
from tcmchain.custodians.service.passing_on import Passed, PassingOn
from tcmchain.errors import Invalid
from tcmchain.members.model.genesis import read_account
from tcmchain.patients.service.device import Device
from tcmchain.patients.service.machine import Number, VaultPath, ask_as, open_relation
from tcmchain.records.model.errors import FileThere
from tcmchain.values import Address, Hash32, UnixTime, day_of
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node

app = typer.Typer(help="托管节点 · who keeps fragments, and receipts", no_args_is_help=True)
passing = typer.Typer(help="转授 · passing on what was granted")
"""Commands of ``tcmchain consent`` that need custodians."""

Custodian = Annotated[str, typer.Argument(help="account of the custodian")]

_console = Console()


@app.command("list")
def list_custodians(
    retired: Annotated[bool, typer.Option(help="those out of service too")] = False,
    node: Node = HERE,
) -> None:
    """List custodians."""
    table = Table(Column("账户 account", overflow="fold"), "成员 member", "地址 url", "回执 receipts", "停用 retired")
    for one in _at(node, None, lambda client: client.custodians(retired)):
        ended = "" if one["retired"] is None else str(day_of(UnixTime(one["retired"])))
        table.add_row(one["account"], one["member"][:10], one["url"], str(one["receipts"]), ended)
    _console.print(table)


@app.command()
def enrol(
    account_of_custodian: Annotated[str, typer.Argument(metavar="CUSTODIAN", help="account on the custodian's card")],
    inbox: Annotated[str, typer.Argument(help="inbox key on the custodian's card")],
    url: Annotated[str, typer.Argument(help="address that nodes reach the custodian at")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Enrol a custodian of your member; its card is at the address /card of the custodian."""
    _at(node, account, lambda client: client.enrol(account_of_custodian, inbox, url))
    _console.print("已登记 enrolled")


@app.command()
def retire(custodian: Custodian, account: Account = None, node: Node = HERE) -> None:
    """Take a custodian of your member out of service, for good."""
    _at(node, account, lambda client: client.retire(custodian))
    _console.print("已停用 out of service")


@app.command()
def receipts(
    custodian: Custodian,
    patient: Annotated[str, typer.Argument(help="account of the patient")],
    after: Annotated[int, typer.Option(help="only receipts beyond this number")] = 0,
    save: Annotated[Path | None, typer.Option(help="new file for the receipts, to verify them later")] = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Show a custodian's receipts about a patient, as who may act for the patient."""
    found = _at(node, account, lambda client: client.receipts(custodian, Address(patient), after))["receipts"]
    table = Table("号 number", "日期 day", Column("阅读者 reader", overflow="fold"), "结果 outcome", "批 root")
    for one in found:
        receipt = one["receipt"]
        day, outcome = str(day_of(UnixTime(receipt["at"]))), Outcome(receipt["outcome"]).word
        table.add_row(str(receipt["number"]), day, receipt["reader"], outcome, str(one["batch"] or "—"))
    _console.print(table)
    if save is not None:
        with save.open("x", encoding="utf-8") as file:
            json.dump(found, file)


@app.command("verify")
def verify_receipts(
    file: Annotated[Path, typer.Argument(help="file with receipts", exists=True, dir_okay=False)],
    node: Node = HERE,
) -> None:
    """Verify receipts: the custodian's signature, and that each stands under a root on the chain."""
    try:
        content: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid(str(error)) from error
    found: Verified = ask_node(node, None, lambda http: verify(http, content))
    _console.print(f"{found.signed} 份签名属实 signed · {found.anchored} 份已上链 on the chain", highlight=False)


@passing.command("pass-on")
def pass_on(
    grant: Annotated[str, typer.Argument(help="id of a grant to you that may be passed on")],
    grantee: Annotated[str, typer.Argument(help="account that published its keys")],
    purpose: Annotated[str, typer.Option(help="why, in your words")],
    until: Annotated[str, typer.Option(help="last day, such as 2031-12-31; not after that of the grant")],
    vault: VaultPath = None,
    relation: Number = 0,
    node: Node = HERE,
) -> None:
    """As a grantee: let another reader read what you can read now; keys go out one by one, sealed to that reader."""
    onward = Onward(read_account(grantee), purpose, end_of_day(until))

    async def work(device: Device) -> Passed:
        parent = next((one for one in await received(device) if one.grant == grant), None)
        if parent is None:
            raise GrantUnknown(id=grant)
        return await PassingOn(device).pass_on(parent, onward)

    passed = ask_as(node, open_relation(vault, relation), work)
    _console.print(f"已转授 passed on  {passed.granted.id}", highlight=False, soft_wrap=True)
    _console.print(
        f"{passed.keys} 个版本 versions · {len(passed.shut)} 个未能打开 could not be opened", highlight=False
    )


@passing.command("passed")
def show_passed(vault: VaultPath = None, relation: Number = 0, node: Node = HERE) -> None:
    """As a reader: files that others passed on to you and that can be opened now."""
    named = ("编号 id", "患者 patient", "类别 category", "目的 purpose", "至 until", "文件 file", "版本 version")
    table = Table(*(Column(name, overflow="fold") for name in named))
    for one in ask_as(node, open_relation(vault, relation), lambda device: PassingOn(device).received()):
        about = (one.grant, one.patient, str(one.category), one.opening.purpose, str(day_of(one.opening.until)))
        for key in one.keys:
            table.add_row(*about, key.file, str(key.version))
    _console.print(table)


@passing.command("open")
def open_passed(
    file: Annotated[str, typer.Argument(help="id of the file, 0x and 64 digits")],
    to: Annotated[Path, typer.Argument(help="new file for the clear body", dir_okay=False)],
    version: Annotated[int | None, typer.Option(min=1, help="the newest that was passed on by default")] = None,
    vault: VaultPath = None,
    relation: Number = 0,
    node: Node = HERE,
) -> None:
    """As a reader: open a file that was passed on to you, after asking the chain whether you still may."""
    keys = open_relation(vault, relation)
    opened = ask_as(node, keys, lambda device: PassingOn(device).read_file(Hash32(file), version))
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise FileThere(file=str(to)) from error
    with os.fdopen(handle, "wb") as written:
        written.write(opened.body or b"")
    _console.print(f"{opened.facts.title}  {opened.facts.media}  {opened.facts.size}", soft_wrap=True)


def _at(node: str, account: str | None, ask: Callable[[CustodiansClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(CustodiansClient(http)))
