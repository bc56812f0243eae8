"""Reading at another member under a grant: two true answers of three, whoever lies or is down."""

import asyncio
import json
import socket
import threading
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.custodians.world import World, reader, world_at
from tests.operations.serving import serving

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import public_bytes
from tcmchain.crypto.errors import LockShut
from tcmchain.crypto.letters import inbox_of
from tcmchain.crypto.seal import Place
from tcmchain.custodians.client.reading import Granted, ReadFile, ReadingClient
from tcmchain.custodians.client.receipts import Verified, verify
from tcmchain.custodians.model.errors import GrantWithdrawn, TooFew
from tcmchain.web.http import NodeHttp

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="module")]

ATTENDING = reader(0)
BODY = b'{"resourceType":"Condition"}' * 40_000
SIGNER = LocalSigner(ATTENDING.account_key)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ward(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[World, Place, Granted, ReadingClient]]:
    """A patient's file, granted to a reader who has published keys, and that reader's client."""
    folder = tmp_path_factory.mktemp("reading")
    with serving(folder / "node", folder / "node.log") as (url, _):
        async with world_at(url, folder, ("hospital", "riverside", "certifier")) as world:
            await world.send(
                "Patients", "publishReader", public_bytes(ATTENDING.reading), inbox_of(ATTENDING.inbox), signer=SIGNER
            )
            grant = await world.grant(ATTENDING)
            await world.delegate(grant, ATTENDING)
            place = await world.store(BODY)
            async with NodeHttp(url) as http:
                yield world, place, Granted(grant.id, grant.opening), ReadingClient(http, SIGNER, ATTENDING.reading)


Ward = tuple[World, Place, Granted, ReadingClient]


async def _read(ward: Ward) -> ReadFile:
    _, place, granted, client = ward
    return await client.read_file(place.patient, place.file, place.version, [granted])


async def test_read__three_custodians__gives_the_file(ward: Ward) -> None:
    found = await _read(ward)
    assert found.body == BODY
    assert found.facts.title == "示例"
    assert len(found.receipts) >= 2


async def test_read__key_told_by_the_patient__is_held_against_the_answers(ward: Ward) -> None:
    world, place, granted, client = ward
    verifying = world.patient.fragment_signer.verifying_key().to_compressed_bytes()
    true = Granted(granted.grant, granted.opening, verifying)
    false = Granted(granted.grant, granted.opening, public_bytes(ATTENDING.reading))
    assert (await client.read_file(place.patient, place.file, 1, [true])).body == BODY
    with pytest.raises(TooFew):
        await client.read_file(place.patient, place.file, 1, [false])


async def test_verify__receipts_of_the_patient__stand_under_roots(ward: Ward) -> None:
    world, _, _, _ = ward
    await _read(ward)
    await asyncio.sleep(2)
    target = f"/receipts?patient={world.patient.account}"
    answer = await world.ask(world.custodians[0], world.signer, "GET", target)
    receipts = answer.json()["receipts"]
    async with NodeHttp(world.url) as http:
        assert await verify(http, receipts) == Verified(len(receipts), len(receipts))


async def test_read__file_under_two_keys__needs_both_grants(ward: Ward) -> None:
    world, _, granted, client = ward
    place = await world.store(b"two", (Category.DISEASE, Category.INSURANCE))
    second = await world.grant(ATTENDING, Category.INSURANCE)
    await world.delegate(second, ATTENDING, Category.INSURANCE)
    with pytest.raises(LockShut):
        await client.read_file(place.patient, place.file, 1, [granted])
    both = [granted, Granted(second.id, second.opening)]
    assert (await client.read_file(place.patient, place.file, 1, both)).body == b"two"


async def test_read__one_custodian_lies__still_works_and_is_told(ward: Ward) -> None:
    world, _, _, _ = ward
    with _in_place_of(world, 0, _altered):
        found = [await _read(ward) for _ in range(3)]
    assert all(one.body == BODY for one in found)
    named = {account: reason for one in found for account, reason in one.failed.items()}
    assert set(named) <= {world.custodians[0].account}


async def test_read__two_custodians_lie__is_refused(ward: Ward) -> None:
    world, _, _, _ = ward
    with _in_place_of(world, 0, _altered), _in_place_of(world, 1, _altered), pytest.raises(TooFew) as refused:
        await _read(ward)
    assert refused.value.details["needed"] == 2


async def test_read__one_custodian_down__still_works(ward: Ward) -> None:
    world, _, _, _ = ward
    world.custodians[0].kill()
    try:
        assert (await _read(ward)).body == BODY
    finally:
        await asyncio.to_thread(world.custodians[0].start)


async def test_read__two_custodians_down__is_told_clearly(ward: Ward) -> None:
    world, _, _, _ = ward
    for custodian in world.custodians[:2]:
        custodian.kill()
    try:
        with pytest.raises(TooFew) as refused:
            await _read(ward)
        down = {custodian.account for custodian in world.custodians[:2]}
        assert {a for a, why in refused.value.details["reasons"].items() if why == "custodians-silent"} == down  # type: ignore[attr-defined]
    finally:
        for custodian in world.custodians[:2]:
            await asyncio.to_thread(custodian.start)


async def test_relay__other_doors_and_accounts__are_not_passed_on(ward: Ward) -> None:
    world, *_ = ward
    account = world.custodians[0].account
    asked = {
        f"{account}/openapi.json": "custodians-no-such-door",
        f"{account}/..%2Fcard": "custodians-no-such-door",
        f"{account}/card/../healthz%00": "custodians-no-such-door",
        f"{ATTENDING.account}/card": "custodians-unknown",
    }
    found = {}
    for path in asked:
        request = httpx.Request("GET", f"{world.url}/api/custodians/x")
        request.url = httpx.URL(f"{world.url}/").copy_with(raw_path=f"/api/custodians/{path}".encode())
        found[path] = (await world.http.send(request)).json()["code"]
    assert found == asked


async def test_relay__redirects_pages_and_floods__are_not_passed_back(ward: Ward) -> None:
    world, *_ = ward
    account = world.custodians[0].account
    answers = {}
    for name, kind, body in (
        ("redirect", "", b""),
        ("page", "text/html", b"<script>alert(1)</script>"),
        ("flood", "application/json", b" " * (3 << 20)),
    ):

        def reply(_: bytes, kind: str = kind, body: bytes = body) -> tuple[int, str, bytes]:
            return (200 if kind else 302), kind or "application/json", body

        with _in_place_of(world, 0, reply, raw=True):
            answers[name] = (await world.http.get(f"{world.url}/api/custodians/{account}/card")).json()["code"]
    silent, large = "custodians-silent", "custodians-answer-too-large"
    assert answers == {"redirect": silent, "page": silent, "flood": large}


async def test_read__grant_withdrawn__is_refused_with_the_reason(ward: Ward) -> None:
    world, place, granted, client = ward
    await world.send("Consent", "withdraw", granted.grant)
    with pytest.raises(GrantWithdrawn):
        await client.read_file(place.patient, place.file, 1, [granted])


Reply = Callable[[bytes], tuple[int, str, bytes]]


def _altered(answer: bytes) -> tuple[int, str, bytes]:
    """A true answer with a re-encryption that belongs to nothing."""
    content: dict[str, Any] = json.loads(answer)
    if "fragment" in content:
        raw = bytearray(b64decode(content["fragment"]))
        raw[70] ^= 1
        content["fragment"] = b64encode(bytes(raw)).decode()
    return 200, "application/json", json.dumps(content).encode()


@contextmanager
def _in_place_of(world: World, place: int, reply: Reply, raw: bool = False) -> Iterator[None]:
    """Let somebody else listen at a custodian's address, who may know what it would have answered."""
    custodian = world.custodians[place]
    custodian.kill()
    own, port = custodian.port, custodian.port
    if not raw:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            custodian.port = found.getsockname()[1]
        custodian.start()
    behind = custodian.url

    class Liar(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name: self.headers[name] for name in ("X-Tcmchain-Asking", "content-type")}
            self._answer(httpx.post(behind + self.path, content=body, headers=headers).content)

        def do_GET(self) -> None:
            self._answer(b"{}")

        def _answer(self, true: bytes) -> None:
            status, kind, content = reply(true)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("location", "http://127.0.0.1:1/")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Liar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        if custodian.process is not None:
            custodian.kill()
        custodian.port = own
        custodian.start()
