"""A file of a gibibyte through the node's door: streamed, in bounded memory, and opened again piece by piece."""

import asyncio
import gc
import hashlib
import json
import resource
import threading
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.records.ward import Ward

from tcmchain.crypto.seal import VAULT_FROM
from tcmchain.ipfs.store import read_stream
from tcmchain.records.client.opening import open_body, with_relation
from tcmchain.records.client.records import RECORD_HEADER
from tcmchain.values import Cid, Hash32

pytestmark = pytest.mark.engine
GIBIBYTE = 1 << 30
PIECE = bytes(range(256)) * 4096
MOST_MEMORY = 128 << 20


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@contextmanager
def _watched(peak: list[int]) -> Iterator[None]:
    """Look at the memory of this process, node and client together, a hundred times a second."""
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            peak[0] = max(peak[0], _resident())
            time.sleep(0.01)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


class _Pieces:
    def __init__(self, size: int) -> None:
        self._size = size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(0, self._size, len(PIECE)):
            yield PIECE


async def test_seal__a_gibibyte__streams_in_bounded_memory_and_opens(ward: Ward) -> None:
    digest = hashlib.sha256()
    for _ in range(GIBIBYTE // len(PIECE)):
        digest.update(PIECE)
    told = ward.head(type="imaging", title="全身CT", media="application/dicom", sha256=digest.hexdigest())
    headers = {
        RECORD_HEADER: b64encode(json.dumps(told).encode()).decode(),
        "Content-Length": str(GIBIBYTE),
        "Content-Type": "application/octet-stream",
    }
    await ward.hospital.http.sign_in()
    gc.collect()
    idle = _resident()
    peak = [idle]
    with _watched(peak):
        answer = await ward.hospital.http.exchange(
            "POST", "/api/records/seal", content=_Pieces(GIBIBYTE), headers=headers, timeout=280
        )
        written = answer.json()
    assert written["size"] == GIBIBYTE > VAULT_FROM
    assert peak[0] - idle < MOST_MEMORY, f"{(peak[0] - idle) >> 20} MiB"
    client, file = ward.patient.records, Hash32(written["file"])
    opened = await client.open(ward.relation.account, file, None, with_relation(ward.relation))
    again, size = hashlib.sha256(), 0
    async for piece in open_body(opened, read_stream(ward.node.ipfs, Cid(written["body"]))):
        await asyncio.to_thread(again.update, piece)
        size += len(piece)
    assert (size, again.hexdigest()) == (GIBIBYTE, opened.facts.sha256)
