"""``tcmchain provenance recall``: find all that a lot reaches, and call it back."""

from typing import Annotated, Any

import orjson
import typer
from rich.table import Column, Table

from tcmchain.provenance.cli.asking import Facts, Happened, at, console, day_given, facts_given, pair, write
from tcmchain.provenance.client import Quantity
from tcmchain.provenance.model.quantity import format_mass
from tcmchain.provenance.model.references import read_id
from tcmchain.values import LotId, RecallId
from tcmchain.web.command_line import HERE, Account, Node

app = typer.Typer(help="召回 · call lots back, or rehearse it", no_args_is_help=True)

Lots = Annotated[list[str], typer.Argument(help="the lots that it begins with")]
AsJson = Annotated[bool, typer.Option("--json", help="print all of it as JSON")]


@app.command()
def reach(lots: Lots, as_json: AsJson = False, node: Node = HERE) -> None:
    """Show what lots reach, forward and backward, and where all of it is; nothing is changed."""
    found = at(node, None, lambda client: client.reach([LotId(read_id(lot)) for lot in lots]))
    if as_json:
        console.print_json(orjson.dumps(found).decode())
    else:
        _show(found)


@app.command("list")
def list_recalls(running: Annotated[bool, typer.Option(help="only those not over")] = False, node: Node = HERE) -> None:
    """List recalls and drills, newest first."""
    table = Table("编号 number", "性质 kind", "状态 state", Column("编号 id", overflow="fold"))
    for found in at(node, None, lambda client: client.recalls(running or None)):
        kind = "演练 drill" if found["drill"] else "召回 recall"
        table.add_row(found["reference"], kind, "已结束 over" if found["closed"] else "进行中 running", found["id"])
    console.print(table)


@app.command()
def show(recall: str, as_json: AsJson = False, node: Node = HERE) -> None:
    """Show how a recall stands, and its score."""
    found = at(node, None, lambda client: client.recall(RecallId(read_id(recall))))
    if as_json:
        console.print_json(orjson.dumps(found).decode())
        return
    _show(found["reach"])
    score = found["score"]
    console.print(
        f"冻结 frozen {score['lots_frozen']}/{score['lots']} · 答复 answered {score['holders_answered']}/"
        f"{score['holders']} · 完整度 completeness {100 * score['completeness']:.1f}%"
    )


@app.command("open")
def open_recall(
    reference: str,
    lots: Lots,
    drill: Annotated[bool, typer.Option(help="rehearse: time and score, hold nothing up")] = False,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Call lots back and freeze all that they reach, until nothing is left to freeze."""
    seeds, day, facts = [LotId(read_id(lot)) for lot in lots], day_given(happened), facts_given(fact)
    with console.status("召回并冻结 · recalling and freezing"):
        found = at(node, account, lambda client: client.open_recall(reference, seeds, day, facts, drill))
    console.print(found, soft_wrap=True)


@app.command()
def freeze(recall: str, account: Account = None, node: Node = HERE) -> None:
    """Carry a recall on to what was made since, until nothing is left to freeze."""
    count = at(node, account, lambda client: client.freeze(RecallId(read_id(recall))))
    console.print(f"{count} 笔交易 transactions")


@app.command()
def secure(
    recall: str,
    line: Annotated[list[str], typer.Option("--line", "-l", help="what was put aside, as LOT=12.5kg")],
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """State what was put aside of frozen lots."""
    portions = [Quantity(LotId(read_id(lot)), quantity) for lot, quantity in map(pair, line)]
    wanted, day, facts = RecallId(read_id(recall)), day_given(happened), facts_given(fact)
    write(node, account, lambda client: client.secure(wanted, portions, day, facts))


@app.command()
def release(
    recall: str,
    lots: Lots,
    happened: Happened = None,
    fact: Facts = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Release lots that were found to be sound."""
    sound = [LotId(read_id(lot)) for lot in lots]
    wanted, day, facts = RecallId(read_id(recall)), day_given(happened), facts_given(fact)
    write(node, account, lambda client: client.release(wanted, sound, day, facts))


@app.command()
def close(
    recall: str, happened: Happened = None, fact: Facts = None, account: Account = None, node: Node = HERE
) -> None:
    """End a recall; what it froze stays frozen until released or retired."""
    wanted, day, facts = RecallId(read_id(recall)), day_given(happened), facts_given(fact)
    write(node, account, lambda client: client.close_recall(wanted, day, facts))


def _show(found: dict[str, Any]) -> None:
    table = Table("机构 member", "库存 held", "在途 coming", "已发药 dispensed", "封存 secured")
    for holder in found["holders"]:
        cells = [format_mass(holder[key]) for key in ("held", "coming", "dispensed", "secured")]
        table.add_row(holder["holder"][:12] + "…", *cells)
    console.print(table)
    sums = found["reconciliation"]
    console.print(
        f"批次 lots {len(found['lots'])} · 来源 sources {len(found['sources'])} · 成件 units "
        f"{sum(units['units'] for units in found['units'])} · 区块 block {found['block']}"
    )
    console.print(
        f"进入 entered {format_mass(sums['entered'])} = 库存 held {format_mass(sums['held'])} + 在途 in transit "
        f"{format_mass(sums['in_transit'])} + 已发药 dispensed {format_mass(sums['dispensed'])} + 核减 retired "
        f"{format_mass(sums['retired'])} + 损失 lost {format_mass(sums['lost'])} + 加工损耗 processing loss "
        f"{format_mass(sums['processing_loss'])} + 对不上 unexplained {sums['unexplained']} mg"
    )
