"""Signed single writes through the node's door, 64 in flight, against raw writes to the same engine in the same run.

64 accounts each send one transaction after another. Raw writes are handed to the engine in its own process; through the
door they come from another process over HTTP, one connection an account. Both runs end when the last transaction is in
a block. A run of each kind warms up and is not counted; the counted ones take turns.
"""

import asyncio
import contextlib
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

from measured import free_port, keep
from tcmchain.chain.chains import CHAIN_IDS
from tcmchain.chain.door import router
from tcmchain.chain.embedded import Engine
from tcmchain.chain.signers import LocalSigner
from tcmchain.settings import Settings
from tcmchain.values import Address

IN_FLIGHT: Final = 64
EACH: Final = 100
RUNS: Final = 5
TARGET: Final = 0.70
_TO: Final = Address("0x00000000000000000000000000000000000000F1")

_HEAD: Final = (
    b"POST /rpc/care HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)

Lanes = list[list[str]]


def _signed(run: int) -> Lanes:
    signers = [LocalSigner((run * 1_000 + account + 1).to_bytes(32, "big")) for account in range(IN_FLIGHT)]
    chain = CHAIN_IDS["care"]
    return [
        ["0x" + signer.sign_transaction(chain, nonce, _TO, b"", 21_000).hex() for nonce in range(EACH)]
        for signer in signers
    ]


async def _settled(engine: Engine, run: int) -> None:
    last = LocalSigner((run * 1_000 + IN_FLIGHT).to_bytes(32, "big")).address
    while int(await engine.request("eth_getTransactionCount", [last, "latest"]), 16) < EACH:
        await asyncio.sleep(0.002)


async def _raw(engine: Engine, lanes: Lanes, run: int) -> float:
    async def lane(raws: list[str]) -> None:
        for raw in raws:
            await engine.request("eth_sendRawTransaction", [raw])

    started = time.perf_counter()
    await asyncio.gather(*(lane(raws) for raws in lanes))
    await _settled(engine, run)
    return time.perf_counter() - started


async def _through_the_door(engine: Engine, lanes: Lanes, run: int, port: int, folder: Path) -> float:
    file = folder / "lanes.json"
    file.write_text(json.dumps(lanes))
    client = await asyncio.create_subprocess_exec(
        sys.executable, __file__, str(port), str(file), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert client.stdout is not None
    assert client.stdin is not None
    await client.stdout.readline()
    started = time.perf_counter()
    client.stdin.write(b"go\n")
    await client.wait()
    assert client.returncode == 0
    await _settled(engine, run)
    return time.perf_counter() - started


async def _client(port: int, lanes: Lanes) -> None:
    """Hand in every lane over its own connection, waiting for each answer."""
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in lanes]
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)

    async def lane(place: int, raws: list[str]) -> None:
        reader, writer = connections[place]
        for raw in raws:
            body = b'{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":["%b"]}' % raw.encode()
            writer.write(_HEAD % len(body) + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            lines = answer.lower().split(b"\r\n")
            length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
            told = await reader.readexactly(length)
            assert b'"result"' in told, told

    await asyncio.gather(*(lane(place, raws) for place, raws in enumerate(lanes)))


async def _measure(folder: Path) -> tuple[list[float], list[float]]:
    engine = Engine("care", CHAIN_IDS["care"], folder / "care", Settings().executor)
    await engine.start()
    app = FastAPI()
    app.include_router(router({"care": engine}))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", http="httptools"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    raw: list[float] = []
    door: list[float] = []
    for turn in range(RUNS + 1):
        raw.append(await _raw(engine, _signed(2 * turn), 2 * turn))
        door.append(await _through_the_door(engine, _signed(2 * turn + 1), 2 * turn + 1, port, folder))
    server.should_exit = True
    with contextlib.suppress(asyncio.CancelledError):
        await serving
    await engine.stop()
    return raw[1:], door[1:]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        raw, door = asyncio.run(_measure(Path(folder)))
    count = IN_FLIGHT * EACH
    per_raw, per_door = count / statistics.median(raw), count / statistics.median(door)
    keep(
        "writes",
        in_flight=IN_FLIGHT,
        transactions_a_run=count,
        runs=RUNS,
        raw_per_second=round(per_raw),
        door_per_second=round(per_door),
        ratio=round(per_door / per_raw, 3),
        target=TARGET,
        reached=per_door / per_raw >= TARGET,
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(_client(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())))
    else:
        main()
