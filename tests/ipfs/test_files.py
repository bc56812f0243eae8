"""Files as trees of blocks, in bounded memory."""

import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.ipfs.stock import MIB, flowing, keystream

from tcmchain.ipfs.cid import Codec, node_cid, raw_cid, read_cid
from tcmchain.ipfs.errors import BlockErased, BlockMissing, NotUnixFs
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.protobuf import number, text
from tcmchain.ipfs.store import add_stream, blocks_of, delete_tree, read_size, read_stream, split
from tcmchain.ipfs.unixfs import Tree, leaf_link, read_node
from tcmchain.values import Cid

# Kubo's own expectations for the profile unixfs-v1-2025, MIT and Apache-2.0: ipfs/kubo, test/cli/cid_profiles_test.go.
SEED = "v1-2025-seed"
FULL_NODE = Cid("bafybeihmf37wcuvtx4hpu7he5zl5qaf2ineo2lqlfrapokkm5zzw7zyhvm")
ONE_MORE = Cid("bafybeihmzokxxjqwxjcryerhp5ezpcog2wcawfryb2xm64xiakgm4a5jue")
EMPTY = Cid("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")


class Nowhere:
    """Takes blocks and keeps only the nodes: for files that are too large for a test's disk."""

    def __init__(self) -> None:
        self.nodes: dict[Cid, bytes] = {}
        self.blocks = 0

    async def put(self, block: bytes, cid: Cid | None = None) -> Cid:
        name = raw_cid(block) if cid is None else cid
        self.blocks += 1
        if read_cid(name).codec is Codec.DAG_PB:
            assert node_cid(block) == name
            self.nodes[name] = block
        return name

    async def get(self, cid: Cid) -> bytes:
        return self.nodes[cid]

    async def has(self, cid: Cid) -> bool:
        return cid in self.nodes

    async def delete(self, cid: Cid) -> None:
        self.nodes.pop(cid, None)


@pytest.fixture
def store(tmp_path: Path) -> LocalBlocks:
    return LocalBlocks(tmp_path)


async def _whole(parts: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in parts])


async def test_add__one_gibibyte__is_kubos_cid_in_bounded_memory() -> None:
    nowhere = Nowhere()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await add_stream(nowhere, flowing(keystream(1024 * MIB, SEED))) == FULL_NODE
    assert (nowhere.blocks, len(nowhere.nodes)) == (1025, 1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 128 * 1024
    assert await read_size(nowhere, FULL_NODE) == 1024 * MIB


async def test_add__one_leaf_more_than_a_node_takes__is_kubos_cid() -> None:
    nowhere = Nowhere()
    assert await add_stream(nowhere, flowing(keystream(1025 * MIB, SEED))) == ONE_MORE
    assert len(read_node(ONE_MORE, nowhere.nodes[ONE_MORE]).links) == 2


async def test_add__nothing__is_one_empty_leaf(store: LocalBlocks) -> None:
    for parts in ([], [b""], [b"", b""]):
        assert await add_stream(store, flowing(parts)) == EMPTY
    assert await _whole(read_stream(store, EMPTY)) == b""
    assert await read_size(store, EMPTY) == 0


@pytest.mark.parametrize("size", [1, MIB - 1, MIB, MIB + 1, 3 * MIB, 5 * MIB + 17])
@pytest.mark.parametrize("part", [1 << 16, MIB, 3 * MIB, 700_001])
async def test_add__any_parts__is_the_same_file(store: LocalBlocks, size: int, part: int) -> None:
    content = b"".join(keystream(size, "herbs"))
    parts = [content[at : at + part] for at in range(0, size, part)]
    cid = await add_stream(store, flowing(parts))
    assert cid == list(split(content))[-1].cid
    assert await read_size(store, cid) == size
    for offset in {0, 1, MIB - 1, MIB, MIB + 1, size - 1, size}:
        assert await _whole(read_stream(store, cid, offset)) == content[offset:]


@pytest.mark.parametrize("width", [2, 3, 4])
@pytest.mark.parametrize("leaves", range(1, 70))
def test_finish__any_number_of_leaves__has_one_depth_and_full_nodes(width: int, leaves: int) -> None:
    tree, nodes = Tree(width), {}
    for place in range(leaves):
        nodes.update({block.cid: block.content for block in tree.add(leaf_link(bytes([place])))})
    nodes.update({block.cid: block.content for block in tree.finish()})
    depths, seen = set(), []

    def descend(cid: Cid, depth: int) -> None:
        if read_cid(cid).codec is Codec.RAW:
            depths.add(depth)
            seen.append(cid)
            return
        links = read_node(cid, nodes[cid]).links
        assert len(links) <= width
        for link in links:
            descend(link.cid, depth + 1)

    descend(tree.root, 0)
    assert seen == [raw_cid(bytes([place])) for place in range(leaves)]
    assert depths == {next(depth for depth in range(10) if width**depth >= leaves)}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 40,
        text(1, number(1, 1)),
        text(1, number(1, 2) + number(3, 7) + number(4, 7)),
        text(2, text(1, b"\x01\x55\x12\x20" + bytes(31))) + text(1, number(1, 2)),
        text(2, number(3, 1)) + text(1, number(1, 2)),
        text(1, number(1, 2) + text(2, b"inline")),
        text(2, text(1, b"\x01\x55\x12\x20" + bytes(32))) + text(1, number(1, 2) + number(3, 9) + number(4, 8)),
        b"\x12\x7f",
        b"\x0a" + b"\x80" * 11,
    ],
)
def test_read__no_file__is_refused(content: bytes) -> None:
    with pytest.raises(NotUnixFs):
        read_node(node_cid(content), content)


async def test_read__leaf_of_another_length__is_refused(store: LocalBlocks) -> None:
    leaf = await store.put(b"short")
    parts = read_cid(leaf)
    link = text(1, b"\x01\x55\x12\x20" + parts.digest) + text(2, b"") + number(3, 9)
    node = text(2, link) + text(1, number(1, 2) + number(3, 9) + number(4, 9))
    root = await store.put(node, node_cid(node))
    with pytest.raises(NotUnixFs):
        await _whole(read_stream(store, root))


async def test_read__missing_leaf__gives_nothing_wrong(store: LocalBlocks) -> None:
    content = b"".join(keystream(3 * MIB, "gap"))
    cid = await add_stream(store, flowing([content]))
    names = [name async for name in blocks_of(store, cid)]
    (store._blocks / names[2][-3:-1] / f"{names[2]}.data").unlink()
    reading = read_stream(store, cid)
    got = [await anext(reading)]
    with pytest.raises(BlockMissing):
        await anext(reading)
    assert b"".join(got) == content[:MIB]


async def test_delete__file__erases_each_block_of_it(store: LocalBlocks) -> None:
    cid = await add_stream(store, flowing([b"".join(keystream(2 * MIB, "gone"))]))
    names = [name async for name in blocks_of(store, cid)]
    assert await delete_tree(store, cid) == len(names) == 3
    assert list(store.names()) == []
    for name in names:
        with pytest.raises(BlockErased):
            await store.get(name)


async def test_add__writing_fails__is_told_and_nothing_hangs(
    store: LocalBlocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fdatasync", full)
    with pytest.raises(OSError, match="space"):
        await add_stream(store, flowing(keystream(20 * MIB, "full")))
