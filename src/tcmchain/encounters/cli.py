"""``tcmchain encounters``: visits at the command line."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from tcmchain.encounters.client import EncountersClient, Offer
from tcmchain.encounters.model.errors import VisitWrongEnd
from tcmchain.members.model.genesis import read_account
from tcmchain.values import BEIJING, Hash32, MemberId, UnixTime, VisitId
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node

app = typer.Typer(help="就诊 · visits: ask a patient, be permitted, end", no_args_is_help=True)
_console = Console()

Visit = Annotated[str, typer.Argument(help="id of the visit")]


@app.command("list")
def list_visits(
    member: Annotated[str | None, typer.Option(help="id of the institution")] = None,
    practitioner: Annotated[str | None, typer.Option(help="address of the physician's account")] = None,
    patient: Annotated[str | None, typer.Option(help="the patient's pseudonym")] = None,
    state: Annotated[str | None, typer.Option(help="requested, permitted, declined or finished")] = None,
    node: Node = HERE,
) -> None:
    """List visits, the last requested first."""
    where = None if member is None else MemberId(member)
    who = None if practitioner is None else read_account(practitioner)
    whose = None if patient is None else read_account(patient)
    _show(_at(node, None, lambda client: client.visits(where, who, whose, state)))


@app.command()
def show(visit: Visit, node: Node = HERE) -> None:
    """Show a visit."""
    _show([_at(node, None, lambda client: client.visit(VisitId(visit)))])


@app.command()
def offer(
    inbox: Annotated[str, typer.Argument(help="the inbox key of the patient's account, 0x hex")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As a patient's account, make a one-time code by which a physician finds it within ten minutes."""

    async def leave(client: EncountersClient) -> str:
        whose = client.account()
        return await client.leave_offer(Offer(whose, bytes.fromhex(inbox.removeprefix("0x")), _salt()))

    _console.print(f"一次性码 one-time code  [bold]{_at(node, account, leave)}[/bold]")


@app.command()
def request(
    code: Annotated[str, typer.Argument(help="the one-time code that the patient shows")],
    terms: Annotated[str, typer.Option(help="SHA-256 of the request letter, 0x hex")],
    until: Annotated[str, typer.Option(help="last moment to answer, such as 2026-12-01T18:00")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As a licensed physician, ask the patient behind a one-time code."""
    end = _moment(until)

    async def ask(client: EncountersClient) -> str:
        shown = await client.take_offer(code)
        visit = await client.next_id()
        await client.request(shown, Hash32(terms), end)
        return visit

    _console.print(_at(node, account, ask), highlight=False)


@app.command()
def decline(
    visit: Visit,
    salt: Annotated[str, typer.Option(help="the salt in the request letter, 0x hex")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As the patient's account, decline."""

    async def refuse(client: EncountersClient) -> dict[str, Any]:
        return await client.decline(VisitId(visit), client.account(), Hash32(salt))

    _show([_at(node, account, refuse)])


@app.command()
def finish(visit: Visit, account: Account = None, node: Node = HERE) -> None:
    """End a visit, as an account of the institution or as the patient's."""
    _show([_at(node, account, lambda client: client.finish(VisitId(visit)))])


@app.command()
def code(visit: Visit, account: Account = None, node: Node = HERE) -> None:
    """Make a code under which one dispensing belongs to a visit."""
    _console.print(_at(node, account, lambda client: client.code(VisitId(visit)))["code"], highlight=False)


@app.command("use-device")
def use_device(
    visit: Visit,
    device: Annotated[str, typer.Argument(help="GIAI of the device")],
    name: Annotated[str, typer.Option(help="what it is called")] = "",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Record that a device was used in a visit; the node seals and appends it."""
    now = UnixTime(int(datetime.now(BEIJING).timestamp()))
    file = _at(node, account, lambda client: client.use_device(VisitId(visit), device, now, name=name))
    _console.print(file, highlight=False)


def _at(node: str, account: str | None, ask: Callable[[EncountersClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(EncountersClient(http)))


def _salt() -> Hash32:
    return Hash32("0x" + secrets.token_hex(32))


def _moment(text: str) -> UnixTime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise VisitWrongEnd(until=text) from error
    return UnixTime(int((found if found.tzinfo else found.replace(tzinfo=BEIJING)).timestamp()))


def _show(visits: list[dict[str, Any]]) -> None:
    table = Table(
        Column("编号 id", overflow="fold"),
        "状态 state",
        "医师 physician",
        Column("患者 patient", overflow="fold"),
        "至 until",
    )
    for visit in visits:
        until = datetime.fromtimestamp(visit["until"], BEIJING).strftime("%Y-%m-%d %H:%M")
        table.add_row(visit["id"], visit["state"], visit["practitioner"], visit["patient"] or "—", until)
    _console.print(table)
