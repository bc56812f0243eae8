"""``tcmchain members``: the roll, agreements, operators and votes at the command line."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from tcmchain.members.client import Ballot, MembersClient
from tcmchain.members.model.genesis import member_id, read_account
from tcmchain.members.model.membership import Member
from tcmchain.values import Hash32, MemberId
from tcmchain.web.command_line import HERE, Account, Answer, Node, ask_node

app = typer.Typer(help="联盟成员 · members, their agreement, operators and votes", no_args_is_help=True)


_console = Console()


@app.command("list")
def list_members(
    text: Annotated[str, typer.Argument(help="words of the name, pinyin, place or id")] = "",
    kind: Annotated[str | None, typer.Option(help="Grower, Factory, Hospital …")] = None,
    node: Node = HERE,
) -> None:
    """List members."""
    members = _at(node, None, lambda client: client.search(text, kind, limit=200))
    table = Table("名称 name", "类别 kind", "状态 standing", "表决 votes", Column("编号 id", overflow="fold"))
    for member in members:
        row = (member.profile.name_zh, member.kind.word, member.standing.word, "✓" if member.voting else "", member.id)
        table.add_row(*row)
    _console.print(table)


@app.command()
def show(member: Annotated[str, typer.Argument(help="id of the member")], node: Node = HERE) -> None:
    """Show a member."""
    _show(_at(node, None, lambda client: client.member(MemberId(member))))


@app.command()
def me(account: Account = None, node: Node = HERE) -> None:
    """Show the member that the account acts for."""
    _show(_at(node, account, lambda client: client.me()))


@app.command("sign-agreement")
def sign_agreement(account: Account = None, node: Node = HERE) -> None:
    """Sign the newest agreement as the member's officer."""
    _at(node, account, lambda client: client.sign_agreement())
    _console.print("已签署 signed")


@app.command()
def appoint(
    operator: Annotated[str, typer.Argument(help="address of the operator's account")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Let an account act for the member, as its officer."""
    _at(node, account, lambda client: client.appoint(read_account(operator)))
    _console.print("已任命 appointed")


@app.command()
def dismiss(
    operator: Annotated[str, typer.Argument(help="address of the operator's account")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Let an account act for the member no longer, as its officer."""
    _at(node, account, lambda client: client.dismiss(read_account(operator)))
    _console.print("已撤销 dismissed")


@app.command()
def motions(node: Node = HERE) -> None:
    """List motions proposed at the node."""
    table = Table(Column("议案 motion", overflow="fold"), "事项 matter", "票数 votes", "进行中 open", "已执行 carried")
    for ballot in _at(node, None, lambda client: client.motions()):
        table.add_row(*_cells(ballot))
    _console.print(table)


@app.command("propose-admission")
def propose_admission(
    registration: Annotated[str, typer.Argument(help="registration text of the institution")],
    kind: Annotated[str, typer.Option(help="Grower, Factory, Hospital …")],
    officer: Annotated[str, typer.Option(help="address of its officer's account")],
    name_zh: Annotated[str, typer.Option(help="its Chinese name")],
    name_en: Annotated[str, typer.Option(help="its English name")] = "",
    place: Annotated[str, typer.Option(help="code of GB/T 2260")] = "",
    voting: Annotated[bool, typer.Option(help="whether it votes")] = False,
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Propose to admit a member."""
    profile = {"name_zh": name_zh, "name_en": name_en, "place": place}
    fields = {"registration": registration, "kind": kind, "officer": officer, "voting": voting, "profile": profile}
    _show_ballot(_at(node, account, lambda client: client.propose(matter="admit", **fields)))
    _console.print(f"成员编号 id {member_id(registration)}")


@app.command()
def propose(
    matter: Annotated[str, typer.Argument(help="suspend, reinstate or expel")],
    member: Annotated[str, typer.Argument(help="id of the member")],
    reason: Annotated[str, typer.Argument(help="the reason in words")],
    account: Account = None,
    node: Node = HERE,
) -> None:
    """Propose to suspend, reinstate or expel a member."""
    fields = {"matter": matter, "member": member, "reason": reason}
    _show_ballot(_at(node, account, lambda client: client.propose(**fields)))


@app.command()
def vote(
    motion: Annotated[str, typer.Argument(help="id of the motion")], account: Account = None, node: Node = HERE
) -> None:
    """Vote for a motion as an officer."""
    _show_ballot(_at(node, account, lambda client: client.vote(Hash32(motion))))


@app.command()
def carry(
    motion: Annotated[str, typer.Argument(help="id of the motion")], account: Account = None, node: Node = HERE
) -> None:
    """Carry a decided motion out on every chain."""
    _show_ballot(_at(node, account, lambda client: client.carry(Hash32(motion))))


def _at(node: str, account: str | None, ask: Callable[[MembersClient], Awaitable[Answer]]) -> Answer:
    return ask_node(node, account, lambda http: ask(MembersClient(http)))


def _show(member: Member) -> None:
    rows: dict[str, Any] = {
        "名称 name": f"{member.profile.name_zh} {member.profile.name_en}",
        "编号 id": member.id,
        "类别 kind": member.kind.word,
        "状态 standing": member.standing.word,
        "负责人账户 officer": member.officer,
        "已签协议版本 agreement": member.agreement,
    }
    for name, value in rows.items():
        _console.print(f"{name}: {value}", highlight=False)


def _show_ballot(ballot: Ballot) -> None:
    table = Table(Column("议案 motion", overflow="fold"), "事项 matter", "票数 votes", "进行中 open", "已执行 carried")
    table.add_row(*_cells(ballot))
    _console.print(table)


def _cells(ballot: Ballot) -> tuple[str, ...]:
    votes = f"{ballot.votes}/{ballot.quorum}"
    return ballot.id, ballot.matter, votes, "✓" if ballot.open else "", " ".join(ballot.carried)
