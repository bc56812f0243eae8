"""``tcmchain units``: making codes, handing in trees, verdicts, openings and trade scans at the command line."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from tcmchain.provenance.model.references import read_id
from tcmchain.units.client import UnitsClient
from tcmchain.units.model.opening import Purpose
from tcmchain.units.service.making import Wanted
from tcmchain.units.service.making import make as make_codes
from tcmchain.values import LotId, UnixTime, day_of
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node

app = typer.Typer(help="单件 · codes of single units: making, checking, opening", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="id of the lot, 0x and 64 digits, as its page and API show it")]
Unit = Annotated[str, typer.Argument(help="serial of the unit, twelve characters")]

_console = Console()


@app.command()
def make(
    count: Annotated[int, typer.Option(help="how many units")],
    gtin: Annotated[str, typer.Option(help="GTIN of the trade item")],
    lot: Annotated[str, typer.Option(help="lot number printed beside the GTIN")],
    codes: Annotated[Path, typer.Option(help="new file for the printer, with secrets")] = Path("codes.csv"),
    tree: Annotated[Path, typer.Option(help="new public file for the node, without secrets")] = Path("units.tree"),
    url: Annotated[str, typer.Option(help="where the printed links lead")] = HERE,
    workers: Annotated[int | None, typer.Option(help="processes; one a processor by default")] = None,
) -> None:
    """Make codes on this machine; the hidden ones are written to the printer's file and nowhere else."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console) as progress:
        task = progress.add_task("制码 making codes", total=count)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        root = make_codes(Wanted(count, gtin, lot, url), codes, tree, told, workers)
    _console.print(f"单件根 root  {root}", highlight=False, soft_wrap=True)
    _console.print(f"{codes} 含密码，只交给印刷方 holds secrets, for the printer only", highlight=False)
    _console.print(f"{tree} 可公开 is public: tcmchain units hand-in {tree}", highlight=False)


@app.command("hand-in")
def hand_in(
    tree: Annotated[Path, typer.Argument(help="the public file", exists=True, dir_okay=False)],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Hand a tree in before packing with its root."""
    found = _at(node, account, lambda client: client.hand_in(tree))
    _console.print(f"{found['root']}  {found['units']}", highlight=False, soft_wrap=True)


@app.command()
def verdict(lot: Id, serial: Unit, node: Node = HERE) -> None:
    """Tell what is known of a unit: fine, notice or suspected (疑似)."""
    found = _at(node, None, lambda client: client.verdict(LotId(read_id(lot)), serial))
    table = Table("依据 evidence", "程度 grade", "日期 day", "地点 place", Column("交易 transaction", overflow="fold"))
    for one in found["evidence"]:
        day = "" if one["at"] is None else str(day_of(UnixTime(one["at"])))
        table.add_row(one["code"], one["grade"], day, one["place"], one["tx"] or "")
    _console.print(table)
    _console.print(found["grade"])


@app.command("open")
def open_unit(
    lot: Id,
    serial: Unit,
    purpose: Annotated[Literal["take", "gift", "check"], typer.Option(help="why it is opened")] = "take",
    place: Annotated[str, typer.Option(help="a province or county by its GB/T 2260 code")] = "",
    node: Node = HERE,
) -> None:
    """Open a unit once and for all; the hidden code is asked for, so that it stands in no shell history."""
    hidden = typer.prompt("密码 hidden code", hide_input=True)
    wanted = LotId(read_id(lot))
    state = _at(node, None, lambda client: client.open(wanted, serial, hidden, Purpose[purpose.upper()], place))
    _console.print(f"已开启 opened · 区块 block {state['block']}")


@app.command()
def scan(lot: Id, serial: Unit, account: Account = None, node: Node = HERE) -> None:
    """Note a trade scan of a unit, at the member's seat."""
    counted = _at(node, account, lambda client: client.scan(LotId(read_id(lot)), serial))
    _console.print("已记录 noted" if counted else "刚刚已记录 noted a moment ago")


def _at(node: str, account: str | None, ask: Callable[[UnitsClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(UnitsClient(http)))
