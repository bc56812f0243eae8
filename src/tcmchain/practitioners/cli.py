"""``tcmchain practitioners``: licences at the command line."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tcmchain.members.model.genesis import read_account
from tcmchain.practitioners.client import PractitionersClient
from tcmchain.practitioners.model import LicenceInvalid, LicenceRecord
from tcmchain.values import BEIJING, Hash32, LicenceId, UnixTime, day_of
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node

app = typer.Typer(help="医师 · practitioners' licences", no_args_is_help=True)

Document = Annotated[
    Path, typer.Option(help="the document whose SHA-256 goes on the chain", exists=True, dir_okay=False)
]

_console = Console()


@app.command("list")
def list_licences(
    holder: Annotated[str | None, typer.Option(help="address of the practitioner's account")] = None,
    node: Node = HERE,
) -> None:
    """List licences."""
    account = None if holder is None else read_account(holder)
    _show(_at(node, None, lambda client: client.licences(account)))


@app.command()
def issue(
    number: Annotated[str, typer.Argument(help="the licence's number at the certifier")],
    holder: Annotated[str, typer.Argument(help="address of the practitioner's account")],
    document: Document,
    not_after: Annotated[str, typer.Option(help="last day, such as 2031-12-31")],
    scope: Annotated[str, typer.Option(help="what it allows")] = "physician",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Issue a licence, valid from now on."""
    who, digest, end = read_account(holder), _digest(document), _end_of_day(not_after)
    starts = UnixTime(int(datetime.now(BEIJING).timestamp()))
    _show([_at(node, account, lambda client: client.issue(number, who, scope, starts, end, digest))])


@app.command()
def rule(
    licence: Annotated[str, typer.Argument(help="id of the licence")],
    verdict: Annotated[str, typer.Argument(help="suspend, reinstate or revoke")],
    document: Document,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Suspend, reinstate or revoke a licence."""
    digest = _digest(document)
    _show([_at(node, account, lambda client: client.rule(LicenceId(licence), verdict, digest))])


@app.command("may-act")
def may_act(
    account: Annotated[str, typer.Argument(help="address of the practitioner's account")],
    scope: Annotated[str, typer.Argument(help="what is to be done")] = "physician",
    node: Node = HERE,
) -> None:
    """Tell whether an account holds a valid licence."""
    who = read_account(account)
    allowed = _at(node, None, lambda client: client.may_act(who, scope))
    _console.print("可以 yes" if allowed else "不可以 no")
    raise typer.Exit(0 if allowed else 5)


def _at(node: str, account: str | None, ask: Callable[[PractitionersClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(PractitionersClient(http)))


def _digest(document: Path) -> Hash32:
    return Hash32("0x" + hashlib.sha256(document.read_bytes()).hexdigest())


def _end_of_day(day: str) -> UnixTime:
    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise LicenceInvalid(f"{day} is no day", not_after=day) from error
    return UnixTime(int(datetime.combine(found, time(23, 59, 59), BEIJING).timestamp()))


def _show(records: Iterable[LicenceRecord]) -> None:
    table = Table("编号 id", "持有人 holder", "范围 scope", "状态 standing", "有效至 until")
    for record in records:
        licence = record.licence
        until = day_of(licence.not_after).isoformat()
        table.add_row(licence.id, licence.holder, licence.scope, record.standing.word, until)
    _console.print(table)
