"""``tcmchain backup``, ``restore`` and ``check``: commands of the operator."""

import asyncio
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from tcmchain.operating import backing_up, restoring
from tcmchain.operating.checking import examine, examining, sound
from tcmchain.operating.examined import Finding
from tcmchain.operating.manifest import Manifest, digest
from tcmchain.operating.telling import as_json, rows
from tcmchain.settings import Settings

app = typer.Typer()
_console = Console()

Home = Annotated[Path | None, typer.Option(help="folder of the node's data; TCMCHAIN_HOME by default", file_okay=False)]


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="file to write, such as node-2026-11-24.tar.gz")],
    home: Home = None,
    without_passphrase: Annotated[
        bool, typer.Option("--without-passphrase", help="leave the keystore's kept passphrase out")
    ] = False,
) -> None:
    """Write a whole backup of a node, which may be running, into one file."""
    settings = Settings()
    with _progress() as bar:
        made = backing_up.back_up(home or settings.home, file, _teller(bar), not without_passphrase)
    _tell("已备份 backed up", made, file)
    if settings.database_url is not None:
        _console.print(
            "索引在别的数据库中，未包含在内；它可由链重建 the index is elsewhere: rebuild it from the chains"
        )
    if without_passphrase:
        _console.print("口令未包含在内 the passphrase is not in it: keep it elsewhere")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="file that `tcmchain backup` wrote")],
    home: Home = None,
) -> None:
    """Put a backup back into an empty folder, after every part of it has been verified."""
    with _progress() as bar:
        found = restoring.restore(file, home or Settings().home, _teller(bar))
    _tell("已恢复 restored", found, file)


@app.command()
def check(
    url: Annotated[str | None, typer.Option(envvar="TCMCHAIN_NODE", help="address of the node")] = None,
    sample: Annotated[int, typer.Option(min=1, max=10_000, help="how many lots, steps and blocks to look at")] = 50,
    peer: Annotated[list[str] | None, typer.Option(help="another member's node; TCMCHAIN_PEERS by default")] = None,
    home: Home = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON object on standard output")] = False,
) -> None:
    """Examine a running node from outside; ends with 1 if anything is wrong."""
    settings = Settings()
    address = url or f"http://localhost:{settings.port}"
    findings = asyncio.run(
        _examined(address, tuple(peer or settings.peers), (home or settings.home).resolve(), sample, quiet=json)
    )
    if json:
        typer.echo(orjson.dumps(as_json(address, findings), option=orjson.OPT_INDENT_2))
    if not sound(findings):
        raise typer.Exit(1)


async def _examined(url: str, peers: tuple[str, ...], home: Path, sample: int, *, quiet: bool) -> list[Finding]:
    def told(finding: Finding) -> None:
        if not quiet:
            for row in rows(finding):
                _console.print(row, soft_wrap=True)

    async with examining(url, peers, home, sample) as at:
        return await examine(at, told)


def _progress() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=_console)


def _teller(bar: Progress) -> backing_up.Progress:
    task = bar.add_task("", total=1)

    def told(what: str, done: int, total: int) -> None:
        bar.update(task, description=what, completed=done, total=max(total, 1))

    return told


def _tell(what: str, manifest: Manifest, file: Path) -> None:
    heights = "  ".join(f"{chain} {height}" for chain, height in manifest.heights.items())
    _console.print(f"{what}  {file}", highlight=False, soft_wrap=True)
    _console.print(f"时间 made      {manifest.made}  ({manifest.program})", highlight=False)
    _console.print(f"区块 heights   {heights}", highlight=False)
    _console.print(f"文件 files     {len(manifest.parts)}, {manifest.size:,} bytes", highlight=False)
    _console.print(f"SHA-256        {digest(file)[1]}", highlight=False, soft_wrap=True)
