"""Every check passes on a sound node, and fails when its own thing is broken."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.operations.examining import AlteredApi, altered, api, chains, codes, look, outcome

from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.chains import CONTRACTS
from tcmchain.operating.checking import examine, run, sound
from tcmchain.operating.checks import CHECKS, machine
from tcmchain.operating.checks.contracts import same_code
from tcmchain.operating.examined import Examined, Finding, Outcome
from tcmchain.operating.telling import as_json, rows


@pytest.mark.parametrize("name", CHECKS)
def test_tell__check_that_failed__has_its_title_and_what_to_do_in_both_languages(name: str) -> None:
    told = [str(line) for line in rows(Finding(name, Outcome.FAILED, (), 0.0))]
    assert len(told) == 3
    assert not any("check-" in line for line in told)


@pytest.mark.engine
def test_examine__sound_node__passes_everything(story_node: tuple[str, Path]) -> None:
    findings = look(story_node, examine, peers=(story_node[0],))
    failed = [finding for finding in findings if finding.outcome is Outcome.FAILED]
    assert failed == []
    skipped = {finding.name for finding in findings if finding.outcome is Outcome.NOT_APPLICABLE}
    # This node runs no custodians, so nothing of theirs can be looked at.
    assert skipped <= {"cids-resolve", "custodians-answer", "custodian-roots", "reviews-within-dispensings"}
    assert [finding.name for finding in findings] == list(CHECKS)


@pytest.mark.engine
def test_check__from_the_command_line__ends_with_0_and_with_1(story_node: tuple[str, Path]) -> None:
    command = [
        sys.executable,
        "-m",
        "tcmchain",
        "check",
        "--url",
        story_node[0],
        "--home",
        str(story_node[1]),
        "--sample",
        "5",
    ]
    good = subprocess.run([*command, "--json"], capture_output=True, check=False)
    assert good.returncode == 0, good.stdout.decode()
    told = json.loads(good.stdout)
    assert told["sound"] is True
    assert {entry["name"] for entry in told["checks"]} == set(CHECKS)
    (story_node[1] / "keystore.passphrase").chmod(0o644)
    try:
        bad = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "COLUMNS": "200"})
    finally:
        (story_node[1] / "keystore.passphrase").chmod(0o600)
    assert bad.returncode == 1
    text = bad.stdout.decode()
    assert "✗ keystore-private" in text
    assert "keystore.passphrase has mode 644" in text
    assert "chmod 600" in text


@pytest.mark.engine
def test_check__node_that_is_not_there__fails_and_says_so(tmp_path: Path) -> None:
    findings = look(("http://127.0.0.1:9", tmp_path), examine)
    assert not sound(findings)
    assert {f.name for f in findings if f.outcome is Outcome.FAILED} >= {"node-healthy", "chain-ids", "lots-match"}
    assert as_json("http://127.0.0.1:9", findings)["sound"] is False


@pytest.mark.engine
def test_node_healthy__chain_troubled_or_index_behind__fails(story_node: tuple[str, Path]) -> None:
    def troubled(path: str, told: Any) -> Any:
        if path == "/healthz":
            told["chains"]["care"] |= {"ok": False, "trouble": "it halted"}
            told["chains"]["pharmacy"]["lag"] = 40
        return told

    assert codes(outcome(story_node, "node-healthy", api(troubled))) == {"check-chain-troubled", "check-index-lags"}


@pytest.mark.engine
def test_chain_ids__another_chains_id__fails(story_node: tuple[str, Path]) -> None:
    answers = chains(lambda method, _, told: "0x1" if method == "eth_chainId" else told)
    assert codes(outcome(story_node, "chain-ids", answers)) == {"check-chain-id"}

    def network(path: str, told: Any) -> Any:
        if path == "/healthz":
            for chain in told["chains"].values():
                chain["ledger"] = "network"
        return told

    both = lambda at: api(network)(answers(at))  # noqa: E731
    assert codes(outcome(story_node, "chain-ids", both)) == {"check-chain-id-twice"}


@pytest.mark.engine
def test_blocks_link__one_block_replaced__fails(story_node: tuple[str, Path]) -> None:
    def replaced(method: str, params: Sequence[Any], told: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "0x5":
            return told | {"hash": "0x" + "00" * 32}
        return told

    finding = outcome(story_node, "blocks-link", chains(replaced))
    assert codes(finding) == {"check-block-unlinked"}
    assert {fault.details["block"] for fault in finding.faults} == {6}


@pytest.mark.engine
def test_directory_matches__index_names_another_contract__fails(story_node: tuple[str, Path]) -> None:
    def other(path: str, told: Any) -> Any:
        for entry in told if path == "/api/directory" else ():
            if entry["contract"] == "Provenance":
                entry["address"] = "0x" + "77" * 20
        return told

    assert codes(outcome(story_node, "directory-matches", api(other))) == {"check-directory-differs"}
    assert codes(outcome(story_node, "contract-code", api(other))) == {"check-contract-missing"}


@pytest.mark.engine
def test_directory_matches__chains_of_two_consortia__fails(story_node: tuple[str, Path]) -> None:
    consortium = "0x" + Artifact.load("Members").encode("consortium").hex()

    async def act(at: Examined) -> Finding:
        def other(_: str, params: Sequence[Any], told: Any) -> Any:
            asked = params and isinstance(params[0], dict) and params[0].get("data") == consortium
            return "0x" + "12" * 32 if asked else told

        clients = {**at.clients, "pharmacy": altered(at.clients, other)["pharmacy"]}
        return await run("directory-matches", CHECKS["directory-matches"], replace(at, clients=clients))

    assert codes(look(story_node, act)) == {"check-consortia-differ"}


@pytest.mark.engine
def test_contract_code__foreign_contract_at_an_address__fails(story_node: tuple[str, Path]) -> None:
    """Another contract of the consortium itself, then the right ones with one byte changed."""

    def swapped(path: str, told: Any) -> Any:
        if path != "/api/directory":
            return told
        there = {e["contract"]: e["address"] for e in told if e["chain"] == "care"}
        return [e | {"address": there["Epcis"]} if e["contract"] == "Provenance" else e for e in told]

    assert codes(outcome(story_node, "contract-code", api(swapped))) == {"check-contract-foreign"}

    def flipped(method: str, _: Sequence[Any], told: Any) -> Any:
        return told[:-200] + ("0" if told[-200] != "0" else "1") + told[-199:] if method == "eth_getCode" else told

    finding = outcome(story_node, "contract-code", chains(flipped))
    assert codes(finding) == {"check-contract-foreign"}
    assert len(finding.faults) == sum(len(names) for names in CONTRACTS.values())


def test_same_code__each_contract__takes_only_the_values_given() -> None:
    value = b"\0" * 12 + b"\x42" * 20
    for name in CONTRACTS["care"]:
        artifact = Artifact.load(name)
        release = bytes.fromhex(artifact.bytecode.removeprefix("0x"))
        first = release.index(bytes.fromhex("6080604052"), 20)
        code = release[first:]
        place = code.find(b"\x7f" + b"\0" * 32) + 1
        if not place:
            assert same_code(artifact, code, {value}), name
            continue
        filled = code[:place] + value + code[place + 32 :]
        assert same_code(artifact, filled, {value}), name
        assert not same_code(artifact, filled, {b"\x01" * 32}), name
        assert not same_code(artifact, filled[:-1], {value}), name
        assert not same_code(artifact, b"", {value}) or not code
        for at in range(7, len(filled), 997):
            if not place <= at < place + 32:
                assert not same_code(artifact, filled[:at] + bytes([filled[at] ^ 1]) + filled[at + 1 :], {value})


@pytest.mark.engine
def test_unit_roots__other_number_of_units_in_the_index__fails(story_node: tuple[str, Path]) -> None:
    def more(path: str, told: Any) -> Any:
        if path == "/api/provenance/lots":
            return told | {"lots": [lot | {"units": lot["units"] and lot["units"] + 1} for lot in told["lots"]]}
        return told

    assert codes(outcome(story_node, "unit-roots", api(more))) == {"check-units-differ"}


@pytest.mark.engine
def test_epcis_anchors__root_that_differs_from_its_event__fails(story_node: tuple[str, Path]) -> None:
    selector = "0x" + Artifact.load("Epcis").encode("anchored", "0x" + "00" * 32, 1).hex()[:8]

    def altered(method: str, params: Sequence[Any], told: Any) -> Any:
        asked = method == "eth_call" and params[0]["data"].startswith(selector)
        return "0x" + "18" * 32 if asked else told

    assert codes(outcome(story_node, "epcis-anchors", chains(altered))) == {"check-anchor-differs"}


@pytest.mark.engine
def test_peers_agree__peer_with_other_blocks_or_silent__fails(story_node: tuple[str, Path]) -> None:
    def forked(method: str, _: Sequence[Any], told: Any) -> Any:
        return told | {"hash": "0x" + "99" * 32} if method == "eth_getBlockByNumber" else told

    def other(at: Examined) -> Examined:
        return replace(at, peers={peer: altered(clients, forked) for peer, clients in at.peers.items()})

    assert codes(outcome(story_node, "peers-agree", other, (story_node[0],))) == {"check-peer-differs"}
    assert codes(outcome(story_node, "peers-agree", lambda at: at, ("http://127.0.0.1:9",))) == {"check-peer-silent"}
    assert outcome(story_node, "peers-agree", lambda at: at).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.engine
def test_clock__a_minute_slow__fails(story_node: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    there = time.time
    monkeypatch.setattr(machine.time, "time", lambda: there() - 86_400)
    assert codes(outcome(story_node, "clock", lambda at: at)) == {"check-clock-skewed", "check-block-from-the-future"}


@pytest.mark.engine
def test_disk_free__hardly_anything_left__fails(story_node: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    found = shutil.disk_usage(story_node[1])
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: found._replace(free=10 << 20))
    assert codes(outcome(story_node, "disk-free", lambda at: at)) == {"check-disk-full"}
    assert outcome(story_node, "disk-free", lambda at: replace(at, home=None)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.engine
@pytest.mark.parametrize("file", ["keystore", "keystore/founder.json", "keystore.passphrase"])
def test_keystore_private__readable_by_others__fails(story_node: tuple[str, Path], file: str) -> None:
    mode = (story_node[1] / file).stat().st_mode & 0o777
    (story_node[1] / file).chmod(mode | 0o044)
    try:
        finding = outcome(story_node, "keystore-private", lambda at: at)
    finally:
        (story_node[1] / file).chmod(mode)
    assert codes(finding) == {"check-keys-readable"}
    assert [fault.details["file"] for fault in finding.faults] == [file]


@pytest.mark.engine
@pytest.mark.parametrize("name", sorted(set(CHECKS) - {"cids-resolve", "disk-free", "keystore-private", "clock"}))
def test_run__node_that_answers_nonsense__fails(story_node: tuple[str, Path], name: str) -> None:
    def nonsense(at: Examined) -> Examined:
        clients = altered(at.clients, lambda *_: {"odd": 1})
        return replace(at, api=AlteredApi(at.api, lambda *_: {"odd": 1}), clients=clients, peers={"p": clients})

    assert outcome(story_node, name, nonsense).outcome is Outcome.FAILED


def test_cids_resolve__node_on_another_machine__says_so_and_does_not_pass() -> None:
    examined = Examined("", None, {}, {}, None, 1, None)  # type: ignore[arg-type]
    finding = asyncio.run(run("cids-resolve", CHECKS["cids-resolve"], examined))
    assert finding.outcome is Outcome.NOT_APPLICABLE
