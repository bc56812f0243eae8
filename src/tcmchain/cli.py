"""The command ``tcmchain``: a node, its keystore and index, and every slice's own commands."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tcmchain.app import FORMATS, create_app
from tcmchain.chain.keystore import Keystore, open_keystore
from tcmchain.consent.cli import app as consent
from tcmchain.consultations.cli import app as consultations
from tcmchain.custodians.cli import app as custodians
from tcmchain.custodians.cli import passing
from tcmchain.encounters.cli import app as encounters
from tcmchain.epcis.cli import app as epcis
from tcmchain.errors import Conflict, Invalid, NotFound, NotPermitted, TcmChainError, Unavailable
from tcmchain.example import cast
from tcmchain.example.custodians import MEMBERS
from tcmchain.example.story import Story
from tcmchain.formulas.cli import app as formulas
from tcmchain.gs1.cli import app as gs1
from tcmchain.guarantees.cli import app as guarantees
from tcmchain.members.cli import app as members
from tcmchain.node import Node
from tcmchain.operating.cli import app as operating
from tcmchain.operating.custodian import app as custodian
from tcmchain.operating.serving import NodeServer
from tcmchain.operating.supervising import Supervisor
from tcmchain.patients.cli import app as patients
from tcmchain.practitioners.cli import app as practitioners
from tcmchain.prescriptions.cli import app as prescriptions
from tcmchain.provenance.cli import app as provenance
from tcmchain.provenance.cli.labels import app as labels
from tcmchain.provenance.cli.stocktakes import app as stocktake
from tcmchain.records.cli import app as records
from tcmchain.reviews.cli import app as reviews
from tcmchain.rewards.cli import app as rewards
from tcmchain.settings import Settings
from tcmchain.terms.cli import app as terms
from tcmchain.units.cli import app as units
from tcmchain.values import CHAINS, ChainName
from tcmchain.web import log_lines
from tcmchain.web.cli_ipfs import app as ipfs
from tcmchain.web.pages import TEMPLATES
from tcmchain.web.sentences import Sentences

app = typer.Typer(help="中医链世界 · TCM Chain", no_args_is_help=True, pretty_exceptions_enable=False)
keystore = typer.Typer(help="密钥库 · the accounts whose keys this node keeps", no_args_is_help=True)
index = typer.Typer(help="索引 · the SQL index, a replay of the chains", no_args_is_help=True)
for _name, _group in {
    "members": members,
    "practitioners": practitioners,
    "rewards": rewards,
    "reviews": reviews,
    "consultations": consultations,
    "formulas": formulas,
    "provenance": provenance,
    "guarantees": guarantees,
    "labels": labels,
    "stocktake": stocktake,
    "units": units,
    "epcis": epcis,
    "prescriptions": prescriptions,
    "encounters": encounters,
    "records": records,
    "patients": patients,
    "consent": consent,
    "custodians": custodians,
    "custodian": custodian,
    "keystore": keystore,
    "index": index,
    "terms": terms,
    "gs1": gs1,
    "ipfs": ipfs,
}.items():
    app.add_typer(_group, name=_name)
app.add_typer(operating)
consent.add_typer(passing)

_EXIT: Final[tuple[tuple[type[TcmChainError], int], ...]] = (
    (NotFound, 4),
    (NotPermitted, 5),
    (Conflict, 6),
    (Invalid, 2),
    (Unavailable, 7),
)
_SLICES: Final = (
    "members",
    "formulas",
    "practitioners",
    "rewards",
    "reviews",
    "provenance",
    "units",
    "epcis",
    "guarantees",
    "patients",
    "records",
    "letters",
    "consent",
    "encounters",
    "prescriptions",
    "custodians",
    "operating",
)
_console = Console()


@app.command()
def run(
    example: Annotated[bool, typer.Option(help="found the example consortium and tell its story")] = False,
) -> None:
    """Start the node: three chains, the index, all doors and pages."""
    settings = Settings()
    log_lines.set_up(settings.log_format)
    node = Node(settings, cast.genesis() if example else None)
    if example:
        cast.give_accounts(node.keystore)
    here = f"http://127.0.0.1:{settings.port}"
    supervisor = Supervisor(node.home / "custodians", here, settings.custodian_ports, MEMBERS) if example else None
    urls = {} if supervisor is None else supervisor.urls
    story = Story(here, node.home / "example.json", urls) if example else None
    application = create_app(node)
    server = NodeServer(application, settings)
    server.at_stop.append(application.state.streams.end)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(_serve_all(server, settings, story, supervisor)))


async def _serve_all(server: NodeServer, settings: Settings, story: Story | None, supervisor: Supervisor | None) -> int:
    """Serve, with the example's custodians beside the node from its start to its end."""
    if supervisor is None:
        return await _serve(server, settings, story)
    supervisor.start()
    try:
        return await _serve(server, settings, story)
    finally:
        await supervisor.stop()


async def _serve(server: NodeServer, settings: Settings, story: Story | None) -> int:
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            await serving
            return 3
        await asyncio.sleep(0.02)
    opening = asyncio.create_task(_open_up(settings, story))
    server.at_stop.append(opening.cancel)
    await asyncio.wait({serving, opening}, return_when=asyncio.FIRST_COMPLETED)
    if opening.done() and not opening.cancelled() and (trouble := opening.exception()) is not None:
        server.should_exit = True
        await serving
        raise trouble
    opening.cancel()
    await serving
    return 0


async def _open_up(settings: Settings, story: Story | None) -> None:
    """Say where the node is, and tell the example story when it is not told yet."""
    if story is not None:
        if not story.told:
            await _tell(story)
        path = story.certificate.split("/", 3)[3]
        _console.print(f"溯源证书 certificate   [bold]{settings.url}/{path}[/bold]", soft_wrap=True)
        unit = story.unit.split("/", 3)[3]
        _console.print(f"单件 one unit          [bold]{settings.url}/{unit}[/bold]", soft_wrap=True)
    _console.print(f"首页 home              [bold]{settings.url}/[/bold]", soft_wrap=True)
    _console.print("按 Ctrl+C 停止 · press Ctrl+C to stop")


async def _tell(story: Story) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console) as progress:
        task = progress.add_task("示例 example", total=1)

        def told(done: int, total: int, title: str) -> None:
            progress.update(task, completed=done, total=total, description=title or "示例已载入 example loaded")

        await story.tell(told)


@keystore.command("list")
def list_accounts() -> None:
    """List the accounts."""
    found = _keystore()
    for name in found.names():
        _console.print(f"{name}  {found.address(name)}", highlight=False)


@keystore.command("create")
def create_account(name: Annotated[str, typer.Argument(help="lower-case letters, digits, hyphens")]) -> None:
    """Make an account; its key never leaves this folder."""
    _console.print(_keystore().create(name), highlight=False)


@keystore.command("import")
def import_account(
    name: Annotated[str, typer.Argument(help="lower-case letters, digits, hyphens")],
    key_file: Annotated[Path, typer.Argument(help="file with the private key as hex", exists=True, dir_okay=False)],
) -> None:
    """Take in an existing key, read from a file so that it stands in no shell history."""
    try:
        key = bytes.fromhex(key_file.read_text().strip().removeprefix("0x"))
        _console.print(_keystore().take_in(name, key), highlight=False)
    except ValueError as error:
        raise Invalid(str(error)) from error


@index.command()
def rebuild() -> None:
    """Throw the index away and read the chains again; the node must not be running."""
    node = Node(Settings())
    with Progress(console=_console) as progress:
        bars = {chain: progress.add_task(chain, total=1) for chain in CHAINS}

        def told(chain: ChainName, block: int, head: int) -> None:
            progress.update(bars[chain], completed=block, total=max(head, 1))

        async def work() -> None:
            for engine in node.engines.values():
                await engine.start()
            try:
                await node.index.rebuild(told)
            finally:
                await node.stop()

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work())
    _console.print("索引已重建 index rebuilt")


def _keystore() -> Keystore:
    settings = Settings()
    passphrase = settings.keystore_passphrase
    return open_keystore(settings.home.resolve(), None if passphrase is None else passphrase.get_secret_value())


def main() -> None:
    """Run a command; what goes wrong is told in a sentence, with an exit status of its family."""
    try:
        app()
    except TcmChainError as error:
        package = Path(__file__).parent
        sentences = Sentences(
            [TEMPLATES, *(package / name / "templates" for name in (*_SLICES, "gs1", "ipfs", "crypto"))], FORMATS
        )
        for language in ("zh", "en"):
            print(sentences.of(error, language), file=sys.stderr)
        sys.exit(next((status for family, status in _EXIT if isinstance(error, family)), 1))
