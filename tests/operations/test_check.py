"""Every check passes on a sound node, and fails when its own thing is broken."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.operations.serving import serving

from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.chains import CONTRACTS
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.rpc import HttpRpc
from tcmchain.chain.sender import Sender
from tcmchain.errors import NotFound
from tcmchain.example import cast
from tcmchain.example.story import Story
from tcmchain.operating.checking import examine, examining, run, sound
from tcmchain.operating.checks import CHECKS, machine
from tcmchain.operating.checks.contracts import same_code
from tcmchain.operating.examined import Examined, Finding, Outcome
from tcmchain.operating.telling import as_json, rows

_ALTER = Callable[[str, Sequence[Any], Any], Any]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address and folder of a node that has told the example's story and anchored a batch of observations."""
    folder = tmp_path_factory.mktemp("check")
    with serving(folder / "home", folder / "log") as (url, _):
        asyncio.run(_tell(url, folder))
        yield url, folder / "home"


async def _tell(url: str, folder: Path) -> None:
    await Story(url, folder / "home" / "example.json").tell(lambda *_: None)
    rpc = HttpRpc(f"{url}/rpc/care")
    client = ChainClient("care", rpc)
    async with examining(url, (), None, 1) as at:
        contracts = Contracts(await at.directory())
    sender = Sender({"care": client})
    call = contracts.call("care", "Epcis", "anchor", "0x" + "17" * 32, 3, 1)
    (tx,) = await sender.send([call], cast.officer("lab"))
    assert (await sender.wait("care", tx)).ok
    await rpc.aclose()


def _look(node: tuple[str, Path], act: Callable[[Examined], Awaitable[Any]], peers: Sequence[str] = ()) -> Any:
    async def looked() -> Any:
        async with examining(node[0], peers, node[1], 200) as at:
            return await act(at)

    return asyncio.run(looked())


def _outcome(
    node: tuple[str, Path], name: str, change: Callable[[Examined], Examined], peers: Sequence[str] = ()
) -> Finding:
    """What a check finds through doors that were changed."""

    async def act(at: Examined) -> Finding:
        return await run(name, CHECKS[name], change(at))

    found: Finding = _look(node, act, peers)
    return found


class _AlteredApi:
    def __init__(self, api: Any, alter: Callable[[str, Any], Any]) -> None:
        self._api = api
        self._alter = alter

    async def get(self, path: str, **params: Any) -> Any:
        return self._alter(path, await self._api.get(path, **params))


class _AlteredRpc:
    def __init__(self, rpc: Any, alter: _ALTER) -> None:
        self._rpc = rpc
        self._alter = alter

    async def request(self, method: str, params: Sequence[Any]) -> Any:
        return self._alter(method, params, await self._rpc.request(method, params))


def _api(alter: Callable[[str, Any], Any]) -> Callable[[Examined], Examined]:
    return lambda at: replace(at, api=_AlteredApi(at.api, alter))


def _chains(alter: _ALTER) -> Callable[[Examined], Examined]:
    def change(at: Examined) -> Examined:
        return replace(at, clients=_altered(at.clients, alter))

    return change


def _altered(clients: Mapping[Any, ChainClient], alter: _ALTER) -> dict[Any, ChainClient]:
    return {chain: ChainClient(chain, _AlteredRpc(client.rpc, alter)) for chain, client in clients.items()}


def _codes(finding: Finding) -> set[str]:
    assert finding.outcome is Outcome.FAILED, finding
    assert list(rows(finding)), "a finding without words"
    return {fault.code for fault in finding.faults}


@pytest.mark.engine
def test_examine__sound_node__passes_everything(node: tuple[str, Path]) -> None:
    findings = _look(node, examine, peers=(node[0],))
    failed = [finding for finding in findings if finding.outcome is Outcome.FAILED]
    assert failed == []
    skipped = {finding.name for finding in findings if finding.outcome is Outcome.NOT_APPLICABLE}
    assert skipped == {"cids-resolve"}
    assert [finding.name for finding in findings] == list(CHECKS)


@pytest.mark.engine
def test_check__from_the_command_line__ends_with_0_and_with_1(node: tuple[str, Path]) -> None:
    command = [sys.executable, "-m", "tcmchain", "check", "--url", node[0], "--home", str(node[1]), "--sample", "5"]
    good = subprocess.run([*command, "--json"], capture_output=True, check=False)
    assert good.returncode == 0, good.stdout.decode()
    told = json.loads(good.stdout)
    assert told["sound"] is True
    assert {entry["name"] for entry in told["checks"]} == set(CHECKS)
    (node[1] / "keystore.passphrase").chmod(0o644)
    try:
        bad = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "COLUMNS": "200"})
    finally:
        (node[1] / "keystore.passphrase").chmod(0o600)
    assert bad.returncode == 1
    text = bad.stdout.decode()
    assert "✗ keystore-private" in text
    assert "keystore.passphrase has mode 644" in text
    assert "chmod 600" in text


@pytest.mark.engine
def test_check__node_that_is_not_there__fails_and_says_so(tmp_path: Path) -> None:
    findings = _look(("http://127.0.0.1:9", tmp_path), examine)
    assert not sound(findings)
    assert {f.name for f in findings if f.outcome is Outcome.FAILED} >= {"node-healthy", "chain-ids", "lots-match"}
    assert as_json("http://127.0.0.1:9", findings)["sound"] is False


@pytest.mark.engine
def test_node_healthy__chain_troubled_or_index_behind__fails(node: tuple[str, Path]) -> None:
    def troubled(path: str, told: Any) -> Any:
        if path == "/healthz":
            told["chains"]["care"] |= {"ok": False, "trouble": "it halted"}
            told["chains"]["pharmacy"]["lag"] = 40
        return told

    assert _codes(_outcome(node, "node-healthy", _api(troubled))) == {"check-chain-troubled", "check-index-lags"}


@pytest.mark.engine
def test_chain_ids__another_chains_id__fails(node: tuple[str, Path]) -> None:
    answers = _chains(lambda method, _, told: "0x1" if method == "eth_chainId" else told)
    assert _codes(_outcome(node, "chain-ids", answers)) == {"check-chain-id"}

    def network(path: str, told: Any) -> Any:
        if path == "/healthz":
            for chain in told["chains"].values():
                chain["ledger"] = "network"
        return told

    both = lambda at: _api(network)(answers(at))  # noqa: E731
    assert _codes(_outcome(node, "chain-ids", both)) == {"check-chain-id-twice"}


@pytest.mark.engine
def test_blocks_link__one_block_replaced__fails(node: tuple[str, Path]) -> None:
    def replaced(method: str, params: Sequence[Any], told: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "0x5":
            return told | {"hash": "0x" + "00" * 32}
        return told

    finding = _outcome(node, "blocks-link", _chains(replaced))
    assert _codes(finding) == {"check-block-unlinked"}
    assert {fault.details["block"] for fault in finding.faults} == {6}


@pytest.mark.engine
def test_directory_matches__index_names_another_contract__fails(node: tuple[str, Path]) -> None:
    def other(path: str, told: Any) -> Any:
        for entry in told if path == "/api/directory" else ():
            if entry["contract"] == "Provenance":
                entry["address"] = "0x" + "77" * 20
        return told

    assert _codes(_outcome(node, "directory-matches", _api(other))) == {"check-directory-differs"}
    assert _codes(_outcome(node, "contract-code", _api(other))) == {"check-contract-missing"}


@pytest.mark.engine
def test_directory_matches__chains_of_two_consortia__fails(node: tuple[str, Path]) -> None:
    consortium = "0x" + Artifact.load("Members").encode("consortium").hex()

    async def act(at: Examined) -> Finding:
        def other(_: str, params: Sequence[Any], told: Any) -> Any:
            asked = params and isinstance(params[0], dict) and params[0].get("data") == consortium
            return "0x" + "12" * 32 if asked else told

        clients = {**at.clients, "pharmacy": _altered(at.clients, other)["pharmacy"]}
        return await run("directory-matches", CHECKS["directory-matches"], replace(at, clients=clients))

    assert _codes(_look(node, act)) == {"check-consortia-differ"}


@pytest.mark.engine
def test_contract_code__foreign_contract_at_an_address__fails(node: tuple[str, Path]) -> None:
    """Another contract of the consortium itself, then the right ones with one byte changed."""

    def swapped(path: str, told: Any) -> Any:
        if path != "/api/directory":
            return told
        there = {e["contract"]: e["address"] for e in told if e["chain"] == "care"}
        return [e | {"address": there["Epcis"]} if e["contract"] == "Provenance" else e for e in told]

    assert _codes(_outcome(node, "contract-code", _api(swapped))) == {"check-contract-foreign"}

    def flipped(method: str, _: Sequence[Any], told: Any) -> Any:
        return told[:-200] + ("0" if told[-200] != "0" else "1") + told[-199:] if method == "eth_getCode" else told

    finding = _outcome(node, "contract-code", _chains(flipped))
    assert _codes(finding) == {"check-contract-foreign"}
    assert len(finding.faults) == sum(len(names) for names in CONTRACTS.values())


def test_same_code__each_contract__takes_only_the_values_given() -> None:
    value = b"\0" * 12 + b"\x42" * 20
    for name in CONTRACTS["care"]:
        artifact = Artifact.load(name)
        release = bytes.fromhex(artifact.bytecode.removeprefix("0x"))
        first = release.index(bytes.fromhex("6080604052"), 20)
        code = release[first:]
        place = code.index(b"\x7f" + b"\0" * 32) + 1
        filled = code[:place] + value + code[place + 32 :]
        assert same_code(artifact, filled, {value}), name
        assert not same_code(artifact, filled, {b"\x01" * 32}), name
        assert not same_code(artifact, filled[:-1], {value}), name
        assert not same_code(artifact, b"", {value}) or not code
        for at in range(7, len(filled), 997):
            if not place <= at < place + 32:
                assert not same_code(artifact, filled[:at] + bytes([filled[at] ^ 1]) + filled[at + 1 :], {value})


def _tampered(home: Path, statement: str, undo: str) -> Any:
    class _Tampered:
        def __enter__(self) -> None:
            self._run(statement)

        def __exit__(self, *_: object) -> None:
            self._run(undo)

        def _run(self, sql: str) -> None:
            with closing(sqlite3.connect(home / "index.db", timeout=30)) as database, database:
                assert database.execute(sql).rowcount > 0

    return _Tampered()


_HOLDING = "(SELECT lot FROM provenance_holding WHERE milligrams > 1000 ORDER BY lot LIMIT 1)"


@pytest.mark.engine
def test_lots_match__holding_in_the_index_tampered_with__fails_with_what_differs(node: tuple[str, Path]) -> None:
    change = "UPDATE provenance_holding SET milligrams = milligrams {} 7 WHERE lot = " + _HOLDING
    with _tampered(node[1], change.format("+"), change.format("-")):
        finding = _outcome(node, "lots-match", lambda at: at)
        assert _codes(finding) == {"check-lot-differs"}
        assert all(fault.details["index"] - fault.details["chain"] == 7 for fault in finding.faults)
        time.sleep(3.2)
        lost = _outcome(node, "mass-conserved", lambda at: at)
        assert _codes(lost) == {"check-mass-lost"}
        assert all(fault.details["found"] - fault.details["made"] >= 7 for fault in lost.faults)
    assert _outcome(node, "lots-match", lambda at: at).outcome is Outcome.PASSED
    time.sleep(3.2)
    assert _outcome(node, "mass-conserved", lambda at: at).outcome is Outcome.PASSED


@pytest.mark.engine
@pytest.mark.parametrize(("column", "value"), [("made", "made {} 1"), ("expires", "expires {} 1")])
def test_lots_match__lot_in_the_index_tampered_with__fails(node: tuple[str, Path], column: str, value: str) -> None:
    change = f"UPDATE provenance_lot SET {column} = {value}"
    with _tampered(node[1], change.format("+"), change.format("-")):
        finding = _outcome(node, "lots-match", lambda at: at)
    assert _codes(finding) == {"check-lot-differs"}
    assert {fault.details["what"] for fault in finding.faults} == {column}


@pytest.mark.engine
def test_lots_match__lot_invented_in_the_index__fails(node: tuple[str, Path]) -> None:
    invented = "0x" + "de" * 32
    columns = "form, maker, reference, made, expires, origin, happened, step, quota, gtin, units"
    add = (
        f"INSERT INTO provenance_lot (lot, {columns}) SELECT '{invented}', {columns} FROM provenance_lot "
        "WHERE reference <> '' LIMIT 1"
    )
    with _tampered(node[1], add, f"DELETE FROM provenance_lot WHERE lot = '{invented}'"):
        finding = _outcome(node, "lots-match", lambda at: at)
    assert _codes(finding) == {"check-lot-not-on-chain"}
    assert [fault.details["lot"] for fault in finding.faults] == [invented]


@pytest.mark.engine
def test_mass_conserved__node_without_the_door__does_not_apply(node: tuple[str, Path]) -> None:
    def missing(path: str, told: Any) -> Any:
        if path.endswith("conservation"):
            raise NotFound
        return told

    assert _outcome(node, "mass-conserved", _api(missing)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.engine
@pytest.mark.parametrize("change", [{"block": 1}, {"tx": "0x" + "ab" * 32}, {"log_index": 99}])
def test_steps_in_blocks__step_that_the_chain_does_not_have__fails(
    node: tuple[str, Path], change: dict[str, Any]
) -> None:
    def moved(path: str, told: Any) -> Any:
        return [told[0] | change, *told[1:]] if path == "/api/provenance/steps" else told

    finding = _outcome(node, "steps-in-blocks", _api(moved))
    assert _codes(finding) == {"check-step-not-in-block"}
    assert len(finding.faults) == 1


@pytest.mark.engine
def test_steps_in_blocks__entry_of_a_contract_never_in_force__fails(node: tuple[str, Path]) -> None:
    def elsewhere(method: str, params: Sequence[Any], told: Any) -> Any:
        if method == "eth_getLogs" and "address" not in params[0]:
            return [entry | {"address": "0x" + "66" * 20} for entry in told]
        return told

    assert _codes(_outcome(node, "steps-in-blocks", _chains(elsewhere))) == {"check-step-not-in-block"}


@pytest.mark.engine
def test_unit_roots__other_number_of_units_in_the_index__fails(node: tuple[str, Path]) -> None:
    def more(path: str, told: Any) -> Any:
        if path == "/api/provenance/lots":
            return told | {"lots": [lot | {"units": lot["units"] and lot["units"] + 1} for lot in told["lots"]]}
        return told

    assert _codes(_outcome(node, "unit-roots", _api(more))) == {"check-units-differ"}


@pytest.mark.engine
def test_epcis_anchors__root_that_differs_from_its_event__fails(node: tuple[str, Path]) -> None:
    selector = "0x" + Artifact.load("Epcis").encode("anchored", "0x" + "00" * 32, 1).hex()[:8]

    def altered(method: str, params: Sequence[Any], told: Any) -> Any:
        asked = method == "eth_call" and params[0]["data"].startswith(selector)
        return "0x" + "18" * 32 if asked else told

    assert _codes(_outcome(node, "epcis-anchors", _chains(altered))) == {"check-anchor-differs"}


@pytest.mark.engine
def test_peers_agree__peer_with_other_blocks_or_silent__fails(node: tuple[str, Path]) -> None:
    def forked(method: str, _: Sequence[Any], told: Any) -> Any:
        return told | {"hash": "0x" + "99" * 32} if method == "eth_getBlockByNumber" else told

    def other(at: Examined) -> Examined:
        return replace(at, peers={peer: _altered(clients, forked) for peer, clients in at.peers.items()})

    assert _codes(_outcome(node, "peers-agree", other, (node[0],))) == {"check-peer-differs"}
    assert _codes(_outcome(node, "peers-agree", lambda at: at, ("http://127.0.0.1:9",))) == {"check-peer-silent"}
    assert _outcome(node, "peers-agree", lambda at: at).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.engine
def test_clock__a_minute_slow__fails(node: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    there = time.time
    monkeypatch.setattr(machine.time, "time", lambda: there() - 86_400)
    assert _codes(_outcome(node, "clock", lambda at: at)) == {"check-clock-skewed", "check-block-from-the-future"}


@pytest.mark.engine
def test_disk_free__hardly_anything_left__fails(node: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    found = shutil.disk_usage(node[1])
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: found._replace(free=10 << 20))
    assert _codes(_outcome(node, "disk-free", lambda at: at)) == {"check-disk-full"}
    assert _outcome(node, "disk-free", lambda at: replace(at, home=None)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.engine
@pytest.mark.parametrize("file", ["keystore", "keystore/founder.json", "keystore.passphrase"])
def test_keystore_private__readable_by_others__fails(node: tuple[str, Path], file: str) -> None:
    mode = (node[1] / file).stat().st_mode & 0o777
    (node[1] / file).chmod(mode | 0o044)
    try:
        finding = _outcome(node, "keystore-private", lambda at: at)
    finally:
        (node[1] / file).chmod(mode)
    assert _codes(finding) == {"check-keys-readable"}
    assert [fault.details["file"] for fault in finding.faults] == [file]


@pytest.mark.engine
@pytest.mark.parametrize("name", sorted(set(CHECKS) - {"cids-resolve", "disk-free", "keystore-private", "clock"}))
def test_run__node_that_answers_nonsense__fails(node: tuple[str, Path], name: str) -> None:
    def nonsense(at: Examined) -> Examined:
        clients = _altered(at.clients, lambda *_: {"odd": 1})
        return replace(at, api=_AlteredApi(at.api, lambda *_: {"odd": 1}), clients=clients, peers={"p": clients})

    assert _outcome(node, name, nonsense).outcome is Outcome.FAILED


def test_cids_resolve__no_files_in_this_release__says_so_and_does_not_pass() -> None:
    examined = Examined("", None, {}, {}, None, 1, None)  # type: ignore[arg-type]
    finding = asyncio.run(run("cids-resolve", CHECKS["cids-resolve"], examined))
    assert finding.outcome is Outcome.NOT_APPLICABLE
