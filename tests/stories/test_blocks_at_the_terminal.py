"""Sealed files brought, fetched and verified at the command line."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tcmchain.chain.keystore import open_keystore
from tcmchain.cli import app
from tcmchain.errors import NotPermitted
from tcmchain.example import cast
from tcmchain.example.care import AT_HOSPITAL, relation
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.store import split
from tcmchain.web.http import NoKey

pytestmark = pytest.mark.engine
PATIENT = relation("patient", AT_HOSPITAL)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, node: str) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TCMCHAIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TCMCHAIN_NODE", node)
    monkeypatch.setenv("COLUMNS", "200")
    keystore = open_keystore(tmp_path / "home", None)
    keystore.take_in("hospital", bytes.fromhex(cast.officer("hospital")._key.to_hex()))
    keystore.take_in("patient", PATIENT.account_key)
    keystore.create("stranger")
    return CliRunner()


def test_add_and_get__sealed_file__comes_back_block_by_block(terminal: CliRunner, tmp_path: Path) -> None:
    content = os.urandom(3_300_000)
    (tmp_path / "sealed").write_bytes(content)
    added = terminal.invoke(app, ["ipfs", "add", "sealed", "--account", "hospital"])
    assert added.exit_code == 0, added.output
    cid = added.output.strip()
    assert cid == list(split(content))[-1].cid
    got = terminal.invoke(app, ["ipfs", "get", cid, "back", "--account", "hospital"])
    assert got.exit_code == 0, got.output
    assert (tmp_path / "back").read_bytes() == content
    told = terminal.invoke(app, ["ipfs", "status", "--account", "hospital"])
    assert "local" in told.output, told.output


def test_add__stranger_or_nobody__is_refused(terminal: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(b"sealed")
    assert isinstance(terminal.invoke(app, ["ipfs", "add", "sealed"]).exception, NoKey)
    assert isinstance(terminal.invoke(app, ["ipfs", "add", "sealed", "-a", "stranger"]).exception, NotPermitted)


def test_verify__folder_of_the_node__tells_what_is_torn(terminal: CliRunner, home: Path, tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(os.urandom(100))
    cid = terminal.invoke(app, ["ipfs", "add", "sealed", "-a", "hospital"]).output.strip()
    whole = terminal.invoke(app, ["ipfs", "verify", "--home", str(home / "home")])
    assert whole.exit_code == 0, whole.output
    block = home / "home" / "ipfs" / "blocks" / cid[-3:-1] / f"{cid}.data"
    block.write_bytes(b"torn")
    torn = terminal.invoke(app, ["ipfs", "verify", "--home", str(home / "home")])
    assert torn.exit_code == 1
    assert cid in torn.output
    block.unlink()


def test_close_swarm__repository_and_key__are_made_at_the_terminal(terminal: CliRunner, tmp_path: Path) -> None:
    assert terminal.invoke(app, ["ipfs", "swarm-key", "swarm.key"]).exit_code == 0
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / "config").write_text('{"Bootstrap": ["auto"]}')
    closed = terminal.invoke(app, ["ipfs", "close-swarm", "repository", "swarm.key"])
    assert closed.exit_code == 0, closed.output
    assert '"Bootstrap": []' in (tmp_path / "repository" / "config").read_text()


def test_mirror__patient_with_two_years_of_history__has_an_own_copy(terminal: CliRunner, tmp_path: Path) -> None:
    for fetched in (True, False):
        done = terminal.invoke(app, ["ipfs", "mirror", PATIENT.account, "--account", "patient"])
        assert done.exit_code == 0, done.output
        assert ("fetched 0" in done.output) is not fetched
    assert len(list(LocalBlocks(tmp_path / "home" / "ipfs").names())) > 10
    refused = terminal.invoke(app, ["ipfs", "mirror", PATIENT.account, "--account", "stranger"])
    assert isinstance(refused.exception, NotPermitted)


def test_check__example_node__finds_every_sealed_file(terminal: CliRunner, home: Path) -> None:
    told = terminal.invoke(app, ["check", "--home", str(home / "home"), "--json"])
    checks = {finding["name"]: finding for finding in json.loads(told.output)["checks"]}
    assert checks["cids-resolve"]["outcome"] == "passed", checks["cids-resolve"]
