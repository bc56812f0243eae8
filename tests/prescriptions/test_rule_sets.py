"""Rule sets on a whole node: signed by a named pharmacist, kept byte for byte, used long after the tables changed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.prescriptions.counter import ATTENDING, PHARMACIST, STRANGER, Counter, counter_at
from tests.prescriptions.sheets import sheet
from typer.testing import CliRunner

from tcmchain.prescriptions import cli
from tcmchain.prescriptions.client.sealing import content_of
from tcmchain.prescriptions.model import refusals
from tcmchain.prescriptions.model.findings import canonical
from tcmchain.prescriptions.model.reading import document_of
from tcmchain.prescriptions.service import rulesets
from tcmchain.values import Hash32

pytestmark = pytest.mark.engine
SHEET = document_of(sheet("huangqi 120", "danggui 6", doses=3, days=3))


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """A node of these tests' own, as they sign further rules."""
    with counter_at(tmp_path_factory.mktemp("rule-sets")) as found:
        yield found


def _check(counter: Counter, rules: int | None = None) -> dict[str, Any]:
    return counter.as_(STRANGER, lambda client: client.check(SHEET, rules))


def test_publish__nothing_changed_or_no_pharmacist__is_refused(counter: Counter) -> None:
    with pytest.raises(refusals.RulesStandAlready):
        counter.as_(PHARMACIST, lambda client: client.publish_rules("陆采薇"))
    with pytest.raises(refusals.NotPrescriber):
        counter.as_(ATTENDING, lambda client: client.publish_rules("周怀仁"))
    signed = counter.as_(STRANGER, lambda client: client.rules())[-1]
    assert (signed["version"], signed["name"]) == (1, "陆采薇")
    content = counter.as_(STRANGER, lambda client: client.rules_content(1))
    assert content_of(content) == Hash32(signed["digest"])


def test_check__by_a_number_that_nobody_signed__is_refused(counter: Counter) -> None:
    with pytest.raises(refusals.RulesUnpublished):
        _check(counter, 77)


def test_replay__tables_changed_since__uses_the_bytes_that_were_signed(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later program drafts other rules: version 1 stays what it was, and the next one is theirs to sign."""
    before = _check(counter)
    told = json.loads(rulesets.drafted(1))
    told["grades"]["dose-double"] = "hard-stop"

    def drafted(version: int) -> bytes:
        return canonical({**told, "version": version})

    monkeypatch.setattr(rulesets, "drafted", drafted)
    sets = counter.running.node.pharmacy.prescriptions.rule_sets
    monkeypatch.setattr(sets, "_read", {})
    assert _check(counter, 1)["verdict"] == before["verdict"]
    signed = counter.as_(PHARMACIST, lambda client: client.publish_rules("陆采薇", "超过两倍禁止"))
    assert signed["version"] == before["rules"] + 1
    graver = _check(counter)
    assert graver["rules"] == signed["version"]
    assert {one["grade"] for one in graver["findings"]} == {"hard-stop"}
    assert _check(counter, 1)["verdict"] == before["verdict"]
    # The bytes come from the store now, as the tables of this program are what they were.
    monkeypatch.undo()
    monkeypatch.setattr(sets, "_read", {})
    assert _check(counter, signed["version"])["verdict"] == graver["verdict"]


def test_show__rule_sets__names_the_pharmacist_and_the_account(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_at", lambda _node, _account, ask: counter.as_(STRANGER, ask))
    answer = CliRunner().invoke(cli.app, ["rules", "show"])
    signed = counter.as_(STRANGER, lambda client: client.rules())[-1]
    assert answer.exit_code == 0
    for words in ("陆采薇", PHARMACIST.address, signed["digest"]):
        assert words in answer.stdout


def test_replay_rules__from_files__needs_no_node(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_bytes(rulesets.drafted(1))
    (tmp_path / "sheet.json").write_text(json.dumps(SHEET), encoding="utf-8")
    arguments = ["rules", "replay", str(tmp_path / "rules.json"), str(tmp_path / "sheet.json")]
    answer = CliRunner().invoke(cli.app, arguments)
    assert answer.exit_code == 0
    assert [one["rule"] for one in json.loads(answer.stdout)["findings"]] == ["dose-double"]
