"""Blocks from several places, one of which lies."""

import asyncio
from pathlib import Path

import httpx
import pytest
from tests.ipfs.stock import LyingPeer, flowing, keystream

from tcmchain.ipfs.cid import raw_cid
from tcmchain.ipfs.errors import BlockErased, BlockMissing
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.sources import Blocks, PeerBlocks
from tcmchain.ipfs.store import BLOCK_LIMIT, add_stream, blocks_of, read_stream

BLOCK = b"sealed bytes"
CID = raw_cid(BLOCK)


@pytest.fixture
def store(tmp_path: Path) -> LocalBlocks:
    return LocalBlocks(tmp_path / "here")


async def test_get__first_source_lies__is_fetched_from_the_next_and_kept(store: LocalBlocks) -> None:
    liar, missing, honest = LyingPeer("liar", b"other"), LyingPeer("missing"), LyingPeer("honest", BLOCK)
    blocks = Blocks(store, [liar, missing, honest])
    assert await blocks.get(CID) == BLOCK
    assert blocks.wrong == {"liar": 1}
    assert await store.get(CID) == BLOCK
    assert await blocks.get(CID) == BLOCK
    assert honest.asked == 1


async def test_get__torn_here__is_healed_from_a_peer(store: LocalBlocks, tmp_path: Path) -> None:
    await store.put(BLOCK)
    next((tmp_path / "here" / "blocks").glob("*/*.data")).write_bytes(b"sealed")
    assert await Blocks(store, [LyingPeer("honest", BLOCK)]).get(CID) == BLOCK
    assert await store.get(CID) == BLOCK


async def test_get__nobody_has_it_whole__is_missing(store: LocalBlocks) -> None:
    blocks = Blocks(store, [LyingPeer("liar", b""), LyingPeer("missing"), LyingPeer("dead", silent=True)])
    with pytest.raises(BlockMissing) as told:
        await blocks.get(CID)
    assert told.value.details["asked"] == 4
    assert list(store.names()) == []


async def test_get__silent_source__is_asked_last_for_a_while(store: LocalBlocks) -> None:
    dead, honest = LyingPeer("dead", silent=True), LyingPeer("honest", BLOCK)
    clock = [0.0]
    blocks = Blocks(store, [dead, honest], lambda: clock[0])
    await blocks.get(CID)
    honest.block = b"another"
    await blocks.get(raw_cid(b"another"))
    assert dead.asked == 1
    clock[0] = 60
    honest.block = b"third"
    await blocks.get(raw_cid(b"third"))
    assert dead.asked == 2


async def test_get__erased_here__is_asked_of_nobody(store: LocalBlocks) -> None:
    peer = LyingPeer("peer", BLOCK)
    blocks = Blocks(store, [peer])
    await blocks.put(BLOCK)
    await blocks.delete(CID)
    with pytest.raises(BlockErased):
        await blocks.get(CID)
    assert peer.asked == 0


async def test_get__many_at_once__fetch_once(store: LocalBlocks) -> None:
    peer = LyingPeer("peer", BLOCK)
    blocks = Blocks(store, [peer])
    assert set(await asyncio.gather(*(blocks.get(CID) for _ in range(50)))) == {BLOCK}
    assert peer.asked == 1


async def test_here__peer_would_have_it__is_not_asked(store: LocalBlocks) -> None:
    peer = LyingPeer("peer", BLOCK)
    with pytest.raises(BlockMissing):
        await Blocks(store, [peer]).here(CID)
    assert peer.asked == 0


async def test_read__file_with_blocks_at_two_peers__is_whole(tmp_path: Path, store: LocalBlocks) -> None:
    content = b"".join(keystream(5 << 20, "two peers"))
    other = LocalBlocks(tmp_path / "other")
    cid = await add_stream(other, flowing([content]))
    names = [name async for name in blocks_of(other, cid)]
    for name in names[::2]:
        await store.put(await other.get(name), name)

    class Other:
        name = "other"

        async def fetch(self, cid: str) -> bytes:
            return await other.get(cid)  # type: ignore[arg-type]

    blocks = Blocks(store, [Other()])
    assert b"".join([part async for part in read_stream(blocks, cid)]) == content
    assert sorted(store.names()) == sorted(names)


@pytest.mark.parametrize(
    ("status", "content", "outcome"),
    [
        (200, BLOCK, BLOCK),
        (404, b"", None),
        (500, BLOCK, None),
        (200, bytes(BLOCK_LIMIT + 1), None),
        (200, b"no", None),
    ],
)
async def test_fetch__peer_over_http__is_never_trusted(
    store: LocalBlocks, status: int, content: bytes, outcome: bytes | None
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == f"/api/ipfs/{CID}"
        assert request.url.params["here"] == "true"
        return httpx.Response(status, content=content)

    blocks = Blocks(store, [PeerBlocks("http://peer/", transport=httpx.MockTransport(answer))])
    if outcome is None:
        with pytest.raises(BlockMissing):
            await blocks.get(CID)
        assert list(store.names()) == []
    else:
        assert await blocks.get(CID) == outcome
    await blocks.close()


async def test_fetch__peer_down__is_missing(store: LocalBlocks) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(BlockMissing):
        await Blocks(store, [PeerBlocks("http://peer", transport=httpx.MockTransport(refuse))]).get(CID)
