"""``tcmchain records``: writing, reading, tracing, erasing and exporting records at the command line."""

import asyncio
import mimetypes
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Column, Table

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.errors import TcmChainError
from tcmchain.patients.service.machine import VaultPath, vault_file
from tcmchain.records.client import RecordsClient
from tcmchain.records.client.export import TYPES, export
from tcmchain.records.client.opening import open_envelope, with_relation
from tcmchain.records.client.sealing import Draft
from tcmchain.records.model.errors import ContentUnreadable, FileThere
from tcmchain.records.model.facts import RecordType
from tcmchain.values import BEIJING, Address, Hash32, UnixTime, day_of, is_hash32
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node
from tcmchain.web.http import NodeHttp

app = typer.Typer(help="健康档案 · records that the patient owns", no_args_is_help=True)

_console = Console()
_COLUMNS: Final = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())

Body = Annotated[Path, typer.Argument(help="the clear file", exists=True, dir_okay=False)]
Patient = Annotated[str, typer.Argument(help="the patient's pseudonym, an account")]
File = Annotated[str, typer.Argument(help="id of the file, 0x and 64 digits")]
Title = Annotated[str, typer.Option(help="title")]
Kind = Annotated[RecordType, typer.Option("--type", help="what it is")]
Categories = Annotated[
    list[Category], typer.Option("--category", help="to whose keys it is sealed; the first is its own")
]
Needed = Annotated[int, typer.Option(help="how many of the keys are needed to open it")]
Outside = Annotated[list[str] | None, typer.Option(help="public key from outside the vault, 0x and 66 digits")]
Happened = Annotated[str | None, typer.Option(help="when it was, ISO 8601; now by default")]
Media = Annotated[str | None, typer.Option(help="media type; told by the file's name by default")]
Number = Annotated[int, typer.Option("--relation", min=0, help="number of the relation in the vault")]


@app.command()
def seal(
    body: Body,
    patient: Annotated[str, typer.Option(help="the patient's pseudonym")],
    title: Title,
    category: Categories,
    kind: Kind = RecordType.DOCUMENT,
    needed: Needed = 1,
    outside: Outside = None,
    happened: Happened = None,
    media: Media = None,
    file: Annotated[str | None, typer.Option(help="id of a file that gets its next version")] = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Have the member's own node seal a file for a patient and append it to the folder."""
    head: dict[str, Any] = {
        "patient": patient,
        "type": kind.value,
        "title": title,
        "happened": happened or _now(),
        "categories": [one.value for one in category],
        "needed": needed,
        "outside": outside or [],
        "media": media or _media(body),
    }
    if file is not None:
        head["file"] = _file(file)
    written = _at(node, account, lambda client: client.seal(head, body))
    _console.print(f"{written['file']}  v{written['version']}  区块 block {written['block']}", soft_wrap=True)


@app.command()
def append(
    body: Body,
    title: Title,
    category: Categories,
    vault: VaultPath = None,
    kind: Kind = RecordType.DOCUMENT,
    needed: Needed = 1,
    outside: Outside = None,
    happened: Happened = None,
    media: Media = None,
    relation: Number = 1,
    node: Node = HERE,
) -> None:
    """Add a file of one's own, sealed on this machine; a large one is brought up in parts."""
    keys = _relation(vault, relation)
    draft = Draft(kind, title, happened or _now(), category[0], media or _media(body))
    with Progress(*_COLUMNS, console=_console) as progress:
        task = progress.add_task("封存 sealing", total=None)

        def told(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        others = [bytes.fromhex(key.removeprefix("0x")) for key in outside or ()]
        entry = _as(node, keys, lambda client: client.add(keys, draft, category, body, needed, others, told=told))
    _console.print(f"{entry.file}  v{entry.version}", soft_wrap=True)


@app.command("list")
def list_entries(
    vault: VaultPath = None,
    relation: Number = 1,
    limit: Annotated[int, typer.Option(min=1, max=200, help="how many, the newest first")] = 50,
    node: Node = HERE,
) -> None:
    """One's own folder, opened on this machine."""
    keys = _relation(vault, relation)
    key = with_relation(keys)
    table = Table("号 no.", "日期 day", "类型 type", "标题 title", Column("文件 file", overflow="fold"))
    for line in _as(node, keys, lambda client: client.timeline(keys.account, None, limit)):
        one = line.appended
        day, kind, title = str(day_of(one.at)), "—", "墓碑 erased" if line.erased else "暂缺 missing"
        if line.envelope is not None:
            try:
                facts = open_envelope(line.envelope, one.entry, key).facts
                day, kind, title = facts.happened[:10], TYPES[facts.type], facts.title
            except TcmChainError as error:
                title = error.code
        table.add_row(str(one.number), day, kind, title, one.entry.file)
    _console.print(table)


@app.command()
def get(
    file: File,
    to: Annotated[Path, typer.Argument(help="new file for the clear body", dir_okay=False)],
    vault: VaultPath = None,
    relation: Number = 1,
    version: Annotated[int | None, typer.Option(min=1, help="the newest by default")] = None,
    node: Node = HERE,
) -> None:
    """Open one's own file on this machine."""
    keys = _relation(vault, relation)
    opened, body = _as(node, keys, lambda client: client.read(keys, Hash32(_file(file)), version))
    _write(to, body)
    _console.print(f"{opened.facts.title}  {opened.facts.media}  {opened.facts.size}", soft_wrap=True)


@app.command()
def origin(patient: Patient, file: File, node: Node = HERE) -> None:
    """Where a file comes from: who wrote each version, when, in which block."""
    found = _at(node, None, lambda client: client.origin(Address(patient), Hash32(_file(file))))
    columns = ("版本 version", "日期 day", "区块 block", "成员 member", "账户 account", "交易 tx")
    table = Table(*(Column(name, overflow="fold") for name in columns))
    for one in found["versions"]:
        day = str(day_of(UnixTime(one["at"])))
        table.add_row(
            str(one["version"]), day, str(one["block"]), one["member"] or "本人 self", one["author"], one["tx"]
        )
    _console.print(table)
    if found["tombstone"] is not None:
        _console.print(f"墓碑 erased · 区块 block {found['tombstone']['block']}")


@app.command()
def verify(patient: Patient, node: Node = HERE) -> None:
    """Reckon the head of a folder from all its entries and hold it against the contract."""
    count, head = _at(node, None, lambda client: client.verify(Address(patient)))
    _console.print(f"{count} 条与链上一致 entries match the chain  {head}", soft_wrap=True)


@app.command()
def erase(file: File, vault: VaultPath = None, relation: Number = 1, node: Node = HERE) -> None:
    """Leave a tombstone in place of a file; its content cannot come back."""
    keys = _relation(vault, relation)
    typer.confirm("删除后无法恢复 it cannot come back", abort=True)
    _as(node, keys, lambda client: client.erase(keys.account, Hash32(_file(file))))
    _console.print("已删除 erased")


@app.command("export")
def export_all(
    to: Annotated[Path, typer.Argument(help="new ZIP file", dir_okay=False)],
    vault: VaultPath = None,
    relation: Annotated[list[int], typer.Option(min=0, help="numbers of relations in the vault")] = [1],  # noqa: B006
    node: Node = HERE,
) -> None:
    """All one's records as pages to read and as FHIR R4, put together on this machine."""
    opened = _vault(vault)
    relations = [opened.relation(number) for number in dict.fromkeys(relation)]
    raw, made = _as(node, relations[0], lambda client: export(client, relations))
    _write(to, raw)
    _console.print(f"{to}  {len(made.articles)} 份 files · 未能打开 unopened {len(made.unopened)}")


@app.command()
def desks(node: Node = HERE) -> None:
    """The desks at a node: where patients send the relation card of an institution."""
    for desk in _at(node, None, lambda client: client.desks()):
        _console.print(f"{desk['member']}  {desk['account']}", soft_wrap=True)


def _at(node: str, account: str | None, ask: Callable[[RecordsClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(RecordsClient(http)))


def _as(node: str, relation: Relation, ask: Callable[[RecordsClient], Awaitable[Answer]]) -> Answer:
    async def run() -> Answer:
        async with NodeHttp(node, LocalSigner(relation.account_key)) as http:
            return await ask(RecordsClient(http))

    return asyncio.run(run())


def _vault(place: Path | None) -> Vault:
    found = vault_file(place)
    found.check()
    return found.open(typer.prompt("口令 passphrase", hide_input=True))


def _relation(place: Path | None, number: int) -> Relation:
    return _vault(place).relation(number)


def _file(text: str) -> str:
    if not is_hash32(text):
        raise ContentUnreadable(field="file")
    return text


def _media(body: Path) -> str:
    return mimetypes.guess_type(body.name)[0] or "application/octet-stream"


def _now() -> str:
    return datetime.now(BEIJING).isoformat(timespec="seconds")


def _write(to: Path, content: bytes) -> None:
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise FileThere(file=str(to)) from error
    with os.fdopen(handle, "wb") as file:
        file.write(content)
