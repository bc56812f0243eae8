"""Re-encryptions that one custodian serves: the chain asked and the receipt on the disk for each, on one processor.

A real node, and a custodian's real process pinned to one processor; node and askers share the other. Askers are as
many accounts as grants, each with its own connection; what they send is signed beforehand, as an asking is no work of
the custodian's. The clock runs from the first request to the last answer.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from measured import keep, percentile

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.custodians.world import Custodian, World, reader, wish, world_at
from tests.operations.serving import serving

from tcmchain.chain.signers import LocalSigner
from tcmchain.custodians.client.http import signed_headers

ASKERS: Final = 32
EACH: Final = 100
TARGET: Final = 300
PINNED: Final = ("taskset", "-c", "1")
MEMBERS: Final = ("hospital", "riverside", "certifier")

Request = bytes


async def _requests(world: World, custodian: Custodian) -> list[list[Request]]:
    """For each asker what it sends: grants, fragments and one file are real, each asking is signed for itself."""
    file = await world.append(body=b"x" * 1024)
    found = []
    for number in range(ASKERS):
        relation = reader(number)
        grant = await world.grant(relation)
        await world.delegate(grant, relation)
        body = json.dumps(wish(grant, file)).encode()
        signer = LocalSigner(relation.account_key)
        found.append([_raw(custodian, signer, body) for _ in range(EACH)])
    return found


def _raw(custodian: Custodian, signer: LocalSigner, body: bytes) -> Request:
    headers = {
        "host": f"127.0.0.1:{custodian.port}",
        "content-length": str(len(body)),
        **signed_headers(signer, custodian.account, "POST", "/reencryptions", body),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /reencryptions HTTP/1.1\r\n{lines}\r\n".encode() + body


async def _asker(custodian: Custodian, requests: list[Request], times: list[float]) -> None:
    stream, writer = await asyncio.open_connection("127.0.0.1", custodian.port)
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        head = await stream.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        answer = await stream.readexactly(length)
        times.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer[:300].decode())
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def _receipts(world: World, custodian: Custodian) -> int:
    answer = await world.http.get(f"{custodian.url}/healthz")
    return int(answer.json()["receipts"])


async def _measure(folder: Path) -> dict[str, Any]:
    with serving(folder / "node", folder / "node.log") as (url, _):
        async with world_at(url, folder, MEMBERS, RATE="1000") as world:
            custodian = world.custodians[0]
            await asyncio.to_thread(custodian.stop)
            custodian.prefix = PINNED
            await asyncio.to_thread(custodian.start)
            requests = await _requests(world, custodian)
            before, times = await _receipts(world, custodian), []
            used = _processor_seconds(custodian)
            began = time.perf_counter()
            await asyncio.gather(*(_asker(custodian, mine, times) for mine in requests))
            seconds = time.perf_counter() - began
            used = _processor_seconds(custodian) - used
            kept = await _receipts(world, custodian) - before
    total = ASKERS * EACH
    return {
        "reencryptions": total,
        "askers": ASKERS,
        "seconds": round(seconds, 2),
        "reencryptions_per_second": round(total / seconds),
        "custodian_processor_seconds": round(used, 2),
        "milliseconds_of_processor_each": round(used / total * 1000, 2),
        "milliseconds_median": round(statistics.median(times) * 1000, 1),
        "milliseconds_p95": round(percentile(times, 0.95) * 1000, 1),
        "receipts_on_disk": kept,
        "target": TARGET,
        "reached": total / seconds >= TARGET and kept == total,
    }


def _processor_seconds(custodian: Custodian) -> float:
    assert custodian.process is not None
    fields = Path(f"/proc/{custodian.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main() -> None:
    """Measure and write it down."""
    with tempfile.TemporaryDirectory() as folder:
        keep("reencryption", **asyncio.run(_measure(Path(folder))))


if __name__ == "__main__":
    main()
