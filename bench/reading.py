"""A record of 1 MiB read at another member under a grant, from asking for it to the plaintext in memory.

A real node and three custodians in processes of their own, on the loopback; the reader is the SDK's client. It fetches
entry, envelope and sealed body from the node, asks the three custodians through it, takes the first two true answers,
and opens. Each record is read once, so nothing of it was seen before. For each answer the chain was asked and a receipt
is on the disk.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from measured import keep, percentile

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.custodians.world import reader, world_at
from tests.operations.serving import serving

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.letters import inbox_of
from tcmchain.custodians.client.reading import Granted, ReadingClient
from tcmchain.web.http import NodeHttp

RECORDS: Final = 60
SIZE: Final = 1 << 20
TARGET: Final = 150
MEMBERS: Final = ("hospital", "riverside", "certifier")


async def _measure(folder: Path) -> dict[str, Any]:
    doctor = reader(0)
    signer, times = LocalSigner(doctor.account_key), []
    with serving(folder / "node", folder / "node.log") as (url, node):
        async with world_at(url, folder, MEMBERS, ANCHOR_SECONDS="3") as world, NodeHttp(url) as http:
            keys = public_bytes(doctor.reading), inbox_of(doctor.inbox)
            await world.send("Patients", "publishReader", *keys, signer=signer)
            grant = await world.grant(doctor)
            await world.delegate(grant, doctor)
            places = [await world.store(os.urandom(SIZE)) for _ in range(RECORDS + 5)]
            client = ReadingClient(http, signer, doctor.reading)
            pids = {"node": node.pid, "custodians": [one.process.pid for one in world.custodians if one.process]}
            used = processor(pids)
            for place in places:
                began = time.perf_counter()
                found = await client.read_file(
                    place.patient, place.file, place.version, [Granted(grant.id, grant.opening)]
                )
                times.append((time.perf_counter() - began) * 1000)
                assert found.body is not None
                assert len(found.body) == SIZE
                # A person reads what was opened before clicking again.
                await asyncio.sleep(0.05)
            used = {name: round((now - used[name]) * 1000 / len(places), 1) for name, now in processor(pids).items()}
    warm = times[5:]
    return {
        "records": RECORDS,
        "bytes": SIZE,
        "milliseconds_median": round(statistics.median(warm), 1),
        "milliseconds_p95": round(percentile(warm, 0.95), 1),
        "milliseconds_first": round(times[0], 1),
        "milliseconds_of_processor_each": used,
        "load_of_machine": round(os.getloadavg()[0], 1),
        "target": TARGET,
        "reached": percentile(warm, 0.95) <= TARGET,
    }


def processor(pids: dict[str, Any]) -> dict[str, float]:
    """Seconds of processor that node, custodians and this process have used."""
    found = {"client": time.process_time()}
    for name, wanted in pids.items():
        stats = [Path(f"/proc/{pid}/stat").read_text() for pid in (wanted if isinstance(wanted, list) else [wanted])]
        fields = [stat.rpartition(")")[2].split() for stat in stats]
        found[name] = sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")
    return found


def main() -> None:
    """Measure and write it down."""
    with tempfile.TemporaryDirectory() as folder:
        keep("reading", **asyncio.run(_measure(Path(folder))))


if __name__ == "__main__":
    main()
