"""``tcmchain provenance``: lots, stock and steps at the command line."""

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.progress import Progress
from rich.table import Column, Table

from tcmchain.provenance.cli.asking import Facts, Happened, at, console, day_given, facts_given, pair, write
from tcmchain.provenance.client import NewLot, Quantity
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.references import read_id
from tcmchain.provenance.model.sheet import SheetKind
from tcmchain.values import Hash32, LotId, MemberId, QuotaId, ShipmentId, day_of
from tcmchain.web.command_line import HERE, Account, Node

app = typer.Typer(help="溯源 · lots, stock and every step from field to patient", no_args_is_help=True)

Lines = Annotated[list[str], typer.Option("--line", "-l", help="a quantity of a lot, as LOT=12.5kg")]


@app.command()
def search(text: Annotated[str, typer.Argument()] = "", node: Node = HERE) -> None:
    """Search lots by name, pinyin, number, GTIN or code."""
    found = at(node, None, lambda client: client.search(text, limit=100))
    code, identifier = Column("编码 code", no_wrap=True), Column("编号 id", overflow="fold")
    table = Table(code, "形态 form", "批号 number", "数量 made", "日期 day", identifier)
    for lot in found["lots"]:
        made, day = format_mass(lot["made"]), day_of(lot["happened"])
        table.add_row(lot["code"], lot["form"], lot["reference"], made, str(day), lot["id"])
    console.print(table)
    console.print(f"共 {found['total']} · 区块 block {found['block']}")


@app.command()
def certificate(lot: str, node: Node = HERE) -> None:
    """Print a lot's certificate as JSON."""
    found = at(node, None, lambda client: client.certificate(LotId(read_id(lot))))
    console.print_json(orjson.dumps(found).decode())


@app.command()
def stock(
    start: Annotated[str | None, typer.Option(help="first day")] = None,
    end: Annotated[str | None, typer.Option(help="last day")] = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Show the member's stock: 购入, 存储量, 流出量, 剩余量."""
    table = Table("形态 form", "购入 in", "存储量 stored", "流出量 out", "剩余量 left", "提醒")
    for line in at(node, account, lambda client: client.stock(None, start, end)):
        cells = [format_mass(line[key]) for key in ("came_in", "stored", "went_out", "left")]
        table.add_row(line["form"], *cells, "⚠ 库存低 low" if line["low"] else "")
    console.print(table)


@app.command()
def shipments(
    outgoing: Annotated[bool, typer.Option(help="those sent instead of those coming")] = False,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """List shipments."""
    table = Table("编号 number", "状态 state", "日期 day", "行 lines", Column("编号 id", overflow="fold"))
    for found in at(node, account, lambda client: client.shipments(not outgoing)):
        day = str(day_of(found["shipped"]))
        table.add_row(found["reference"], found["state"], day, str(len(found["lines"])), found["id"])
    console.print(table)


@app.command("declare-terms")
def declare_terms(account: Account = None, node: Node = HERE) -> None:
    """Declare the forms and yields of the term tables, as a regulator or certifier."""
    count = at(node, account, lambda client: client.declare_terms())
    console.print(f"已登记 declared ({count})")


@app.command()
def certify(
    reference: str,
    grower: Annotated[str, typer.Option(help="id of the grower")],
    form: Annotated[str, typer.Option(help="such as renshen.fresh")],
    quantity: Annotated[str, typer.Option(help="such as 600kg")],
    not_after: Annotated[str, typer.Option(help="last day")],
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Certify a quota."""
    who, facts = MemberId(read_id(grower)), facts_given(fact)
    write(node, account, lambda c: c.certify_quota(reference, who, form, quantity, not_after, facts))


@app.command()
def commission(
    quota: str,
    reference: str,
    quantity: str,
    expires: Annotated[str | None, typer.Option()] = None,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Enter a harvest as a new lot."""
    wanted, day, facts = QuotaId(read_id(quota)), day_given(happened), facts_given(fact)
    write(node, account, lambda c: c.commission(wanted, reference, quantity, day, facts, expires))


@app.command()
def observe(
    subject: Annotated[str, typer.Argument(help="id of a lot or quota")],
    observation: Annotated[str, typer.Argument(help="field-work, inspection or storage")],
    fails: Annotated[bool, typer.Option(help="it does not conform")] = False,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """State field work, an inspection or a storage reading."""
    wanted, day, facts = read_id(subject), day_given(happened), facts_given(fact)
    write(node, account, lambda c: c.observe(wanted, observation, not fails, day, facts))


@app.command()
def ship(
    reference: str,
    to: Annotated[str, typer.Option(help="id of the consignee")],
    line: Lines,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Sell and send goods to another member."""
    who, lines, day, facts = MemberId(read_id(to)), _lines(line), day_given(happened), facts_given(fact)
    write(node, account, lambda c: c.ship(reference, who, lines, day, facts))


@app.command()
def receive(
    shipment: str,
    line: Annotated[list[str] | None, typer.Option("--line", "-l", help="what arrived, as LOT=12kg")] = None,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Take in a shipment, in full unless lines are given."""
    wanted, lines, day, facts = (
        ShipmentId(read_id(shipment)),
        _lines(line or []),
        day_given(happened),
        facts_given(fact),
    )
    write(node, account, lambda c: c.receive(wanted, day, facts, lines))


@app.command()
def refuse(
    shipment: str, happened: Happened = None, fact: Facts = None, account: Account = None, node: Node = HERE
) -> None:
    """Refuse a shipment."""
    wanted, day, facts = ShipmentId(read_id(shipment)), day_given(happened), facts_given(fact)
    write(node, account, lambda c: c.refuse(wanted, day, facts))


@app.command()
def cancel(
    shipment: str, happened: Happened = None, fact: Facts = None, account: Account = None, node: Node = HERE
) -> None:
    """Call a shipment back while it is underway."""
    wanted, day, facts = ShipmentId(read_id(shipment)), day_given(happened), facts_given(fact)
    write(node, account, lambda c: c.cancel(wanted, day, facts))


@app.command()
def process(
    method: Annotated[str, typer.Argument(help="such as steaming")],
    line: Lines,
    output: Annotated[list[str], typer.Option("--output", "-o", help="as NUMBER:form=4kg")],
    expires: Annotated[str | None, typer.Option(help="of the new lots")] = None,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Process lots into lots of later forms."""
    inputs, day, facts = _lines(line), day_given(happened), facts_given(fact)
    outputs = [_output(text, expires) for text in output]
    write(node, account, lambda c: c.process(method, inputs, outputs, day, facts))


@app.command()
def split(
    lot: str,
    part: Annotated[list[str], typer.Option("--part", "-p", help="as NUMBER=4kg")],
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Divide a lot."""
    parts = [NewLot(*pair(text)) for text in part]
    wanted, day, facts = LotId(read_id(lot)), day_given(happened), facts_given(fact)
    write(node, account, lambda c: c.split(wanted, parts, day, facts))


@app.command()
def merge(
    reference: str,
    line: Lines,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Put lots of one form together."""
    lines, day, facts = _lines(line), day_given(happened), facts_given(fact)
    write(node, account, lambda c: c.merge(lines, reference, day, facts))


@app.command()
def pack(
    lot: str,
    quantity: str,
    reference: str,
    units: int,
    gtin: Annotated[str, typer.Option(help="GTIN of the trade item")] = "",
    units_root: Annotated[str | None, typer.Option(help="root of the units' tree, as `units make` tells it")] = None,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Pack a quantity as units of a trade item."""
    wanted, day, facts = LotId(read_id(lot)), day_given(happened), facts_given(fact)
    root = None if units_root is None else read_id(units_root)
    write(node, account, lambda c: c.pack(wanted, quantity, reference, units, gtin, day, facts, root))


@app.command()
def dispense(
    commitment: Annotated[str, typer.Argument(help="32 bytes as 0x hex, from the patient's code")],
    line: Lines,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Hand goods to a patient."""
    bound, lines, day, facts = Hash32(read_id(commitment)), _lines(line), day_given(happened), facts_given(fact)
    write(node, account, lambda c: c.dispense(lines, bound, day, facts))


@app.command()
def retire(
    lot: str,
    quantity: str,
    reason: Annotated[str, typer.Argument(help="sampling, spoilage or loss")],
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Take a quantity off the ledger."""
    wanted, day, facts = LotId(read_id(lot)), day_given(happened), facts_given(fact)
    write(node, account, lambda c: c.retire(wanted, quantity, reason, day, facts))


@app.command()
def bulk(
    kind: SheetKind,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option(help="only say which rows are wrong")] = False,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Take the steps of a CSV table."""
    report = at(node, account, lambda client: client.check_table(kind, file))
    for row, column, sentence in report.errors:
        console.print(f"第 {row} 行 row · {column}: {sentence}", highlight=False)
    if report.errors:
        raise typer.Exit(2)
    if not dry_run:
        with Progress(console=console) as progress:
            task = progress.add_task(f"{report.rows} 行 rows", total=report.transactions)
            at(node, account, lambda c: c.load_table(kind, file, lambda n, _: progress.update(task, completed=n)))
    console.print(f"{report.rows} 行 rows ✓")


def _lines(given: list[str]) -> list[Quantity]:
    return [Quantity(LotId(read_id(lot)), quantity) for lot, quantity in map(pair, given)]


def _output(text: str, expires: str | None) -> NewLot:
    name, quantity = pair(text)
    reference, found, form = name.rpartition(":")
    if not found:
        raise typer.BadParameter(f"{text!r}: NUMBER:form=QUANTITY")
    return NewLot(reference, quantity, form, expires)
