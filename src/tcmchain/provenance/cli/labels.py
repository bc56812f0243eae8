"""``tcmchain labels``: print the codes of units where they were made; no node sees them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from tcmchain.provenance.cli.asking import console
from tcmchain.provenance.model.moments import parse_moment
from tcmchain.provenance.service.labels import TITLE, Goods, read_codes, secret_labels
from tcmchain.web.i18n import Language, translator
from tcmchain.web.printing.sheets import PAPERS, draw_sheet, paper_of

app = typer.Typer(help="标签 · printed codes", no_args_is_help=True)


@app.callback()
def labels() -> None:
    """Printed codes."""


@app.command("print")
def print_codes(
    codes: Annotated[Path, typer.Argument(help="codes.csv, as units make wrote it", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option(help="PDF file to write")] = Path("labels.pdf"),
    paper: Annotated[str, typer.Option(help=f"one of {', '.join(PAPERS)}")] = "a4-24",
    form: Annotated[str, typer.Option(help="what is in it, such as renshen.dried")] = "",
    maker: Annotated[str, typer.Option(help="name of the maker, as it is to be printed")] = "",
    expires: Annotated[str | None, typer.Option(help="last day, such as 2028-09-26")] = None,
    english: Annotated[bool, typer.Option(help="words in English first")] = False,
) -> None:
    """Print the codes of units, with the hidden code under the scratch panel; works without any network."""
    language: Language = "en" if english else "zh"
    goods = Goods(form, maker=maker, expires=None if expires is None else parse_moment(expires))
    with Progress(TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("")

        def told(count: int) -> None:
            progress.update(task, description=f"{count} 枚 labels")

        title = translator(language)(TITLE)
        drawn = draw_sheet(secret_labels(goods, _rows(codes), language), paper_of(paper), title, language, told=told)
    # what is on it is as secret as the codes were
    out.touch(mode=0o600)
    out.chmod(0o600)
    out.write_bytes(drawn)
    console.print(f"已写入 written: {out}", highlight=False)


def _rows(codes: Path) -> Iterator[tuple[str, str, str]]:
    with codes.open(encoding="utf-8-sig", newline="") as lines:
        yield from read_codes(lines)
