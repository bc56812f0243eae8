"""How fast certificates are served: 200 requests a second, open loop, cached and just after an event of the lot.

A node with the example's story is started for it. Latencies count from the moment when a request was due, so a queue
that builds up is seen. The limit beside it is a small file of the same node at the same rate. Lighthouse judges the
same pages afterwards, where Chromium and the pages' tools are installed.
"""

import asyncio
import re
import shutil
import statistics
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from measured import example_node, keep
from tcmchain.example import cast
from tcmchain.web.http import NodeHttp

RATE = 200
CONNECTIONS = 32
SECONDS = 15
EVENTS = 10
_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def measure(url: str) -> dict[str, Any]:
    """All figures, in milliseconds."""
    async with httpx.AsyncClient(base_url=url, limits=httpx.Limits(max_connections=64)) as client:
        lots = (await client.get("/api/provenance/lots", params={"limit": 1})).json()["lots"]
        path, lot = lots[0]["path"], lots[0]["id"]
        page = await client.get(path)
        page.raise_for_status()
        limit = await open_loop(url, re.search(r"/assets/favicon[^\"]+", page.text)[0])
        cached = await open_loop(url, path)
        fresh = await after_events(client, url, path, lot)
    return {
        "rate": RATE,
        "seconds": SECONDS,
        "page_bytes": len(page.content),
        "cached": cached,
        "after_event": fresh,
        "small_file": limit,
        "ratio_of_p95_to_a_small_file": round(cached["p95"] / limit["p95"], 2),
        "target_milliseconds": {"cached": 5, "after_event": 50},
        "reached": cached["p95"] <= 5 and fresh["p95"] <= 50,
    }


async def open_loop(url: str, path: str) -> dict[str, float]:
    """Send at the rate whatever the answers take; connections are kept open, as browsers and proxies do."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    idle: asyncio.Queue[_Line] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        idle.put_nowait(await asyncio.open_connection(host, port))
    start = time.perf_counter() + 0.5
    tasks = []
    for number in range(RATE * SECONDS):
        due = start + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(_asked(idle, request, due)))
    return _summary(await asyncio.gather(*tasks))


async def _asked(idle: "asyncio.Queue[_Line]", request: bytes, due: float) -> float:
    line = await idle.get()
    reader, writer = line
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if not head.startswith("http/1.1 200"):
        raise RuntimeError(head.splitlines()[0])
    await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))
    idle.put_nowait(line)
    return (time.perf_counter() - due) * 1000


async def after_events(client: httpx.AsyncClient, url: str, path: str, lot: str) -> dict[str, float]:
    """Time the first page after an event of the lot, which has to be drawn again."""
    taken = []
    async with NodeHttp(url, cast.officer("lab")) as lab:
        for number in range(EVENTS):
            await lab.write("/api/provenance/observations", _observation(lot, number))
            taken.append(await _timed(client, path, time.perf_counter()))
    return _summary(taken)


def _observation(lot: str, number: int) -> dict[str, object]:
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    facts = {"note": f"bench {number}"}
    return {"subject": lot, "observation": "inspection", "conforms": True, "happened": moment, "facts": facts}


async def _timed(client: httpx.AsyncClient, path: str, due: float) -> float:
    (await client.get(path)).raise_for_status()
    return (time.perf_counter() - due) * 1000


def _summary(taken: list[float]) -> dict[str, float]:
    ranks = statistics.quantiles(taken, n=100, method="inclusive")
    found = {"requests": len(taken), "p50": ranks[49], "p95": ranks[94], "p99": ranks[98], "worst": max(taken)}
    return {name: round(value, 2) for name, value in found.items()}


def main() -> None:
    with example_node() as url:
        figures = asyncio.run(measure(url))
        judge = Path(__file__).with_name("lighthouse.mjs")
        node = shutil.which("node")
        if node and shutil.which("chromium"):
            subprocess.run([node, judge, url], check=True)
    keep("certificate_load", **figures)


if __name__ == "__main__":
    main()
