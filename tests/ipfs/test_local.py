"""Blocks in a folder."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.ipfs.stock import MIB

from tcmchain.ipfs.cid import raw_cid
from tcmchain.ipfs.errors import BlockErased, BlockMissing, BlockTooLarge, CidInvalid
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.store import BLOCK_LIMIT
from tcmchain.values import Cid


@pytest.fixture
def store(tmp_path: Path) -> LocalBlocks:
    return LocalBlocks(tmp_path)


def _file(folder: Path, cid: Cid) -> Path:
    return folder / "blocks" / cid[-3:-1] / f"{cid}.data"


async def test_put__block__stands_under_the_last_two_characters_but_one(store: LocalBlocks, tmp_path: Path) -> None:
    cid = await store.put(b"sealed")
    assert cid == raw_cid(b"sealed")
    assert _file(tmp_path, cid).read_bytes() == b"sealed"
    assert _file(tmp_path, cid).stat().st_mode & 0o077 == 0
    assert await store.get(cid) == b"sealed"
    assert await store.has(cid)
    assert list(store.names()) == [cid]
    assert (store.status().blocks, store.status().bytes) == (1, 6)


async def test_put__again__writes_nothing(store: LocalBlocks) -> None:
    await store.put(b"sealed")
    before = store.fsyncs
    await store.put(b"sealed")
    assert store.fsyncs == before


async def test_put__many_at_once__are_all_kept_and_share_what_they_can(store: LocalBlocks) -> None:
    blocks = [bytes([number % 256, number // 256]) * 50 for number in range(400)]
    names = await asyncio.gather(*(store.put(block) for block in blocks))
    assert [await store.get(name) for name in names] == blocks
    folders = len({name[-3:-1] for name in names})
    # Each file, each folder at least once, and the folder of folders.
    assert len(blocks) + folders < store.fsyncs <= 2 * len(blocks) + 50


async def test_put__same_block_at_once__is_written_once(store: LocalBlocks) -> None:
    names = await asyncio.gather(*(store.put(b"same" * 1000) for _ in range(20)))
    assert len(set(names)) == 1
    assert store.fsyncs <= 3


async def test_put__one_that_waits_goes_away__the_others_are_written(store: LocalBlocks) -> None:
    tasks = [asyncio.create_task(store.put(bytes([number]) * 5000)) for number in range(10)]
    await asyncio.sleep(0)
    tasks[3].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(one, str) for one in done) >= 9


async def test_put__largest__is_taken_and_larger_refused(store: LocalBlocks) -> None:
    assert await store.get(await store.put(bytes(BLOCK_LIMIT))) == bytes(2 * MIB)
    with pytest.raises(BlockTooLarge):
        await store.put(bytes(BLOCK_LIMIT + 1))


@pytest.mark.parametrize("torn", [b"", b"seal", b"sealed but longer", b"sealec"])
async def test_get__torn_file__counts_as_missing_and_can_be_put_again(
    store: LocalBlocks, tmp_path: Path, torn: bytes
) -> None:
    cid = await store.put(b"sealed")
    _file(tmp_path, cid).write_bytes(torn)
    with pytest.raises(BlockMissing):
        await store.get(cid)
    assert not await store.has(cid)
    await store.put(b"sealed")
    assert await store.get(cid) == b"sealed"


async def test_start__drafts_of_a_crash__are_gone(store: LocalBlocks, tmp_path: Path) -> None:
    cid = await store.put(b"sealed")
    draft = _file(tmp_path, cid).with_name("7.draft")
    draft.write_bytes(b"half")
    again = LocalBlocks(tmp_path)
    assert draft.exists()
    await again.start()
    assert await again.get(cid) == b"sealed"
    assert not draft.exists()


async def test_delete__block__leaves_a_tombstone_over_a_restart(store: LocalBlocks, tmp_path: Path) -> None:
    cid = await store.put(b"sealed")
    await store.delete(cid)
    again = LocalBlocks(tmp_path)
    with pytest.raises(BlockErased):
        await again.get(cid)
    assert list(again.tombstones()) == [cid]
    assert not _file(tmp_path, cid).exists()
    await again.put(b"sealed")
    assert await again.get(cid) == b"sealed"
    assert not again.erased(cid)


async def test_get__unknown_or_foreign_name__is_told_apart(store: LocalBlocks) -> None:
    with pytest.raises(BlockMissing):
        await store.get(raw_cid(b"never put"))
    for text in ("../secrets", "/etc/passwd", ""):
        with pytest.raises(CidInvalid):
            await store.get(Cid(text))
        with pytest.raises(CidInvalid):
            await store.put(b"x", Cid(text))


async def test_look__whole_torn_or_absent__is_told_and_nothing_changes(store: LocalBlocks, tmp_path: Path) -> None:
    cid = await store.put(b"sealed")
    assert store.look(cid) is True
    _file(tmp_path, cid).write_bytes(b"torn")
    assert store.look(cid) is False
    assert _file(tmp_path, cid).read_bytes() == b"torn"
    assert store.look(raw_cid(b"absent")) is None


def test_kill__at_any_moment__loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged: set[Cid] = set()
    for delay in (0.15, 0.2, 0.33, 0.4):
        writer = subprocess.Popen([sys.executable, "-m", "tests.ipfs.writer", tmp_path], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        acknowledged.add(Cid(writer.stdout.readline().decode().strip()))
        time.sleep(delay)
        writer.kill()
        whole = writer.stdout.read().decode().split("\n")[:-1]
        acknowledged.update(Cid(line) for line in whole)
        writer.wait()
        store = LocalBlocks(tmp_path)
        assert len(acknowledged) > 10
        assert all(store.look(cid) for cid in acknowledged)
        assert all(store.look(cid) for cid in store.names())
