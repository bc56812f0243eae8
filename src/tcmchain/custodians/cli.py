"""``tcmchain custodians``: who keeps fragments, and a patient's receipts, at the command line."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from tcmchain.custodians.client.http import CustodiansClient
from tcmchain.custodians.client.receipts import Verified, verify
from tcmchain.custodians.model.receipts import Outcome
from tcmchain.errors import Invalid
from tcmchain.values import Address, UnixTime, day_of
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node

app = typer.Typer(help="托管节点 · who keeps fragments, and receipts", no_args_is_help=True)

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


def _at(node: str, account: str | None, ask: Callable[[CustodiansClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(CustodiansClient(http)))
