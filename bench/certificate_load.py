"""How fast certificates are served: 200 requests a second, open loop, cached and just after an event of the lot.

    python bench/certificate_load.py http://127.0.0.1:8000

The node must have told the example's story (``tcmchain run --example``). Latencies count from the moment when a
request was due, so a queue that builds up is seen.
"""

import asyncio
import json
import os
import platform
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tcmchain.example import cast
from tcmchain.web.http import NodeHttp

RATE = 200
CONNECTIONS = 32
SECONDS = 15
EVENTS = 10
_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
RESULTS = Path(__file__).parent / "results"


async def measure(url: str) -> dict[str, object]:
    """All figures, in milliseconds."""
    async with httpx.AsyncClient(base_url=url, limits=httpx.Limits(max_connections=64)) as client:
        lots = (await client.get("/api/provenance/lots", params={"limit": 1})).json()["lots"]
        path, lot = lots[0]["path"], lots[0]["id"]
        page = await client.get(path)
        page.raise_for_status()
        cached = await open_loop(url, path)
        fresh = await after_events(client, url, path, lot)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count(), "processor": _processor(), "python": platform.python_version()},
        "rate": RATE,
        "seconds": SECONDS,
        "page_bytes": len(page.content),
        "cached": cached,
        "after_event": fresh,
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


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


if __name__ == "__main__":
    figures = asyncio.run(measure(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(figures, indent=1)
    (RESULTS / "certificate_load.json").write_text(f"{text}\n", encoding="utf-8")
    print(text)
