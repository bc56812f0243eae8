"""``tcmchain rewards``: points at the command line."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from tcmchain.rewards.client import RewardsClient
from tcmchain.rewards.model import format_points
from tcmchain.values import Hash32, MemberId, UnixTime, day_of
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node

app = typer.Typer(help="积分 · the consortium's points", no_args_is_help=True)
_console = Console()


@app.command()
def supply(node: Node = HERE) -> None:
    """Show where all points are."""
    found = _at(node, None, lambda client: client.supply())
    table = Table("何处 where", "积分 points")
    for name, amount in (
        ("成员 members", found.members),
        ("互助金 fund", found.fund),
        ("储备 reserve", found.reserve),
        ("锁定 locked", found.locked),
        ("总量 supply", found.total),
    ):
        table.add_row(name, format_points(amount))
    _console.print(table)


@app.command()
def flows(node: Node = HERE) -> None:
    """Show every source and sink."""
    table = Table("从 from", "到 to", "事由 why", "积分 points", "次数 moves")
    for flow in _at(node, None, lambda client: client.flows()):
        table.add_row(flow.source.value, flow.sink.value, flow.why, format_points(flow.amount), str(flow.moves))
    _console.print(table)


@app.command()
def purses(node: Node = HERE) -> None:
    """List who has points."""
    table = Table("持有人 holder", "积分 points")
    for purse in _at(node, None, lambda client: client.purses(200)):
        table.add_row(purse.holder, format_points(purse.amount))
    _console.print(table)


@app.command()
def earnings(
    account: Annotated[str, typer.Argument(help="address of an account; all earnings without one")] = "",
    node: Node = HERE,
) -> None:
    """Show what deeds earned, when it vests, and what was paid."""
    table = Table("行为 deed", "积分 points", "状态 state", "归属日 vests", Column("编号 id", overflow="fold"))
    if account:
        found = _at(node, None, lambda client: client.earned(account))
        rows = found["earnings"]
        for name in ("vested", "vesting", "paid", "claimable", "clawed_back"):
            _console.print(f"{name:12} {format_points(found[name])}")
    else:
        rows = _at(node, None, lambda client: client.earnings())
    for row in rows:
        vests = str(day_of(UnixTime(row["vests"])))
        table.add_row(row["deed"], format_points(row["amount"]), row["state"], vests, row["id"])
    _console.print(table)


@app.command()
def claim(account: Annotated[str, typer.Argument(help="address of the account")], node: Node = HERE) -> None:
    """Have what vested paid to an account's purse on care; anybody may ask."""
    paid = _at(node, None, lambda client: client.claim(account))
    _console.print(f"已付 paid  {format_points(paid)}")


@app.command("claw-back")
def claw_back(
    earning: Annotated[str, typer.Argument(help="id of the earning, 0x and 64 digits")],
    reason: Annotated[str, typer.Option(help="why; only its SHA-256 goes on the chain")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As a voting member, want an earning back; the majority takes it."""
    _at(node, account, lambda client: client.claw_back(Hash32(earning), reason))
    _console.print("已表决 voted")


@app.command()
def allot(
    member: Annotated[str, typer.Argument(help="id of the member")],
    amount: Annotated[str, typer.Argument(help="points, such as 12.5")],
    note: Annotated[str, typer.Option(help="why; public for ever")] = "",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Give a member points out of the reserve; by a regulator."""
    _at(node, account, lambda client: client.allot(MemberId(member), amount, note))
    _console.print("已发放 allotted")


def _at(node: str, account: str | None, ask: Callable[[RewardsClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(RewardsClient(http)))
