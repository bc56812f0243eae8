"""The door of sealed blocks."""

import asyncio
import base64
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.ipfs.stock import MIB, LyingPeer, flowing, keystream
from tests.web.front import GROWER, ORIGIN, STRANGER, browser, front

from tcmchain.ipfs.cid import raw_cid
from tcmchain.ipfs.heads import FolderHead, Heads
from tcmchain.ipfs.ipns import read_record
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.sources import Blocks, PeerBlocks
from tcmchain.ipfs.store import add_stream
from tcmchain.values import Address, Hash32
from tcmchain.web import errors
from tcmchain.web.askings import AskingAuth, Askings
from tcmchain.web.door_ipfs import router
from tcmchain.web.nonces import NonceStore
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.sentences import Sentences

SEALED = b"sealed bytes" * 200
CID = raw_cid(SEALED)
AUTH = AskingAuth(GROWER, ORIGIN)


@pytest.fixture
def peer() -> LyingPeer:
    return LyingPeer("peer")


@pytest.fixture
def blocks(tmp_path: Path, peer: LyingPeer) -> Blocks:
    return Blocks(LocalBlocks(tmp_path / "ipfs"), [peer])


@pytest.fixture
def folders() -> dict[Address, FolderHead]:
    return {}


@pytest.fixture
def app(tmp_path: Path, blocks: Blocks, folders: dict[Address, FolderHead]) -> FastAPI:
    front_app = front(tmp_path)
    app = FastAPI()
    app.state.sessions = front_app.state.sessions
    app.state.askings = Askings([ORIGIN], NonceStore(tmp_path / "askings.db"))
    errors.install(app, Sentences([TEMPLATES, TEMPLATES.parents[1] / "ipfs" / "templates"]), Pages({}, dict))
    app.include_router(
        router(blocks, Heads(tmp_path / "ipfs", blocks, folders.get), lambda account: account == GROWER.address)
    )
    return app


@pytest.fixture
def door(app: FastAPI) -> TestClient:
    return browser(app)


def test_keep__block__is_given_back_as_it_is(door: TestClient) -> None:
    kept = door.post("/api/ipfs/blocks", content=SEALED, auth=AUTH)
    assert (kept.status_code, kept.json()) == (201, {"cid": CID, "size": len(SEALED)})
    given = door.get(f"/api/ipfs/{CID}", auth=AUTH)
    assert given.content == SEALED
    assert given.headers["content-type"] == "application/vnd.ipld.raw"
    assert given.headers["etag"] == f'"{CID}"'
    assert "immutable" in given.headers["cache-control"]
    assert "private" in given.headers["cache-control"]
    head = door.head(f"/api/ipfs/{CID}", auth=AUTH)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(SEALED))
    again = door.get(f"/api/ipfs/{CID}", auth=AUTH, headers={"If-None-Match": f'"{CID}"'})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [f"/api/ipfs/{CID}", f"/api/ipfs/files/{CID}", "/api/ipfs/status"])
def test_read__stranger_or_nobody__is_refused(door: TestClient, path: str) -> None:
    nobody = door.get(path)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "asking-missing")
    stranger = door.get(path, auth=AskingAuth(STRANGER, ORIGIN))
    assert (stranger.status_code, stranger.json()["code"]) == (403, "ipfs-reader-unknown")


def test_keep__stranger__keeps_nothing(door: TestClient, blocks: Blocks) -> None:
    assert door.post("/api/ipfs/blocks", content=SEALED, auth=AskingAuth(STRANGER, ORIGIN)).status_code == 403
    assert blocks.store.status().blocks == 0


def test_keep__more_than_a_block__is_refused(door: TestClient) -> None:
    answer = door.post("/api/ipfs/blocks", content=bytes(2 * MIB + 1), auth=AUTH)
    assert (answer.status_code, answer.json()["code"]) == (413, "block-too-large")


def test_keep__what_was_erased__stays_erased(door: TestClient, blocks: Blocks) -> None:
    door.post("/api/ipfs/blocks", content=SEALED, auth=AUTH)
    asyncio.run(blocks.delete(CID))
    answer = door.post("/api/ipfs/blocks", content=SEALED, auth=AUTH)
    assert (answer.status_code, answer.json()["code"]) == (404, "block-erased")
    assert door.get(f"/api/ipfs/{CID}", auth=AUTH).json()["code"] == "block-erased"


@pytest.mark.parametrize("cid", ["x", "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD", CID.upper(), "b" + "a" * 58])
def test_read__no_identifier__is_refused(door: TestClient, cid: str) -> None:
    assert door.get(f"/api/ipfs/{cid}", auth=AUTH).status_code == 422


def test_read__only_here__asks_no_peer(door: TestClient, peer: LyingPeer) -> None:
    peer.block = SEALED
    assert door.get(f"/api/ipfs/{CID}", params={"here": True}, auth=AUTH).status_code == 404
    assert peer.asked == 0
    assert door.get(f"/api/ipfs/{CID}", auth=AUTH).content == SEALED


def test_read__peer_lies__is_told_and_counted(door: TestClient, peer: LyingPeer) -> None:
    peer.block = b"something else"
    answer = door.get(f"/api/ipfs/{CID}", auth=AUTH)
    assert (answer.status_code, answer.json()["code"]) == (404, "block-missing")
    status = door.get("/api/ipfs/status", auth=AUTH).json()
    assert status["wrong"] == {"peer": 1}
    assert (status["backend"], status["sources"]) == ("local", ["peer"])


def test_read__file__goes_on_after_a_break(door: TestClient, blocks: Blocks) -> None:
    content = b"".join(keystream(2 * MIB + 7, "file"))
    cid = asyncio.run(add_stream(blocks, flowing([content])))
    whole = door.get(f"/api/ipfs/files/{cid}", auth=AUTH)
    assert whole.content == content
    assert whole.headers["content-length"] == str(len(content))
    rest = door.get(f"/api/ipfs/files/{cid}", auth=AUTH, headers={"Range": f"bytes={MIB + 3}-"})
    assert (rest.status_code, rest.content) == (206, content[MIB + 3 :])
    assert rest.headers["content-range"] == f"bytes {MIB + 3}-{len(content) - 1}/{len(content)}"
    assert door.get(f"/api/ipfs/files/{cid}", auth=AUTH, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert door.head(f"/api/ipfs/files/{cid}", auth=AUTH).headers["content-length"] == str(len(content))


async def test_fetch__node_from_node__heals_over_the_signed_door(app: FastAPI, blocks: Blocks, tmp_path: Path) -> None:
    await blocks.put(SEALED)
    other = Blocks(
        LocalBlocks(tmp_path / "other"),
        [PeerBlocks(ORIGIN, AUTH, transport=httpx.ASGITransport(app))],
    )
    assert await other.get(CID) == SEALED
    assert await other.store.get(CID) == SEALED
    await other.close()


def test_publish__folder__is_a_name_whose_record_holds(
    door: TestClient, folders: dict[Address, FolderHead], blocks: Blocks
) -> None:
    patient = STRANGER.address
    assert door.get(f"/api/ipfs/folders/{patient}", auth=AUTH).json()["code"] == "ipns-name-unknown"
    folders[patient] = FolderHead(patient, 1, Hash32("0x" + "11" * 32), (CID,))
    published = door.get(f"/api/ipfs/folders/{patient.lower()}", auth=AUTH).json()
    given = door.get(f"/api/ipfs/ipns/{published['name']}", auth=AUTH)
    assert given.headers["content-type"] == "application/vnd.ipfs.ipns-record"
    assert base64.b64encode(given.content).decode() == published["record"]
    record = read_record(published["name"], given.content, datetime.now(UTC))
    assert record.sequence == 0
    folders[patient] = FolderHead(patient, 2, Hash32("0x" + "22" * 32), (CID, CID))
    again = door.get(f"/api/ipfs/ipns/{published['name']}", auth=AUTH)
    newer = read_record(published["name"], again.content, datetime.now(UTC))
    assert (newer.sequence, newer.value != record.value) == (1, True)
    old = door.put(f"/api/ipfs/ipns/{published['name']}", content=given.content, auth=AUTH)
    assert (old.status_code, old.json()["code"]) == (409, "ipns-record-older")
    forged = door.put(f"/api/ipfs/ipns/{published['name']}", content=given.content[:-1], auth=AUTH)
    assert (forged.status_code, forged.json()["code"]) == (422, "ipns-record-invalid")


@pytest.mark.parametrize("path", ["/api/ipfs/folders/" + STRANGER.address, "/api/ipfs/ipns/k" + "5" * 61])
def test_publish__stranger__is_refused(door: TestClient, path: str) -> None:
    assert door.get(path).status_code == 401
    assert door.get(path, auth=AskingAuth(STRANGER, ORIGIN)).status_code == 403
