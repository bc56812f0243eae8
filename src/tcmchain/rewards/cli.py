"""``tcmchain rewards``: points at the command line."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tcmchain.rewards.client import RewardsClient
from tcmchain.rewards.model import format_points
from tcmchain.values import MemberId
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
