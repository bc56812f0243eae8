"""Blocks in real Kubos of a private swarm."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ipfs.stock import MIB, flowing, keystream
from tests.ipfs.swarm import RunningKubo, swarm

from tcmchain.ipfs.cid import raw_cid
from tcmchain.ipfs.errors import BlockErased, BlockMissing, BlockTooLarge, KuboRefused, KuboUnavailable, SwarmPublic
from tcmchain.ipfs.ipns import name_of, sign_record
from tcmchain.ipfs.kubo import Kubo, KuboBlocks
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.sources import Blocks
from tcmchain.ipfs.store import BLOCK_LIMIT, add_stream, blocks_of, delete_tree, read_stream
from tcmchain.ipfs.swarm import make_key
from tcmchain.ipfs.unixfs import Tree, leaf_link
from tcmchain.values import UnixTime

pytestmark = pytest.mark.kubo


@pytest.fixture(scope="module")
def kubos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RunningKubo]]:
    folder = tmp_path_factory.mktemp("swarm")
    make_key(folder / "swarm.key")
    with swarm(folder, folder / "swarm.key", 2) as running:
        yield running


@pytest.mark.parametrize("size", [0, 1, MIB, MIB + 1, 7 * MIB + 13])
async def test_add__same_bytes__have_the_same_cid_in_both_backends(
    kubos: list[RunningKubo], tmp_path: Path, size: int
) -> None:
    content = b"".join(keystream(size, f"both {size}"))
    file = tmp_path / "content"
    file.write_bytes(content)
    theirs = kubos[0].run("add", "-Q", "--only-hash", str(file)).decode().strip()
    store = KuboBlocks(Kubo(kubos[0].url), [], tmp_path / "kubo")
    ours = await add_stream(store, flowing([content]))
    assert ours == theirs == await add_stream(LocalBlocks(tmp_path / "local"), flowing([content]))
    assert b"".join([part async for part in read_stream(store, ours)]) == content
    assert kubos[0].run("cat", ours) == content
    await store.close()


@pytest.mark.parametrize("leaves", [2, 3, 4, 7, 16, 17, 40])
def test_add__narrow_nodes__are_kubos_trees(kubos: list[RunningKubo], tmp_path: Path, leaves: int) -> None:
    file = tmp_path / "content"
    file.write_bytes(bytes(range(leaves)))
    more = ("--chunker=size-1", "--max-file-links=4", "--raw-leaves", "--cid-version=1")
    theirs = kubos[0].run("add", "-Q", "--only-hash", *more, str(file)).decode().strip()
    tree = Tree(4)
    for leaf in range(leaves):
        list(tree.add(leaf_link(bytes([leaf]))))
    list(tree.finish())
    assert tree.root == theirs


async def test_get__other_member_through_the_swarm__is_fetched_and_held_against_its_cid(
    kubos: list[RunningKubo],
) -> None:
    here, there = Kubo(kubos[0].url), Kubo(kubos[1].url)
    block = b"only there"
    await there.put(raw_cid(block), block)
    assert not await here.has(raw_cid(block))
    assert await here.get(raw_cid(block)) == block
    with pytest.raises(BlockMissing):
        await here.get(raw_cid(b"nowhere"), offline=True)
    await here.close()
    await there.close()


async def test_put__copy__stands_at_each_kubo_and_goes_everywhere(kubos: list[RunningKubo], tmp_path: Path) -> None:
    own, copy = Kubo(kubos[0].url), Kubo(kubos[1].url)
    store = KuboBlocks(own, [copy], tmp_path)
    cid = await add_stream(store, flowing(keystream(3 * MIB, "copies")))
    names = [name async for name in blocks_of(store, cid)]
    assert all([await kubo.has(name) for kubo in (own, copy) for name in names])
    pinned = kubos[1].run("pin", "ls", "--type=recursive", "-q").decode().split()
    assert set(names) <= set(pinned)
    kubos[1].run("repo", "gc", "-q")
    assert await copy.has(cid)

    await delete_tree(store, cid)
    assert not any([await kubo.has(name) for kubo in (own, copy) for name in names])
    with pytest.raises(BlockErased):
        await store.get(cid)
    await store.close()


async def test_delete__block_that_another_file_has__is_told(kubos: list[RunningKubo], tmp_path: Path) -> None:
    store = KuboBlocks(Kubo(kubos[0].url), [], tmp_path)
    leaf = b"".join(keystream(MIB, "shared"))
    first = await add_stream(store, flowing([leaf, b"first"]))
    second = await add_stream(store, flowing([leaf, b"second"]))
    with pytest.raises(KuboRefused):
        await delete_tree(store, first)
    assert b"".join([part async for part in read_stream(store, second, MIB)]) == b"second"
    await store.close()


async def test_put__copy_is_down__is_made_up_for(kubos: list[RunningKubo], tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{closed.getsockname()[1]}"
    store = KuboBlocks(Kubo(kubos[0].url), [Kubo(down)], tmp_path)
    kept, gone = await store.put(b"while it was down"), await store.put(b"put and erased")
    await store.delete(gone)
    assert store.status().missed == {down: 2}
    assert await store.catch_up() == 2
    await store.close()

    # The same notes, as if the Kubo were back under its address.
    back = KuboBlocks(Kubo(kubos[0].url), [Kubo(kubos[1].url)], tmp_path)
    notes, old = back._missed[back._copies[0]], store._missed[store._copies[0]]
    for cid in old:
        notes.set(cid)
    assert await back.catch_up() == 0
    assert await back._copies[0].has(kept)
    assert not await back._copies[0].has(gone)
    await back.close()


async def test_get__own_kubo_lost_it__comes_from_the_copy_and_is_healed(
    kubos: list[RunningKubo], tmp_path: Path
) -> None:
    own, copy = Kubo(kubos[0].url), Kubo(kubos[1].url)
    store = Blocks(KuboBlocks(own, [copy], tmp_path))
    cid = await store.put(b"lost here")
    await own.delete(cid)
    assert await store.get(cid) == b"lost here"
    assert await own.has(cid)
    await store.close()


async def test_put__largest_block__is_taken(kubos: list[RunningKubo], tmp_path: Path) -> None:
    store = KuboBlocks(Kubo(kubos[0].url), [], tmp_path)
    cid = await store.put(bytes(BLOCK_LIMIT))
    assert await store.get(cid) == bytes(BLOCK_LIMIT)
    with pytest.raises(BlockTooLarge):
        await store.put(bytes(BLOCK_LIMIT + 1))
    await store.close()


async def test_start__private_swarm__is_taken_and_a_public_one_refused(
    kubos: list[RunningKubo], tmp_path: Path
) -> None:
    store = KuboBlocks(Kubo(kubos[0].url), [Kubo(kubos[1].url)], tmp_path)
    await store.start()
    await store.close()
    kubos[1].run("config", "--json", "Bootstrap", '["auto"]')
    public = KuboBlocks(Kubo(kubos[0].url), [Kubo(kubos[1].url)], tmp_path)
    with pytest.raises(SwarmPublic):
        await public.start()
    await public.close()


async def test_start__no_kubo__is_told(tmp_path: Path) -> None:
    store = KuboBlocks(Kubo("http://127.0.0.1:9"), [], tmp_path)
    with pytest.raises(KuboUnavailable):
        await store.start()
    with pytest.raises(KuboUnavailable):
        await store.put(b"x")
    await store.close()


def test_daemon__without_the_swarms_key__cannot_connect(kubos: list[RunningKubo], tmp_path: Path) -> None:
    make_key(tmp_path / "other.key")
    stranger = RunningKubo(tmp_path / "stranger", tmp_path / "other.key")
    stranger.start()
    try:
        with pytest.raises(httpx.HTTPStatusError):
            stranger.connect(kubos[0])
    finally:
        stranger.stop()


def test_sign__record__is_valid_for_kubo(kubos: list[RunningKubo], tmp_path: Path) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)
    name = name_of(key.public_key())
    until = UnixTime(int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()))
    file = tmp_path / "record"
    file.write_bytes(sign_record(key, f"/ipfs/{raw_cid(b'head')}", 5, until))
    told = kubos[0].run("name", "inspect", f"--verify={name}", "--enc=json", str(file)).decode()
    assert '"Valid":true' in told
    assert raw_cid(b"head") in told
