"""Codes made, handed in, judged and opened at the command line."""

import csv
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from tcmchain.chain.keystore import open_keystore
from tcmchain.cli import app
from tcmchain.example import cast
from tcmchain.example import units as story
from tcmchain.example.stage import Stage

pytestmark = pytest.mark.engine


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, node: str) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TCMCHAIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TCMCHAIN_NODE", node)
    monkeypatch.setenv("COLUMNS", "200")
    open_keystore(tmp_path / "home", None).take_in("factory", bytes.fromhex(cast.officer("factory")._key.to_hex()))
    return CliRunner()


def _lot(node: str, began: datetime) -> str:
    number = story.packed_number(Stage(node, began))
    lots = httpx.get(f"{node}/api/provenance/lots", params={"q": number}).json()["lots"]
    return str(next(lot["id"] for lot in lots if lot["reference"] == number))


def test_make_and_hand_in__few_units__tells_one_root(terminal: CliRunner, tmp_path: Path) -> None:
    made = terminal.invoke(app, ["units", "make", "--count", "30", "--gtin", story.GTIN, "--lot", "T-1"])
    assert made.exit_code == 0, made.output
    root = next(word for word in made.output.split() if word.startswith("0x"))
    assert len(list(csv.DictReader((tmp_path / "codes.csv").open()))) == 30
    handed = terminal.invoke(app, ["units", "hand-in", "units.tree", "--account", "factory"])
    assert handed.exit_code == 0, handed.output
    assert handed.output.split() == [root, "30"]


def test_judge_and_open__unit_of_the_story__asks_for_the_code(terminal: CliRunner, node: str, began: datetime) -> None:
    lot, code = _lot(node, began), story.code(100)
    assert "fine" in terminal.invoke(app, ["units", "verdict", lot, code.serial]).output
    opened = terminal.invoke(app, ["units", "open", lot, code.serial, "--purpose", "check"], input=f"{code.hidden}\n")
    assert opened.exit_code == 0, opened.output
    assert code.hidden not in opened.output
    judged = terminal.invoke(app, ["units", "verdict", lot, code.serial]).output
    assert "opened-before" in judged
    assert "notice" in judged
