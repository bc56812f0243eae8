"""A node that is told to stop ends in order, in time, and loses nothing."""

import asyncio
import signal
import subprocess
import time
from pathlib import Path

import httpx
import orjson
import pytest
import websockets
from tests.chain.shelf import Account
from tests.operations.serving import serving

pytestmark = pytest.mark.engine

_PATIENCE = 5.0
_SOCKETS = 20
_STREAMS = 10
_WRITERS = 8


async def _ended(process: subprocess.Popen[bytes], patience: float) -> float:
    began = time.monotonic()
    while process.poll() is None:
        assert time.monotonic() - began < patience, "the node does not end"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def _listen(url: str, ready: asyncio.Event) -> int:
    async with websockets.connect(url.replace("http", "ws") + "/rpc/care") as socket:
        await socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}')
        await socket.recv()
        ready.set()
        try:
            while True:
                await socket.recv()
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


async def _stream(url: str, ready: asyncio.Event) -> bool:
    async with httpx.AsyncClient(timeout=60) as client, client.stream("GET", f"{url}/endless") as answer:
        async for _ in answer.aiter_bytes():
            ready.set()
    return True


async def _write(url: str, secret: int, acknowledged: list[str]) -> None:
    account = Account(secret)
    async with httpx.AsyncClient(timeout=60) as client:
        while True:
            body = {"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransaction"}
            raw = account.sign(account.address, b"", gas=30_000)
            try:
                told = (await client.post(f"{url}/rpc/care", json={**body, "params": [raw]})).json()
            except (httpx.HTTPError, ValueError):
                return
            if "result" not in told:
                return
            acknowledged.append(told["result"])


async def _busy_then_stopped(url: str, process: subprocess.Popen[bytes]) -> tuple[float, list[str]]:
    readies = [asyncio.Event() for _ in range(_SOCKETS + _STREAMS)]
    sockets = [asyncio.create_task(_listen(url, ready)) for ready in readies[:_SOCKETS]]
    streams = [asyncio.create_task(_stream(url, ready)) for ready in readies[_SOCKETS:]]
    acknowledged: list[str] = []
    writers = [asyncio.create_task(_write(url, 100 + n, acknowledged)) for n in range(_WRITERS)]
    await asyncio.gather(*(ready.wait() for ready in readies))
    async with httpx.AsyncClient(timeout=60) as client:
        slow = asyncio.create_task(client.get(f"{url}/slow", params={"seconds": 1}))
        await asyncio.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        seconds = await _ended(process, 30)
        assert (await slow).text == "done", "a running request was broken off"
    assert await asyncio.gather(*streams) == [True] * _STREAMS, "a stream was broken off"
    assert set(await asyncio.gather(*sockets)) <= {1001, 1012}, "a socket was not told why"
    await asyncio.gather(*writers)
    return seconds, acknowledged


def _in_blocks(url: str, transactions: list[str]) -> bool:
    questions = [
        {"jsonrpc": "2.0", "id": n, "method": "eth_getTransactionReceipt", "params": [tx]}
        for n, tx in enumerate(transactions)
    ]
    with httpx.Client() as client:
        for first in range(0, len(questions), 100):
            answers = orjson.loads(client.post(f"{url}/rpc/care", json=questions[first : first + 100]).content)
            if not all(answer["result"] and answer["result"]["status"] == "0x1" for answer in answers):
                return False
    return True


def test_stop__open_sockets_streams_and_writes__ends_in_time_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    with serving(tmp_path / "home", tmp_path / "log") as (url, process):
        seconds, acknowledged = asyncio.run(_busy_then_stopped(url, process))
        assert process.returncode == 0, (tmp_path / "log").read_text()[-3000:]
    assert seconds < _PATIENCE
    assert len(acknowledged) > _WRITERS
    with serving(tmp_path / "home", tmp_path / "log") as (url, _):
        assert _in_blocks(url, acknowledged)
    print(f"stopped in {seconds:.2f} s, {len(acknowledged)} acknowledged")


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_stop__nobody_there__ends_with_0(tmp_path: Path, asked: signal.Signals) -> None:
    with serving(tmp_path / "home", tmp_path / "log") as (_, process):
        process.send_signal(asked)
        assert asyncio.run(_ended(process, 20)) < _PATIENCE
        assert process.returncode == 0


async def _slow_then_stopped(url: str, process: subprocess.Popen[bytes], signals: int) -> float:
    async with httpx.AsyncClient(timeout=60) as client:
        slow = asyncio.create_task(client.get(f"{url}/slow", params={"seconds": 50}))
        await asyncio.sleep(0.5)
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.5)
        seconds = await _ended(process, 30)
        await asyncio.gather(slow, return_exceptions=True)
    return seconds


def test_stop__request_longer_than_allowed__is_broken_off(tmp_path: Path) -> None:
    with serving(tmp_path / "home", tmp_path / "log", TCMCHAIN_STOP_SECONDS="1") as (url, process):
        assert 0.3 < asyncio.run(_slow_then_stopped(url, process, 1)) < _PATIENCE
        assert process.returncode == 0


def test_stop__asked_twice__waits_no_longer(tmp_path: Path) -> None:
    with serving(tmp_path / "home", tmp_path / "log", TCMCHAIN_STOP_SECONDS="60") as (url, process):
        assert asyncio.run(_slow_then_stopped(url, process, 2)) < _PATIENCE
        assert process.returncode == 0
