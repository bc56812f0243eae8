"""``tcmchain formulas``: sharing, reading and judging formulas at the command line."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Column, Table

from tcmchain.formulas.client import FormulasClient
from tcmchain.formulas.model.drafts import Draft, DraftIndication, line_of
from tcmchain.formulas.model.formula import DosageForm, Dosing, FormulaClass, FormulaSource
from tcmchain.formulas.model.pasting import lines_in
from tcmchain.formulas.model.refusals import FormulaUnknown
from tcmchain.terms.measures import Basis
from tcmchain.values import FormulaId, is_hash32
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node

app = typer.Typer(help="方剂 · formulas: sharing, reading, judging", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="id of the formula, 0x and 64 digits, as its page and API show it")]
Version = Annotated[int, typer.Option(min=1, help="number of the version")]
Class = Literal["classic", "licensed", "folk"]

_console = Console()


@app.command()
def share(
    name: Annotated[str, typer.Argument(help="name of the formula")],
    herb: Annotated[
        list[str] | None,
        typer.Option(help="one herb: name, dose, then role, preparation and processing: 附子 9g 君 先煎 炮"),
    ] = None,
    text: Annotated[str, typer.Option(help="herbs in running text: 麻黄三两 去节 桂枝二两 去皮 甘草（炙）一两")] = "",
    kind: Annotated[Class, typer.Option("--class", help="what it is; anybody may share a folk formula")] = "folk",
    convention: Annotated[str, typer.Option(help="how the units count, such as metric or han-13.92")] = "metric",
    basis: Annotated[Basis, typer.Option(help="what the doses are for")] = "per-day",
    servings: Annotated[int | None, typer.Option(min=1, help="servings of a batch")] = None,
    takings: Annotated[int | None, typer.Option(min=1, help="takings in a day")] = None,
    form: Annotated[DosageForm, typer.Option(help="what is made of the herbs")] = DosageForm.DECOCTION,
    disease: Annotated[str, typer.Option(help="disease by name or code")] = "",
    syndrome: Annotated[str, typer.Option(help="syndrome by name or code")] = "",
    symptom: Annotated[list[str] | None, typer.Option(help="a symptom")] = None,
    book: Annotated[str, typer.Option(help="book that it comes from")] = "",
    clause: Annotated[str, typer.Option(help="clause or chapter")] = "",
    edition: Annotated[str, typer.Option(help="edition")] = "",
    contributor: Annotated[str, typer.Option(help="who gives it; public for ever")] = "",
    method: Annotated[str, typer.Option(help="how it is made and taken")] = "",
    note: Annotated[str, typer.Option(help="what else is to be said")] = "",
    formula: Annotated[str, typer.Option(help="share it as the next version of this formula")] = "",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Share a formula; the doses of a folk one are sealed on this machine."""
    told = DraftIndication(disease=disease, syndrome=syndrome, symptoms=tuple(symptom or ()))
    draft = Draft(
        kind=FormulaClass[kind.upper()],
        name=name,
        lines=(
            *(line_of(one, convention) for one in herb or ()),
            *(lines_in(text, convention) if text or not herb else ()),
        ),
        dosing=Dosing(basis, servings, takings),
        form=form,
        indications=(told,) if told != DraftIndication() else (),
        source=FormulaSource(book=book, clause=clause, edition=edition, contributor=contributor),
        method=method,
        note=note,
    )
    if formula:
        _at(node, account, lambda client: client.revise(_id(formula), draft))
        _console.print(formula, highlight=False, soft_wrap=True)
    else:
        _console.print(_at(node, account, lambda client: client.share(draft)), highlight=False, soft_wrap=True)


@app.command("list")
def list_formulas(
    kind: Annotated[Class | None, typer.Option("--class", help="only of this class")] = None,
    waiting: Annotated[bool, typer.Option(help="folk formulas that nobody signed yet")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    node: Node = HERE,
) -> None:
    """List formulas, newest first."""
    found = _at(node, None, lambda client: client.list(kind, waiting=waiting, limit=limit))
    table = Table("名称 name", "类别 class", "版本 versions", "药味 herbs", Column("编号 id", overflow="fold"))
    for one in found["formulas"]:
        formula, document = one["formula"], one["document"]
        herbs = "" if document is None else str(len(document["ingredients"]))
        table.add_row(formula["name"], formula["class"], str(formula["versions"]), herbs, formula["id"])
    _console.print(table)


@app.command()
def search(
    text: Annotated[
        str, typer.Argument(help="symptoms, disease, herbs or a name, in Chinese, pinyin or initials")
    ] = "",
    having: Annotated[list[str] | None, typer.Option("--with", help="a herb that must be in it")] = None,
    lacking: Annotated[list[str] | None, typer.Option("--without", help="a herb that must not be in it")] = None,
    kind: Annotated[Class | None, typer.Option("--class", help="only of this class")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
    node: Node = HERE,
) -> None:
    """Search formulas, and see why each was found."""
    filters = having or (), lacking or (), () if kind is None else (kind,)
    found = _at(node, None, lambda client: client.search(text, *filters, limit))
    table = Table("名称 name", "类别 class", "为何找到 why", Column("编号 id", overflow="fold"))
    for one in found["hits"]:
        why = ", ".join(f"{r['written']} → {r['term']}" if r["written"] else r["term"] for r in one["reasons"])
        table.add_row(one["name"], one["class"], why, one["formula"])
    _console.print(table)
    _console.print(f"{found['total']}{'+' if found['more'] else ''}", highlight=False)


@app.command()
def suggest(
    description: Annotated[str, typer.Argument(help="disease, syndrome and symptoms; name no person in it")],
    limit: Annotated[int, typer.Option(min=1, max=50)] = 10,
    node: Node = HERE,
) -> None:
    """Find formulas that a description may ask for; whether one is used is for a physician to judge."""
    table = Table("名称 name", "主治里也有 also told", "药味 herbs", Column("编号 id", overflow="fold"))
    for one in _at(node, None, lambda client: client.suggest(description, limit)):
        herbs = ", ".join(f"{ground['herb']}: {' '.join(ground['words'])}" for ground in one["herbs"])
        table.add_row(one["name"], " ".join(one["same"]), herbs, one["formula"])
    _console.print(table)


@app.command()
def show(
    formula: Id,
    version: Annotated[int | None, typer.Option(min=1, help="number of the version; the newest by default")] = None,
    doses: Annotated[bool, typer.Option(help="open the doses of a folk formula; needs a licence in force")] = False,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Show a formula with its herbs, doses as written and grams."""

    async def ask(client: FormulasClient) -> tuple[dict[str, Any], dict[str, Any] | None]:
        found = await client.formula(_id(formula), version)
        number = found["version"]["number"]
        return found, await client.doses(_id(formula), number) if doses else found["document"]

    found, document = _at(node, account, ask)
    known, one = found["formula"], found["version"]
    _console.print(f"[bold]{known['name']}[/bold]  {known['class']}  {one['number']}/{known['versions']}")
    _console.print(f"{known['author']}  {one['tx']}", highlight=False, soft_wrap=True)
    if document is not None:
        _console.print(_herbs(document))
    for said in one["judgements"]:
        mark = "已签名 signed" if said["approves"] else "未通过 not signed"
        _console.print(f"{mark}  {said['by']}  {said['statement']}", highlight=False, soft_wrap=True)


@app.command()
def conflicts(formula: Id, node: Node = HERE) -> None:
    """Show where formulas of the same name do not agree."""
    found = _at(node, None, lambda client: client.conflicts(_id(formula)))
    sources = [f"{one['book']} {one['edition'] or one['contributor']}".strip() or "—" for one in found["sources"]]
    table = Table("药味 herb", *sources)
    for one in found["conflicts"]:
        table.add_row(one["zh"], *(words or "—" for words in one["words"]))
    _console.print(table)


@app.command()
def approve(
    formula: Id,
    statement: Annotated[str, typer.Option(prompt="审核意见 what was found", help="what was found; public for ever")],
    version: Version = 1,
    reject: Annotated[bool, typer.Option("--reject", help="say why it is not signed instead")] = False,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Sign a version, as a licensed physician other than the author."""
    if reject:
        _at(node, account, lambda client: client.reject(_id(formula), version, statement))
    else:
        _at(node, account, lambda client: client.approve(_id(formula), version, statement))
    _console.print("已记录 recorded")


@app.command()
def withdraw(formula: Id, account: Account = None, node: Node = HERE) -> None:
    """Take a formula back, as its author."""
    _at(node, account, lambda client: client.withdraw(_id(formula)))
    _console.print("已撤回 withdrawn")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="new file, .csv or .json")],
    kind: Annotated[Class | None, typer.Option("--class", help="only of this class")] = None,
    node: Node = HERE,
) -> None:
    """Write formulas to a file, CSV with one line a herb, or JSON; of folk formulas the cards."""
    format = "csv" if file.suffix.lower() == ".csv" else "json"
    file.write_bytes(_at(node, None, lambda client: client.export(format, kind)))
    _console.print(str(file), highlight=False)


def _herbs(document: dict[str, Any]) -> Table:
    table = Table("药味 herb", "用量 dose", "克 grams", "君臣佐使 role", "炮制 processing", "煎服 preparation")
    for one in document["ingredients"]:
        grams = one["grams"]
        shown = "无法换算 —" if grams is None else _range(grams)
        marks = (one["role"] or "", " ".join(one["processing"]), one["preparation"] or "")
        table.add_row(one["name"], one["words"] or "—", shown if one["words"] else "—", *marks)
    return table


def _range(grams: dict[str, str]) -> str:
    return grams["low"] if grams["low"] == grams["high"] else f"{grams['low']}–{grams['high']}"


def _id(text: str) -> FormulaId:
    plain = text.strip().lower()
    if not is_hash32(plain):
        raise FormulaUnknown(formula=text[:80], version=0)
    return FormulaId(plain)


def _at(node: str, account: str | None, ask: Callable[[FormulasClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(FormulasClient(http)))
