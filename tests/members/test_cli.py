"""Membership at the command line, against a node that listens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import uvicorn
from tests.members.consortium import Consortium, consortium, member, officer
from tests.members.doors import application
from typer.testing import CliRunner, Result

from tcmchain.chain.keystore import open_keystore
from tcmchain.members import cli
from tcmchain.members.model.membership import Role
from tcmchain.practitioners import cli as practitioners_cli

pytestmark = pytest.mark.engine
Run = Callable[..., Awaitable[Result]]


@pytest.fixture
async def union(tmp_path: Path) -> AsyncIterator[Consortium]:
    async with consortium(tmp_path, embedded=True) as founded:
        yield founded


@pytest.fixture
async def run(union: Consortium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Run]:
    monkeypatch.setenv("TCMCHAIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "300")
    keys = open_keystore(tmp_path / "home")
    for role in ("grower", "certifier", "hospital", "regulator"):
        keys.take_in(role, role.encode().rjust(32, b"\x01"))
    server = uvicorn.Server(uvicorn.Config(application(union, tmp_path), port=0, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server tells it in no other way
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    monkeypatch.setenv("TCMCHAIN_NODE", f"http://127.0.0.1:{port}")

    async def invoke(app: object, *arguments: str) -> Result:
        found: Result = await asyncio.to_thread(CliRunner().invoke, app, arguments)
        return found

    yield invoke
    server.should_exit = True
    await serving


async def test_list__members__shows_names_and_kinds(run: Run) -> None:
    answer = await run(cli.app, "list")
    assert answer.exit_code == 0
    assert "示例grower" in answer.output
    assert "Hospital" in answer.output
    assert member("lab") in (await run(cli.app, "show", member("lab"))).output


async def test_sign__agreement_and_operator__by_an_account_of_the_keystore(run: Run, union: Consortium) -> None:
    assert (await run(cli.app, "sign-agreement", "-a", "grower")).exit_code == 0
    assert (await run(cli.app, "appoint", officer("helper").address, "-a", "grower")).exit_code == 0
    roles = {account.address: account.role for account in union.roll.accounts(member("grower"))}
    assert roles[officer("helper").address] is Role.OPERATOR
    assert member("grower") in (await run(cli.app, "me", "-a", "grower")).output


async def test_vote__suspension__from_proposal_to_every_chain(run: Run, union: Consortium) -> None:
    proposed = await run(cli.app, "propose", "suspend", member("lab"), "查处", "-a", "grower")
    assert proposed.exit_code == 0
    (proposal,) = union.motions.proposals()
    assert proposal.id in proposed.output
    for role in ("certifier", "hospital", "regulator"):
        assert (await run(cli.app, "vote", proposal.id, "-a", role)).exit_code == 0
    assert "care pharmacy resources" in (await run(cli.app, "carry", proposal.id, "-a", "grower")).output
    assert "3/3" in (await run(cli.app, "motions")).output


async def test_issue__licence__is_listed(run: Run, tmp_path: Path) -> None:
    document = tmp_path / "licence.pdf"
    document.write_bytes(b"licence")
    assert (await run(cli.app, "sign-agreement", "-a", "certifier")).exit_code == 0
    holder = officer("physician").address
    given = ("--document", str(document), "--not-after", "2041-12-31", "-a", "certifier")
    issued = await run(practitioners_cli.app, "issue", "2026-001", holder, *given)
    assert issued.exit_code == 0, issued.output
    assert "2041-12-31" in (await run(practitioners_cli.app, "list", "--holder", holder)).output
    assert (await run(practitioners_cli.app, "may-act", holder)).exit_code == 0
    assert (await run(practitioners_cli.app, "may-act", officer("lab").address)).exit_code == 5
