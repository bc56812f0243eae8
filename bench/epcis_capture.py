"""EPCIS capture through the node's own door, on its two processors, everything included.

Observations: documents of 1,000 events each, no two events alike, are posted one after another; the clock runs from the
first request until the last event is validated, hashed, written, indexed and stands in a batch that the chain has.
Moves: documents of 1,000 events that each take a few milligrams of a lot off the ledger; the clock runs until the last
job is finished, which is when each step is in a block and indexed. The peer is the same documents read by one process
(schema, rules, hash, terms) and neither kept nor anchored.
"""

import asyncio
import contextlib
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import httpx
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic

from measured import example_node, keep
from tcmchain.chain.keystore import open_keystore
from tcmchain.epcis.model.jobs import ErrorBehaviour
from tcmchain.epcis.service.reading import read
from tcmchain.example import cast
from tcmchain.sdk import TcmChain

DOCUMENTS: Final = 30
MOVE_DOCUMENTS: Final = 5
A_DOCUMENT: Final = 1_000
TARGET: Final = 3_000
MOVES_TARGET: Final = 800
_CONTEXT: Final = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"ex": "https://ns.example.com/epcis/", "tcm": "urn:tcmchain:epcis:"},
]
_STEPS: Final = ("shipping", "receiving", "storing", "packing", "loading", "inspecting", "stocking")


def _document(events: list[dict[str, Any]]) -> bytes:
    return json.dumps(
        {
            "@context": _CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-11-20T08:00:00Z",
            "epcisBody": {"eventList": events},
        }
    ).encode()


def _observation(number: int) -> dict[str, Any]:
    """A mix of kinds: things seen, things packed together, readings of sensors."""
    minute, second = number // 60 % 60, number % 60
    shared: dict[str, Any] = {
        "eventTime": f"2026-10-{1 + number // 86_400 % 28:02d}T{number // 3600 % 24:02d}:{minute:02d}:{second:02d}Z",
        "eventTimeZoneOffset": "+08:00",
        "bizStep": _STEPS[number % len(_STEPS)],
        "readPoint": {"id": f"urn:epc:id:sgln:4012345.{number % 90:05d}.0"},
        "bizLocation": {"id": f"urn:epc:id:sgln:4012345.{number % 50:05d}.0"},
    }
    item = f"urn:epc:id:sgtin:4012345.011111.{number}"
    if number % 5 == 0:
        children = [f"{item}{child}" for child in range(4)]
        case = f"urn:epc:id:sscc:4012345.{number:010d}"
        return {**shared, "type": "AggregationEvent", "action": "ADD", "parentID": case, "childEPCs": children}
    if number % 5 == 1:
        report = [{"type": "Temperature", "value": 15 + number % 9, "uom": "CEL"}]
        element = {"sensorMetadata": {"deviceID": "urn:epc:id:giai:4012345.77"}, "sensorReport": report}
        return {
            **shared, "type": "ObjectEvent", "action": "OBSERVE", "epcList": [item], "sensorElementList": [element],
        }  # fmt: skip
    order = {"type": "po", "bizTransaction": f"urn:epc:id:gdti:4012345.00001.{number // 100}"}
    return {
        **shared,
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "disposition": "in_progress",
        "epcList": [item],
        "bizTransactionList": [order],
        "ex:shelf": number % 40,
    }


def _retirement(lot: str, number: int) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "action": "DELETE",
        "bizStep": "destroying",
        "disposition": "destroyed",
        "eventTime": f"2026-11-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "eventTimeZoneOffset": "+08:00",
        "quantityList": [{"epcClass": f"urn:tcmchain:lot:{lot}", "quantity": 1 + number % 9, "uom": "MGM"}],
    }


async def _capture(http: httpx.AsyncClient, documents: list[bytes], behaviour: str) -> list[str]:
    places = []
    for document in documents:
        headers = {"Content-Type": "application/json", "GS1-Capture-Error-Behaviour": behaviour}
        answer = await http.post("/epcis/capture", content=document, headers=headers)
        assert answer.status_code == 202, answer.text
        places.append(answer.headers["Location"])
    return places


async def _finished(http: httpx.AsyncClient, places: list[str]) -> list[dict[str, Any]]:
    found = []
    for place in places:
        while (job := (await http.get(place)).json())["running"]:
            await asyncio.sleep(0.1)
        assert job["success"], job["errors"][:3]
        found.append(job)
    return found


async def _anchored(http: httpx.AsyncClient) -> None:
    """Wait until the newest event has its proof."""
    newest = (await http.get("/epcis/events", params={"perPage": 1})).json()
    (event,) = newest["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    name = event["eventID"].replace("/", "%2F").replace("?", "%3F").replace(";", "%3B")
    while (await http.get(f"/epcis/events/{name}/proof")).status_code != 200:
        await asyncio.sleep(0.1)


async def _http(url: str, key: str) -> httpx.AsyncClient:
    http = httpx.AsyncClient(base_url=url, timeout=120)
    signer = cast.officer(key)
    message = (await http.get("/api/session/nonce", params={"address": signer.address})).json()["message"]
    body = {"message": message, "signature": signer.sign_message(message)}
    token = (await http.post("/api/session", json=body)).json()["token"]
    http.headers["Authorization"] = f"Bearer {token}"
    return http


def _cpu() -> float:
    """Seconds that the processors spent for the node and all that it started; this process's own are not among them."""
    found: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            spent = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            found[int(entry.parent.name)] = int(fields[1]), spent
    mine = {os.getpid()}
    while more := {pid for pid, (parent, _) in found.items() if parent in mine} - mine:
        mine |= more
    return sum(spent for pid, (_, spent) in found.items() if pid in mine and pid != os.getpid())


async def _observations(url: str) -> tuple[float, float]:
    http = await _http(url, "factory")
    warm = [_document([_observation(10_000_000 + at) for at in range(A_DOCUMENT)])] * 2
    await _finished(http, await _capture(http, warm, "rollback"))
    documents = [
        _document([_observation(part * A_DOCUMENT + at) for at in range(A_DOCUMENT)]) for part in range(DOCUMENTS)
    ]
    spent, started = _cpu(), time.perf_counter()
    jobs = await _finished(http, await _capture(http, documents, "rollback"))
    await _anchored(http)
    whole, spent = time.perf_counter() - started, _cpu() - spent
    assert sum(job["tcm:captured"] for job in jobs) == DOCUMENTS * A_DOCUMENT
    await http.aclose()
    return whole, spent


async def _moves(url: str) -> float:
    western = TcmChain(url, cast.officer("western"))
    holding = max(await western.provenance.holdings(), key=lambda held: int(held["milligrams"]))
    lot = holding["lot"]["id"]
    http = await _http(url, "western")
    documents = [
        _document([_retirement(lot, part * A_DOCUMENT + at) for at in range(A_DOCUMENT)])
        for part in range(MOVE_DOCUMENTS)
    ]
    started = time.perf_counter()
    jobs = await _finished(http, await _capture(http, documents, "proceed"))
    whole = time.perf_counter() - started
    count = MOVE_DOCUMENTS * A_DOCUMENT
    assert sum(job["tcm:moved"] for job in jobs) == count
    after = next(h for h in await western.provenance.holdings() if h["lot"]["id"] == lot)
    taken = sum(1 + number % 9 for number in range(count))
    assert int(holding["milligrams"]) - int(after["milligrams"]) == taken
    await http.aclose()
    await western.http.close()
    return whole


def _key(key: str) -> bytes:
    """The published key of an actor's officer, for the node to sign with."""
    place = [actor.key for actor in cast.ACTORS].index(key)
    return key_from_seed(seed_from_mnemonic(cast.MNEMONIC, ""), f"m/44'/60'/0'/0/{place}")


def _read_only() -> float:
    document = _document([_observation(20_000_000 + at) for at in range(A_DOCUMENT)])
    read(document, ErrorBehaviour.ROLLBACK)
    started = time.perf_counter()
    for _ in range(5):
        assert len(read(document, ErrorBehaviour.ROLLBACK).events) == A_DOCUMENT
    return 5 * A_DOCUMENT / (time.perf_counter() - started)


def main() -> None:
    os.environ["TCMCHAIN_EPCIS_ANCHOR_SECONDS"] = "2"
    peer = _read_only()
    with tempfile.TemporaryDirectory() as folder:
        keystore = open_keystore(Path(folder))
        for key in ("factory", "western"):
            keystore.take_in(f"service-{key}", _key(key))
        with example_node(Path(folder)) as url:
            seconds, spent = asyncio.run(_observations(url))
            moving = asyncio.run(_moves(url))
    observed, moved = DOCUMENTS * A_DOCUMENT, MOVE_DOCUMENTS * A_DOCUMENT
    keep(
        "epcis_capture",
        observations=observed,
        seconds=round(seconds, 2),
        observations_per_second=round(observed / seconds),
        processor_seconds=round(spent, 2),
        observations_per_second_of_two_processors=round(2 * observed / spent),
        load_of_machine=round(os.getloadavg()[0], 1),
        target=TARGET,
        reached=observed / seconds >= TARGET,
        read_only_by_one_process_per_second=round(peer),
        share_of_reading_alone=round(observed / seconds / peer, 3),
        moves=moved,
        move_seconds=round(moving, 2),
        moves_per_second=round(moved / moving),
        moves_target=MOVES_TARGET,
        moves_reached=moved / moving >= MOVES_TARGET,
    )


if __name__ == "__main__":
    main()
