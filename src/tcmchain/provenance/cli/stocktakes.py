"""``tcmchain stocktake``: count what is on the shelves, from a file or straight from an RFID reader."""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table

from tcmchain.provenance.cli.asking import at, console
from tcmchain.provenance.model.stocktake import ReaderSupportMissing, ReaderUnavailable
from tcmchain.provenance.service.stocktakes import codes_in
from tcmchain.web.command_line import HERE, Account, Node

app = typer.Typer(help="盘点 · count stock by its tags", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="print all of it as JSON")]


@app.command()
def count(
    codes: Annotated[Path, typer.Argument(help="codes as a reader wrote them, one a line", exists=True)],
    as_json: AsJson = False,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Set the codes of a file against what the ledger says is here; nothing is changed."""
    _compare(codes_in(codes.read_text(encoding="utf-8", errors="replace")), as_json, account, node)


@app.command()
def sweep(
    reader: Annotated[str, typer.Option(help="host name or address of the reader")],
    port: Annotated[int, typer.Option(help="port of LLRP")] = 5084,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="how long to read")] = 10.0,
    out: Annotated[Path | None, typer.Option(help="file to write what was read to")] = None,
    as_json: AsJson = False,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Read all tags within reach by LLRP 1.0.1, and set them against the ledger; nothing is changed."""
    if find_spec("llrpkit") is None:
        raise ReaderSupportMissing
    with console.status("正在读取标签 · reading tags") as status:
        read = asyncio.run(_sweep(reader, port, seconds, lambda n: status.update(f"{n} 个标签 tags")))
    if out is not None:
        out.write_text("".join(f"{code}\n" for code in read), encoding="ascii")
    _compare(read, as_json, account, node)


async def _sweep(host: str, port: int, seconds: float, told: Any) -> list[str]:
    """Tags in hexadecimal digits, each once; raises ``ReaderUnavailable``."""
    from llrpkit import LLRPError, Reader

    found: dict[str, None] = {}
    try:
        async with Reader(host, port, enable_impinj_extensions=False) as reader:
            async for report in reader.inventory(duration=seconds, tag_population=256):
                found[report.epc_hex.upper()] = None
                told(len(found))
    except (LLRPError, OSError, TimeoutError) as error:
        raise ReaderUnavailable(reader=f"{host}:{port}", reason=str(error) or type(error).__name__) from error
    return list(found)


def _compare(codes: list[str], as_json: bool, account: str | None, node: str) -> None:
    found = at(node, account, lambda client: client.take_stock(codes))
    if as_json:
        console.print_json(orjson.dumps(found).decode())
        return
    table = Table("批号 number", "形态 form", "账面 booked", "读到 counted", "差异 difference")
    for line in found["lines"]:
        numbers = "、".join(lot["reference"] for lot in line["lots"])
        difference = line["counted"] - line["booked"]
        shown = "✓" if not difference else f"{difference:+d}"
        table.add_row(numbers, line["lots"][0]["form"], str(line["booked"]), str(line["counted"]), shown)
    console.print(table)
    for stray in found["strays"]:
        console.print(f"{stray['kind']}  {stray['code']}", highlight=False, soft_wrap=True)
    verdict = "账实相符 shelf and ledger agree" if found["agrees"] else "账实不符 shelf and ledger differ"
    console.print(f"{verdict} · 共读 reads {found['reads']} · 重复 repeats {found['repeats']}", highlight=False)
