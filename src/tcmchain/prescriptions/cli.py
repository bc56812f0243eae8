"""``tcmchain prescriptions``: check, write, sign, dispense and replay at the command line; secrets stay here."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from tcmchain.prescriptions.client import Draft, PrescriptionsClient
from tcmchain.prescriptions.client.paper import write_paper
from tcmchain.prescriptions.model.document import Document
from tcmchain.prescriptions.model.findings import canonical
from tcmchain.prescriptions.model.refusals import DocumentUnreadable
from tcmchain.prescriptions.model.slip import Slip, read_slip
from tcmchain.values import Hash32, PrescriptionId, UnixTime, day_of
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node, show_entry

app = typer.Typer(help="处方 · prescriptions: check, write, sign, dispense, replay", no_args_is_help=True)
rules = typer.Typer(help="审方规则 · rule sets that pharmacists sign", no_args_is_help=True)
app.add_typer(rules, name="rules")

Sheet = Annotated[Path, typer.Argument(help="prescription as JSON, without the patient's name", exists=True)]
Id = Annotated[str, typer.Argument(help="id of the prescription, 0x and 64 digits")]

_console = Console()


@app.command()
def check(file: Sheet, node: Node = HERE) -> None:
    """Check a prescription; nothing of it is kept."""
    _show_findings(_at(node, None, lambda client: client.check(_json(file)["prescription"])))


@app.command()
def issue(
    file: Annotated[Path, typer.Argument(help="JSON with prescription, patient, prescriber and reasons", exists=True)],
    hours: Annotated[int, typer.Option(help="how long it may be dispensed, 72 at most")] = 24,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As a licensed physician, write a prescription; prints the slip, which is worth the medicine."""
    given = _json(file)
    draft = Draft(
        patient=str(given.get("patient", "")),
        prescriber=str(given.get("prescriber", "")),
        prescription=given["prescription"],
        reasons=given.get("reasons", {}),
        record=str(given.get("record", "")),
        hours=hours,
    )
    slip = _at(node, account, lambda client: client.issue(draft))
    _console.print(slip.write(), highlight=False, soft_wrap=True)


@app.command("list")
def list_prescriptions(
    member: Annotated[str | None, typer.Option(help="id of the institution")] = None,
    state: Annotated[str | None, typer.Option(help="issued, dispensed or cancelled")] = None,
    node: Node = HERE,
) -> None:
    """List prescriptions as everybody may see them, the last issued first."""
    found = _at(node, None, lambda client: client.prescriptions(member=member, state=state))  # type: ignore[arg-type]
    _show(found)


@app.command()
def show(prescription: Id, node: Node = HERE) -> None:
    """Show what stands on the chain of a prescription."""
    _show([_at(node, None, lambda client: client.prescription(PrescriptionId(prescription)))])


@app.command("open")
def open_slip(node: Node = HERE) -> None:
    """Open a prescription with its slip, which is asked for, so that it stands in no shell history."""
    slip = _slip()
    _show_document(_at(node, None, lambda client: client.open(slip)))


@app.command("print")
def print_slip(
    file: Annotated[Path, typer.Argument(help="PDF to write, A5")] = Path("prescription.pdf"),
    node: Node = HERE,
) -> None:
    """Write a prescription as the norm's sheet, with the slip as a QR code."""
    slip = _slip()
    file.write_bytes(write_paper(_at(node, None, lambda client: client.open(slip)), slip))
    _console.print(str(file), highlight=False)


@app.command()
def countersign(
    prescription: Id,
    finding: Annotated[list[str] | None, typer.Option(help="commitment of a finding; all that wait if none")] = None,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As a second physician or a pharmacist, sign findings that are overridden."""
    named = [Hash32(one) for one in finding or ()]
    _show([_at(node, account, lambda client: client.countersign(PrescriptionId(prescription), named))])


@app.command()
def cancel(prescription: Id, account: Account = None, node: Node = HERE) -> None:
    """As an account of the prescriber's institution, take a prescription back."""
    _show([_at(node, account, lambda client: client.cancel(PrescriptionId(prescription)))])


@app.command()
def dispense(account: Account = None, node: Node = HERE) -> None:
    """As an operator, dispense from this institution's lots, first expired first out; the slip is asked for."""
    slip = _slip()
    _show([_at(node, account, lambda client: client.fulfil(slip))])


@app.command()
def replay(node: Node = HERE) -> None:
    """Find the verdict of a prescription again by the rule set of then; the slip is asked for."""
    slip = _slip()

    async def again(client: PrescriptionsClient) -> dict[str, Any]:
        return await client.replay(await client.open(slip))

    found = _at(node, None, again)
    _show_findings(found)
    _console.print("一致 the same" if found["same"] else "不一致 different")


@rules.command("show")
def show_rules(node: Node = HERE) -> None:
    """List rule sets, the newest first: who signed them by name and account, what changed, SHA-256 of the bytes."""
    for one in _at(node, None, lambda client: client.rules()):
        version, day = one["version"], day_of(UnixTime(one["at"]))
        heading = f"第 {version} 版 version {version}  {day}  药师 pharmacist {one['name'] or '—'}"
        show_entry(_console, heading, one["changes"], f"账户 account {one['pharmacist']}\nSHA-256 {one['digest']}")


@rules.command("export")
def export_rules(
    version: Annotated[int, typer.Argument(help="number of the rule set")],
    file: Annotated[Path, typer.Argument(help="file to write")],
    node: Node = HERE,
) -> None:
    """Write a signed rule set, byte for byte as it was signed."""
    file.write_bytes(_at(node, None, lambda client: client.rules_content(version)))
    _console.print(str(file), highlight=False)


@rules.command("publish")
def publish_rules(
    name: Annotated[str, typer.Option(help="name of the pharmacist, which becomes public")],
    changes: Annotated[str, typer.Option(help="what changed")] = "",
    account: Account = None,
    node: Node = HERE,
) -> None:
    """As a licensed pharmacist, sign what the node's tables say as the next rule set."""
    found = _at(node, account, lambda client: client.publish_rules(name, changes))
    _console.print(f"第 {found['version']} 版 version {found['version']}  {found['digest']}", highlight=False)


@rules.command("replay")
def replay_rules(
    rule_set: Annotated[Path, typer.Argument(help="bytes of a rule set, as exported", exists=True)],
    file: Sheet,
) -> None:
    """Check a prescription by a rule set from a file, without a node; prints the verdict as canonical JSON."""
    from tcmchain.prescriptions.model.checking import replay as replayed

    verdict = replayed(rule_set.read_bytes(), canonical(_json(file)["prescription"]))
    typer.echo(verdict.write().decode())


def _at(node: str, account: str | None, ask: Callable[[PrescriptionsClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(PrescriptionsClient(http)))


def _slip() -> Slip:
    return read_slip(typer.prompt("取药凭证 slip", hide_input=True))


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DocumentUnreadable(reason="json") from error
    if not isinstance(content, dict):
        raise DocumentUnreadable(reason="json")
    return content if "prescription" in content else {"prescription": content}


def _show(rights: list[dict[str, Any]]) -> None:
    table = Table("状态 state", "签发 issued", "至 until", "缺 missing", Column("处方 prescription", overflow="fold"))
    for one in rights:
        days = (str(day_of(UnixTime(one[name]))) for name in ("issued", "until"))
        table.add_row(one["state"], *days, str(one["missing"]), one["id"])
    _console.print(table)


def _show_findings(found: dict[str, Any]) -> None:
    table = Table("分级 grade", Column("审查结果 finding", overflow="fold"), Column("", overflow="fold"))
    for one in found["findings"]:
        table.add_row(one["grade"], one["sentence"], one["id"])
    _console.print(table)
    _console.print(f"规则第 {found['rules']} 版 rules version {found['rules']}", highlight=False)


def _show_document(document: Document) -> None:
    sheet = document.prescription
    _console.print(f"{document.patient}  {document.prescriber.member_name}  {document.prescriber.name}")
    table = Table("药味 herb", "克 grams", "煎服法 preparation")
    for line in sheet["lines"]:
        table.add_row(line["processing"] + line["name"], line["grams"], " ".join(line["preparations"]))
    _console.print(table)
    _console.print(f"共 {sheet['doses']} 剂 doses  {sheet['usage']}")
