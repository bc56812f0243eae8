"""``tcmchain reviews``: reading reviews, leaving a dispensing's note, reports of harm, counts."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Column, Table

from tcmchain.reviews.client import ReviewsClient
from tcmchain.values import FormulaId, Hash32, UnixTime, day_of
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node, show_entry

app = typer.Typer(help="评价 · reviews of formulas, and reports of harm", no_args_is_help=True)

Formula = Annotated[str, typer.Argument(help="id of the formula, 0x and 64 digits")]
Severity = Annotated[Literal["mild", "moderate", "severe", "life-threatening"], typer.Option(help="how bad it is")]

_console = Console()


@app.command("list")
def show_reviews(
    formula: Formula,
    order: Annotated[Literal["newest", "oldest", "best", "worst"], typer.Option(help="which come first")] = "newest",
    limit: Annotated[int, typer.Option(help="how many", min=1, max=200)] = 20,
    node: Node = HERE,
) -> None:
    """Show a formula's reviews and what they amount to."""
    found = _at(node, None, lambda client: client.reviews(FormulaId(formula), order, limit))
    told = found["summary"]["evidence"]
    share = f"{int(told['bound'] * 100)}%" if told["n"] else "—"  # a lower bound is never rounded up
    _console.print(f"n = {told['n']}  有效率至少 effective at least {share} (95 %)", highlight=False)
    for one in found["reviews"]:
        day, name = day_of(UnixTime(one["happened"])), one["name"]["shown"] if one["name"] else "—"
        marks = f"评分 rating {one['rating']}  疗效 outcome {one['before']} → {one['afterwards']} {one['outcome']}"
        show_entry(_console, f"{day}  {marks}  {name}", one["words"] or "", one["id"])


@app.command()
def note(
    prescription: Annotated[str, typer.Argument(help="id of the prescription, 0x and 64 digits")],
    formula: Annotated[str, typer.Option(help="id of the formula that was dispensed")],
    version: Annotated[int, typer.Option(help="which version of it", min=1)],
    days: Annotated[int, typer.Option(help="days of the course", min=1, max=90)],
    relation: Annotated[
        Literal["none", "prescriber", "staff", "household", "author"],
        typer.Option(help="what the patient declares to be to those involved"),
    ] = "none",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As the pharmacy, leave what the patient's voucher is made from; the name is asked for and stays here."""
    name = typer.prompt("证件上的姓名 name on the papers")
    what = Hash32(prescription), FormulaId(formula), version, days
    noted = _at(node, account, lambda client: client.leave_note(*what, name, relation))
    _console.print("已登记 noted" if noted else "早已登记 was noted before")


@app.command()
def harms(
    formula: Annotated[str, typer.Option(help="id of a formula; all without one")] = "", node: Node = HERE
) -> None:
    """List reports of harm, those without answer first."""
    which = FormulaId(formula) if formula else None
    for one in _at(node, None, lambda client: client.harms(which)):
        heading = f"{day_of(UnixTime(one['happened']))}  {one['severity']}  答复 answers {len(one['answers'])}"
        show_entry(_console, heading, one["words"] or "", one["id"])


@app.command("report-harm")
def report_harm(
    formula: Formula,
    version: Annotated[int, typer.Option(help="which version of it", min=1)],
    words: Annotated[str, typer.Option(help="what happened; nothing that tells who the patient is")],
    severity: Severity = "moderate",
    began: Annotated[str, typer.Option(help="since when, YYYY-MM-DD")] = "",
    done: Annotated[str, typer.Option(help="what was done")] = "",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As a licensed physician or pharmacist, report harm that was seen."""
    what = FormulaId(formula), version, severity, words, began, done
    _at(node, account, lambda client: client.report_harm_seen(*what))
    _console.print("已报告 reported")


@app.command("answer-harm")
def answer_harm(
    harm: Annotated[str, typer.Argument(help="id of the report")],
    statement: Annotated[str, typer.Option(help="what follows; public for ever")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As a regulator, say what follows from a report."""
    _at(node, account, lambda client: client.answer_harm(Hash32(harm), statement))
    _console.print("已答复 answered")


@app.command()
def counts(node: Node = HERE) -> None:
    """Show members' dispensings with a voucher, how many are witnessed, and how many reviews came of them."""
    table = Table(Column("成员 member", overflow="fold"), "发药 dispensed", "见证 witnessed", "评价 reviews")
    for one in _at(node, None, lambda client: client.standings()):
        table.add_row(one["member"], str(one["dispensed"]), str(one["tallied"]), str(one["used"]))
    _console.print(table)


def _at(node: str, account: str | None, ask: Callable[[ReviewsClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(ReviewsClient(http)))
