"""The timeline of a patient with 10,000 records: the page's shell, and pages of sealed entries from anywhere in it.

The records are made first, each with an envelope and a body of its own; then the node runs in a process of its own and
one device asks it, each time by a fresh asking. What the device opens afterwards is measured beside it.
"""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from measured import free_port, keep
from tcmchain.chain.calls import Call
from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.lock import CategoryKey
from tcmchain.crypto.seal import Place
from tcmchain.example import cast
from tcmchain.ipfs.cid import cid_of_digest
from tcmchain.ipfs.store import add_stream
from tcmchain.node import Node
from tcmchain.patients.client.making import make_registration
from tcmchain.records.client.opening import open_envelope, with_relation
from tcmchain.records.client.records import RecordsClient
from tcmchain.records.client.sealing import Draft, Keys, Sealed, new_file, seal_whole
from tcmchain.records.contract import RecordsCalls
from tcmchain.records.model.facts import Author, RecordType
from tcmchain.records.model.fhir import Writer, write
from tcmchain.records.model.forms import Vitals
from tcmchain.settings import Settings
from tcmchain.web.askings import AskingAuth
from tcmchain.web.http import NodeHttp

RECORDS: Final = 10_000
ASKED: Final = 400
A_PAGE: Final = 50
AT_ONCE: Final = 500
TARGET: Final = 100.0
WORDS: Final = "legal winner thank year wave sausage worth useful legal winner thank yellow"


async def make(home: Path, relation: Relation) -> float:
    """Found a consortium, register the patient, append the records; answers the seconds that the records took."""
    node = Node(Settings(home=home, epcis_processes=0), cast.genesis())
    await node.start()
    signer = LocalSigner(relation.account_key)
    try:
        await send(node, signer, node.patients.register(signer.address, make_registration(relation, "1")))
        calls = RecordsCalls(node.contracts, node.clients["care"])
        started = time.perf_counter()
        for first in range(0, RECORDS, AT_ONCE):
            made = await asyncio.gather(*(one(node, relation, number) for number in range(first, first + AT_ONCE)))
            await send(node, signer, [calls.append(sealed.entry) for sealed in made])
        return time.perf_counter() - started
    finally:
        await node.stop()


async def send(node: Node, signer: LocalSigner, calls: list[Call]) -> None:
    last = (await node.sender.send(calls, signer))[-1]
    await node.index.wait("care", (await node.sender.wait("care", last)).block)


async def one(node: Node, relation: Relation, number: int) -> Sealed:
    """Seal one record of vital signs and keep its blocks."""
    patient = relation.account
    key = relation.category_key(Category.VITALS, 1)
    keys = Keys((CategoryKey(relation.label(Category.VITALS), 1, bytes(key.public_key().to_compressed_bytes())),))
    day = f"{2000 + number // 400}-{1 + number // 34 % 12:02d}-{1 + number % 28:02d}"
    signs = Vitals({"systolic": 110 + number % 30, "diastolic": 70 + number % 20, "pulse": 60 + number % 40})
    draft = Draft(RecordType.VITALS, f"体征 {number}", day, Category.VITALS, summary=signs.summary())
    body = write(Writer(patient, day).vitals(signs))
    sealed, sealing = seal_whole(Place(patient, new_file(), 1), draft, Author(patient, None), keys, body)

    async def pieces() -> Any:
        yield sealed

    found = sealing.envelope(await add_stream(node.ipfs, pieces()))
    await node.ipfs.put(found.envelope, cid_of_digest(found.entry.envelope))
    return found


@contextmanager
def running(home: Path) -> Iterator[str]:
    """The node in a process of its own."""
    port = free_port()
    environment = {**os.environ, "TCMCHAIN_HOME": str(home), "TCMCHAIN_PORT": str(port)}
    node = subprocess.Popen(
        [sys.executable, "-m", "tcmchain", "run"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url, deadline = f"http://localhost:{port}", time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{url}/healthz").read()
                break
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield url
    finally:
        node.terminate()
        node.wait(60)


async def measure(url: str, relation: Relation) -> dict[str, Any]:
    """Milliseconds of the shell, of a page of entries by one asking, of both, and of opening the page here."""
    signer, rng = LocalSigner(relation.account_key), random.Random(1)
    shell, pages, both = [], [], []
    path = f"/api/records/{relation.account}/timeline"
    async with httpx.AsyncClient(base_url=url) as client:
        for turn in range(ASKED):
            before = RECORDS + 1 if turn % 2 == 0 else rng.randrange(A_PAGE + 1, RECORDS)
            started = time.perf_counter()
            (await client.get("/records", headers={"Accept": "text/html"})).raise_for_status()
            shown = time.perf_counter()
            params = {"before": before, "limit": A_PAGE}
            answer = await client.get(path, params=params, auth=AskingAuth(signer, url))
            ended = time.perf_counter()
            answer.raise_for_status()
            assert len(json.loads(answer.content)["lines"]) == A_PAGE
            shell.append((shown - started) * 1000)
            pages.append((ended - shown) * 1000)
            both.append((ended - started) * 1000)
    async with NodeHttp(url, signer) as http:
        lines = await RecordsClient(http).timeline(relation.account, None, A_PAGE)
    started, key = time.perf_counter(), with_relation(relation)
    titles = [open_envelope(line.envelope or b"", line.appended.entry, key).facts.title for line in lines]
    opened = (time.perf_counter() - started) * 1000
    assert titles[0] == f"体征 {RECORDS - 1}"
    return {
        "shell": _summary(shell),
        "entries": _summary(pages),
        "page": _summary(both),
        "opening_fifty_in_python": round(opened, 1),
    }


def _summary(taken: list[float]) -> dict[str, float]:
    ranks = statistics.quantiles(taken, n=100, method="inclusive")
    return {"p50": round(ranks[49], 1), "p95": round(ranks[94], 1), "worst": round(max(taken), 1)}


def main() -> None:
    relation = Vault.from_words(WORDS).relation(1)
    with tempfile.TemporaryDirectory() as folder:
        made = asyncio.run(make(Path(folder), relation))
        with running(Path(folder)) as url:
            figures = asyncio.run(measure(url, relation))
    p95 = figures["page"]["p95"]
    keep(
        "timeline",
        records=RECORDS,
        a_page=A_PAGE,
        seconds_to_make_them=round(made, 1),
        milliseconds=figures,
        target_p95_milliseconds=TARGET,
        reached=p95 <= TARGET,
    )


if __name__ == "__main__":
    main()
