"""``tcmchain epcis``: capture and questions at the command line."""

from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
from rich.console import Console
from rich.table import Table

from tcmchain.epcis.client import EpcisClient
from tcmchain.epcis.model.jobs import ErrorBehaviour
from tcmchain.epcis.model.refusals import ParameterWrong
from tcmchain.web.command_line import HERE, Account, Node, ask_node

app = typer.Typer(help="EPCIS 2.0 · capture events, ask for them", no_args_is_help=True)

_console = Console()
_FAILED: Final = 6
_FIRST: Final = 20
_A_PAGE: Final = 100


@app.command()
def capture(
    file: Annotated[Path, typer.Argument(help="an EPCISDocument in JSON or JSON-LD", exists=True, dir_okay=False)],
    proceed: Annotated[bool, typer.Option(help="keep what is right when something is wrong")] = False,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Capture a document and wait for its job."""
    behaviour = ErrorBehaviour.PROCEED if proceed else ErrorBehaviour.ROLLBACK
    document = file.read_bytes()
    job = ask_node(node, account, lambda http: EpcisClient(http).capture(document, behaviour))
    _show([job])
    for error in job["errors"][:_FIRST]:
        _console.print(f"{error['place']}  {error['rule']}  {error['detail']}", highlight=False, markup=False)
    if not job["success"]:
        raise typer.Exit(_FAILED)


@app.command()
def jobs(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 30,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """List the member's newest capture jobs."""
    _show(ask_node(node, account, lambda http: EpcisClient(http).jobs(limit)))


@app.command()
def query(
    parameters: Annotated[
        list[str] | None, typer.Argument(help="such as EQ_bizStep=shipping|receiving GE_eventTime=2026-01-01T00:00:00Z")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="events at most")] = 100,
    extension: Annotated[
        list[str] | None, typer.Option(help="prefix of extension fields: ex=https://example.org/")
    ] = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Write the events that answer, one JSON object a line."""
    asked = dict(_pair(text) for text in parameters or [])
    prefixes = dict(_pair(text) for text in extension or [])

    async def ask(client: EpcisClient) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        # The ledger's own events come by pages only, so the limit is kept here and not by eventCountLimit.
        async for event in client.events(prefixes, **{"perPage": min(limit, _A_PAGE), **asked}):
            found.append(event)
            if len(found) == limit:
                break
        return found

    for event in ask_node(node, account, lambda http: ask(EpcisClient(http))):
        typer.echo(orjson.dumps(event))


@app.command()
def proof(
    event: Annotated[str, typer.Argument(help="id or hash id of the event")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Write the proof that an observation stands on the chain."""
    found = ask_node(node, account, lambda http: EpcisClient(http).proof(event))
    typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ParameterWrong(parameter=text[:100], expected="name=value")
    return name, value


def _show(found: list[dict[str, Any]]) -> None:
    table = Table("任务 job", "结果 outcome", "事件 events", "采集 captured", "已有 known", "过账 moved", box=None)
    for job in found:
        outcome = "进行中 running" if job["running"] else "成功 success" if job["success"] else "有误 failed"
        counts = (job[f"tcm:{name}"] for name in ("events", "captured", "known", "moved"))
        table.add_row(job["captureID"], outcome, *(str(count) for count in counts))
    _console.print(table)
