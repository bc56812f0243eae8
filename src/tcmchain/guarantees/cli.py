"""``tcmchain guarantees``: bonds and cases at the command line."""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tcmchain.guarantees.client import GuaranteesClient
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.rewards.model import format_points
from tcmchain.values import CaseId, Hash32, LotId, MemberId, RecallId, UnixTime, day_of
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node

app = typer.Typer(help="担保 · fees, bonds and cases", no_args_is_help=True)
_console = Console()
_DAY = 86_400

Case = Annotated[str, typer.Argument(help="id of the case")]
Lot = Annotated[str, typer.Argument(help="id of the lot")]
Cause = Annotated[str, typer.Option(help="why; public for ever")]


@app.command()
def tariff(node: Node = HERE) -> None:
    """Show what an entry costs and what stands behind it."""
    found = _at(node, None, lambda client: client.tariff())
    if found is None:
        _console.print("没有费率，入账免费 no tariff, entries are free")
        return
    table = Table("项 item", "值 value")
    for name, words in (
        ("fee", "入账费 fee per entry"),
        ("bond", "每批保证金 bond per lot"),
        ("bond_rate", "每公斤保证金 bond per kilogram"),
        ("compensation", "每公斤补偿 compensation per kilogram"),
    ):
        table.add_row(words, format_points(found[name]))
    table.add_row("互助金补足倍数 cover", str(found["cover"]))
    table.add_row("锁定天数 days locked", f"{found['term'] / _DAY:g}")
    table.add_row("申领天数 days to claim", f"{found['window'] / _DAY:g}")
    _console.print(table)


@app.command("set-tariff")
def set_tariff(
    fee: Annotated[str, typer.Option(help="points for each entry")],
    bond: Annotated[str, typer.Option(help="points locked for each lot")],
    bond_rate: Annotated[str, typer.Option(help="points locked for each kilogram")],
    compensation: Annotated[str, typer.Option(help="points for each kilogram of frozen goods")],
    cover: Annotated[int, typer.Option(help="the fund adds at most so many times the bond")] = 3,
    term: Annotated[float, typer.Option(help="days a bond stays locked")] = 180,
    window: Annotated[float, typer.Option(help="days in which holders may claim")] = 30,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Set the tariff for later lots; by a regulator."""
    seconds = (int(term * _DAY), int(window * _DAY))
    _at(node, account, lambda client: client.set_tariff(fee, bond, bond_rate, compensation, cover, *seconds))
    _done()


@app.command()
def bonds(
    grower: Annotated[str | None, typer.Option(help="id of the grower")] = None,
    state: Annotated[str | None, typer.Option(help="locked, accused, taken or returned")] = None,
    node: Node = HERE,
) -> None:
    """List bonds."""
    whose = None if grower is None else MemberId(grower)
    table = Table("批次 lot", "数量 quantity", "保证金 bond", "状态 state", "至 until")
    for bond in _at(node, None, lambda client: client.bonds(whose, state)):
        until = day_of(UnixTime(bond["until"])).isoformat()
        amounts = (format_mass(bond["milligrams"]), format_points(bond["amount"]))
        table.add_row(bond["lot"], *amounts, bond["state"], until)
    _console.print(table)


@app.command()
def cases(
    state: Annotated[str | None, typer.Option(help="open, dismissed, lapsed, confirmed or settled")] = None,
    node: Node = HERE,
) -> None:
    """List cases."""
    table = Table("案件 case", "批次 lot", "状态 state", "池 pot", "申领 claimed")
    for case in _at(node, None, lambda client: client.cases(state=state)):
        sums = (format_points(case["pot"]), format_mass(case["weight"]))
        table.add_row(case["id"], case["lot"], case["state"], *sums)
    _console.print(table)


@app.command()
def grower(member: Annotated[str, typer.Argument(help="id of the grower")], node: Node = HERE) -> None:
    """Show a grower's public record."""
    found: dict[str, Any] = _at(node, None, lambda client: client.grower(MemberId(member)))
    sums = found["history"]
    table = Table("项 item", "值 value")
    table.add_row("批次 lots", str(found["lots"]))
    table.add_row("数量 quantity", format_mass(found["milligrams"]))
    table.add_row("检验合格 / 不合格 inspections passed / failed", f"{found['passed']} / {found['failed']}")
    table.add_row("已缴费用 fees", format_points(sums["fees"]))
    table.add_row("锁定保证金 locked", format_points(sums["locked"]))
    table.add_row("无案退回 returned", str(sums["returned"]))
    table.add_row("判定 verdicts", str(sums["verdicts"]))
    table.add_row("保证金减免 discount", f"{found['discount']} %")
    _console.print(table)


@app.command()
def release(lot: Lot, account: Account = None, node: Node = HERE) -> None:
    """Return a bond whose term is over."""
    _at(node, account, lambda client: client.release(LotId(lot)))
    _done()


@app.command()
def accuse(
    lot: Lot,
    report: Annotated[Path, typer.Option(help="the report whose SHA-256 goes on the chain", exists=True)],
    cause: Cause = "",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Hold something against a bonded lot; by a lab."""
    findings = Hash32("0x" + hashlib.sha256(report.read_bytes()).hexdigest())
    facts = {"cause": cause} if cause else {}
    _console.print(_at(node, account, lambda client: client.accuse(LotId(lot), findings, facts)))


@app.command()
def confirm(
    case: Case,
    recall: Annotated[str, typer.Argument(help="id of the recall that began with the lot")],
    cause: Cause = "",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Find against the grower; by a regulator."""
    facts = {"cause": cause} if cause else {}
    _at(node, account, lambda client: client.confirm(CaseId(case), RecallId(recall), facts))
    _done()


@app.command()
def dismiss(case: Case, cause: Cause = "", account: Account = None, node: Node = HERE) -> None:
    """Find for the grower; by a regulator."""
    facts = {"cause": cause} if cause else {}
    _at(node, account, lambda client: client.dismiss(CaseId(case), facts))
    _done()


@app.command()
def claim(case: Case, account: Account = None, node: Node = HERE) -> None:
    """Claim for all frozen lots that the account's member holds or has dispensed."""
    _at(node, account, lambda client: client.claim(CaseId(case)))
    _done()


@app.command()
def settle(case: Case, account: Account = None, node: Node = HERE) -> None:
    """Fix the shares when claims have ended."""
    _at(node, account, lambda client: client.settle(CaseId(case)))
    _done()


@app.command()
def collect(case: Case, account: Account = None, node: Node = HERE) -> None:
    """Put the member's share into its purse."""
    _at(node, account, lambda client: client.collect(CaseId(case)))
    _done()


def _at(node: str, account: str | None, ask: Callable[[GuaranteesClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(GuaranteesClient(http)))


def _done() -> None:
    _console.print("已完成 done")
