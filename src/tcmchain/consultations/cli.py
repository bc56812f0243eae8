"""``tcmchain consultations``: questions and answers at the command line."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from tcmchain.consultations.client import ConsultationsClient
from tcmchain.values import FormulaId, QuestionId, UnixTime, day_of
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node, show_entry

app = typer.Typer(help="咨询 · conditions that nobody could help, and what practitioners answer", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="id of the question, 0x and 64 digits")]
StateName = Literal["open", "answered", "helped", "closed", "erased"]

_console = Console()


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="words, symptoms or their pinyin; none for all")] = "",
    state: Annotated[StateName | None, typer.Option(help="how the questions stand")] = None,
    formula: Annotated[str | None, typer.Option(help="named in an answer")] = None,
    limit: Annotated[int, typer.Option(help="how many", min=1, max=100)] = 20,
    node: Node = HERE,
) -> None:
    """Find questions, those that fit best first."""
    named = None if formula is None else FormulaId(formula)
    found = _at(node, None, lambda client: client.search(words, state, formula=named, limit=limit))
    for one in found["questions"]:
        heading = f"{day_of(UnixTime(one['asked']))}  {one['state']}  答复 answers {one['answers']}"
        show_entry(_console, heading, (one["condition"] or "").replace("\n", " "), one["id"])
    _console.print(f"{len(found['questions'])} / {found['total']}", highlight=False)


@app.command()
def show(question: Id, node: Node = HERE) -> None:
    """Show a question with its answers."""
    found = _at(node, None, lambda client: client.read(QuestionId(question)))
    _console.print(found["condition"] or "（提问文字已删除或不在本节点 its text was deleted or is not here）")
    if found["tried"]:
        _console.print(f"试过 tried  {found['tried']}", highlight=False)
    for answer in found["given"]:
        _console.print()
        _console.print(_heading(answer), highlight=False, soft_wrap=True)
        _console.print(answer["words"] or "（不在本节点 not here）")
        if answer["source"]:
            _console.print(f"出处 source  {answer['source']}", highlight=False)


@app.command()
def ask(
    condition: Annotated[str, typer.Argument(help="the condition in your own words; no names")],
    tried: Annotated[str, typer.Option(help="what was tried")] = "",
    disease: Annotated[str, typer.Option(help="code of the disease, if known")] = "",
    syndrome: Annotated[str, typer.Option(help="code of the syndrome, if known")] = "",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Ask, after a look at what was asked before."""
    _console.print(_at(node, account, lambda client: client.ask(condition, tried, disease, syndrome)), soft_wrap=True)


@app.command()
def answer(
    question: Id,
    words: Annotated[str, typer.Argument(help="the answer")],
    source: Annotated[str, typer.Option(help="where it is written")] = "",
    formula: Annotated[str | None, typer.Option(help="id of a formula that the answer names")] = None,
    version: Annotated[int, typer.Option(help="its version")] = 1,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Answer, as a licensed physician."""
    named = None if formula is None else FormulaId(formula)
    _at(node, account, lambda client: client.answer(QuestionId(question), words, source, named, version))
    _console.print("已答复 answered")


@app.command()
def thank(
    question: Id,
    number: Annotated[int, typer.Argument(help="number of the answer")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Say as the asker that an answer helped."""
    _at(node, account, lambda client: client.thank(QuestionId(question), number))
    _console.print("已标为有帮助 marked as helpful")


@app.command()
def close(question: Id, account: Account = None, node: Node = HERE) -> None:
    """Want no more answers, as the asker."""
    _at(node, account, lambda client: client.close(QuestionId(question)))
    _console.print("已关闭 closed")


@app.command()
def erase(question: Id, account: Account = None, node: Node = HERE) -> None:
    """Have the question's text deleted everywhere, as the asker or a regulator; the answers stay."""
    _at(node, account, lambda client: client.erase(QuestionId(question)))
    _console.print("已删除提问文字 the question's text was deleted")


def _heading(answer: dict[str, Any]) -> str:
    day = day_of(UnixTime(answer["answered"]))
    helped = " · 有帮助 helped" if answer["helped"] else ""
    named = f" · 方剂 formula {answer['formula']} v{answer['version']}" if answer["formula"] else ""
    return f"答复 answer {answer['number']} · {day} · {answer['practitioner']}{helped}{named}"


def _at(node: str, account: str | None, ask: Callable[[ConsultationsClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(ConsultationsClient(http)))
