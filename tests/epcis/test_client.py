"""The SDK and the command line against a running node."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from tests.epcis.door import service_key
from tests.epcis.examples import document, event
from typer.testing import CliRunner

from tcmchain.app import create_app
from tcmchain.chain.keystore import open_keystore
from tcmchain.cli import app
from tcmchain.epcis.model.jobs import ErrorBehaviour
from tcmchain.epcis.model.refusals import EventUnknown, NotAnchoredYet, ParameterUnknown
from tcmchain.example import cast
from tcmchain.node import Node
from tcmchain.sdk import TcmChain
from tcmchain.settings import Settings

pytestmark = pytest.mark.engine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _served(home: Path) -> Iterator[str]:
    node = Node(Settings(home=home, epcis_anchor_seconds=0.3, epcis_processes=0), cast.genesis())
    node.keystore.take_in("service-factory", service_key("factory"))
    server = uvicorn.Server(uvicorn.Config(create_app(node), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        threading.Event().wait(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _served(tmp_path_factory.mktemp("client")) as found:
        yield found


@pytest.fixture(scope="module")
def keys(url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A keystore of the operator's own machine, whose account may act for the factory."""
    home = tmp_path_factory.mktemp("keys")
    open_keystore(home).take_in("factory", service_key("factory"))

    async def agree() -> None:
        async with TcmChain(url, cast.officer("factory")) as chain:
            await chain.members.sign_agreement()

    asyncio.run(agree())
    return home


def _run(url: str, keys: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    monkeypatch.setenv("TCMCHAIN_HOME", str(keys))
    monkeypatch.setenv("COLUMNS", "200")
    found = CliRunner().invoke(app, ["epcis", *words, "--node", url, "--account", "factory"])
    return found.exit_code, found.output


async def test_capture__by_the_sdk__is_asked_for_and_proved(url: str, keys: Path) -> None:
    assert keys
    async with TcmChain(url, cast.officer("factory")) as chain:
        epcis = chain.epcis
        many = [event(epcList=[f"urn:epc:id:sgtin:4012345.011111.{n}"], bizStep="storing") for n in range(35)]
        job = await epcis.capture(document(*many), ErrorBehaviour.PROCEED)
        assert job["tcm:captured"] == 35
        found = [each async for each in epcis.events(EQ_bizStep="storing", perPage=10)]
        assert len({each["eventID"] for each in found}) == 35
        one = await epcis.capture_event(event(bizStep="loading", **{"example:shelf": 3}))
        with_prefix = epcis.events({"example": "https://ns.example.com/epcis/"}, **{"GE_example:shelf": "3"})
        assert [each["eventID"] async for each in with_prefix] == [one["eventID"]]
        assert (await epcis.event(one["eventID"]))[0]["bizStep"] == "loading"
        assert (await epcis.jobs(5))[0]["captureID"] == job["captureID"]
        await epcis.name_query("kept", {"EQ_bizStep": ["loading"]})
        made = await epcis.subscribe("kept", dest="https://client.example.com/", stream=True)
        assert made["dest"] == "https://client.example.com/"
        for _ in range(100):
            try:
                proof = await epcis.proof(one["eventID"])
                break
            except NotAnchoredYet:
                await asyncio.sleep(0.05)
        assert proof["hash"] == one["eventID"]
        with pytest.raises(EventUnknown):
            await epcis.event("urn:uuid:nothing")
        with pytest.raises(ParameterUnknown):
            _ = [each async for each in epcis.events(EQ_colour="red")]


def test_command__capture_query_and_proof__work_together(
    url: str, keys: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    right.write_bytes(document(event(bizStep="arriving")))
    wrong.write_bytes(document(event(bizStep="arriving"), event(bizStep="transforming")))
    code, told = _run(url, keys, monkeypatch, "capture", str(right))
    assert (code, "success" in told) == (0, True)
    code, told = _run(url, keys, monkeypatch, "capture", str(wrong))
    assert (code, "/epcisBody/eventList/1/bizStep" in told) == (6, True)
    code, told = _run(url, keys, monkeypatch, "jobs")
    assert (code, told.count("failed")) == (0, 1)
    code, told = _run(url, keys, monkeypatch, "query", "EQ_bizStep=arriving", "GE_eventTime=2026-01-01T00:00:00Z")
    (line,) = told.strip().splitlines()
    assert (code, json.loads(line)["bizStep"]) == (0, "arriving")
    code, told = _run(url, keys, monkeypatch, "query", "tcm:source=all", "--limit", "1")
    assert (code, len(told.strip().splitlines())) == (0, 1)


def test_command__query_without_a_value__is_refused(url: str, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _ = _run(url, keys, monkeypatch, "query", "EQ_bizStep")
    assert code != 0


def test_kill__a_node_that_has_acknowledged__loses_nothing(tmp_path: Path) -> None:
    """The process is killed while jobs wait; whatever had its 202 is there after the next start."""
    port, home = free_port(), tmp_path / "home"
    genesis = tmp_path / "genesis.json"
    genesis.write_bytes(cast.genesis())
    settings = {"HOME": str(home), "PORT": str(port), "GENESIS": str(genesis), "EPCIS_PROCESSES": "1"}
    environment = {**os.environ, **{f"TCMCHAIN_{name}": value for name, value in settings.items()}}

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tcmchain", "run"], env=environment, stdout=subprocess.DEVNULL
        )
        for _ in range(600):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                    return process
            time.sleep(0.1)
        process.kill()
        raise AssertionError("the node did not start")

    async def hand_in(count: int) -> list[str]:
        async with TcmChain(f"http://127.0.0.1:{port}", cast.officer("factory")) as chain:
            await chain.members.sign_agreement()
            names = []
            for part in range(count):
                events = [event(epcList=[f"urn:epc:id:sgtin:4012345.011111.{part}{n:03d}"]) for n in range(100)]
                names.append(await chain.epcis.hand_in(document(*events)))
            return names

    async def outcomes(names: list[str]) -> list[int]:
        async with TcmChain(f"http://127.0.0.1:{port}", cast.officer("factory")) as chain:
            return [(await chain.epcis.finished(name))["tcm:captured"] for name in names]

    process = start()
    try:
        names = asyncio.run(hand_in(12))
    finally:
        process.kill()
        process.wait(30)
    process = start()
    try:
        assert asyncio.run(outcomes(names)) == [100] * 12
    finally:
        process.terminate()
        process.wait(30)
