"""A folk formula shared, shown, reviewed, revised, exported and taken back at the command line."""

import csv
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from tcmchain.chain.keystore import open_keystore
from tcmchain.cli import app
from tcmchain.example import cast
from tcmchain.formulas.model.refusals import DosesClosed, OwnFormula

pytestmark = pytest.mark.engine
_HERBS = ["--herb", "火麻仁 10g 君", "--herb", "郁李仁 6g 臣 捣碎", "--herb", "柏子仁 9g"]


class Terminal:
    """Commands with accounts of this machine's keystore."""

    def __init__(self, home: Path) -> None:
        keystore = open_keystore(home, None)
        for name, person in (("giver", "folk_practitioner"), ("physician", "attending_physician")):
            keystore.take_in(name, bytes.fromhex(cast.PERSONS[person].signer._key.to_hex()))
        self._runner = CliRunner()

    def run(self, *words: str) -> str:
        found = self._tell(words)
        assert found.exit_code == 0, found.output
        return found.output

    def refused(self, *words: str) -> BaseException | None:
        return self._tell(words).exception

    def _tell(self, words: tuple[str, ...]) -> Result:
        return self._runner.invoke(app, ["formulas", *words])


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, node: str) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TCMCHAIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TCMCHAIN_NODE", node)
    monkeypatch.setenv("COLUMNS", "250")
    return Terminal(tmp_path / "home")


def test_a_folk_formula_at_the_terminal(terminal: Terminal, node: str, tmp_path: Path) -> None:
    more = ("--class", "folk", "--symptom", "便秘", "--contributor", "示例", "-a", "giver")
    formula = terminal.run("share", "三仁润肠饮", *_HERBS, *more).strip()
    assert "10g" not in httpx.get(f"{node}/api/formulas/{formula}/versions/1/document").text
    assert formula in terminal.run("list", "--waiting").replace("\n", "")
    assert "10g" not in terminal.run("show", formula)
    assert isinstance(terminal.refused("show", formula, "--doses", "-a", "giver"), DosesClosed)
    shown = terminal.run("show", formula, "--doses", "-a", "physician")
    assert "10g" in shown
    assert "捣碎" in shown
    assert isinstance(terminal.refused("approve", formula, "--statement", "好", "-a", "giver"), Exception)
    terminal.run("approve", formula, "--statement", "质润缓下，可用。", "-a", "physician")
    assert "质润缓下" in terminal.run("show", formula)
    terminal.run("share", "三仁润肠饮", *_HERBS[:4], "--formula", formula, *more)
    assert "2/2" in terminal.run("show", formula)
    terminal.run("export", "formulas.csv", "--class", "folk")
    rows = list(csv.DictReader((tmp_path / "formulas.csv").open(encoding="utf-8-sig")))
    assert [row["as_written"] for row in rows if row["formula"] == formula] == ["火麻仁", "郁李仁"]
    terminal.run("withdraw", formula, "-a", "giver")
    assert httpx.get(f"{node}/api/formulas/{formula}").json()["formula"]["withdrawn"] > 0


def test_conflicts_at_the_terminal(terminal: Terminal, node: str) -> None:
    found = httpx.get(f"{node}/api/formulas/search", params={"q": "葛根汤"}).json()["hits"]
    formula = next(one["formula"] for one in found if one["name"] == "葛根汤")
    told = terminal.run("conflicts", formula)
    assert "大枣" in told
    assert "十二枚" in told
    own = terminal.run(
        "share", "自评方", "--herb", "黄芪 30g", "--herb", "白术 9g", "--class", "licensed", "-a", "physician"
    )
    refusal = terminal.refused("approve", own.strip(), "--statement", "好", "-a", "physician")
    assert isinstance(refusal, OwnFormula)
