"""Folders as tables, uploads on disk, cards at rest, and erasure, without a chain."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tcmchain.chain.events import Event
from tcmchain.crypto.categories import Category
from tcmchain.index.engine import open_engine
from tcmchain.ipfs.cid import digest_of
from tcmchain.ipfs.local import LocalBlocks
from tcmchain.ipfs.store import blocks_of
from tcmchain.ipfs.unixfs import Link, Tree
from tcmchain.records.model.cards import Card
from tcmchain.records.model.envelope import Envelope
from tcmchain.records.model.errors import NoRoom, UploadElsewhere, UploadsTooMany, UploadTooLong, UploadUnknown
from tcmchain.records.readmodel.bodies import BodyTags
from tcmchain.records.readmodel.cards import CardKey, CardStore
from tcmchain.records.readmodel.folders import FolderRecords
from tcmchain.records.readmodel.private import PrivateRecords
from tcmchain.records.readmodel.projection import RecordsProjection
from tcmchain.records.readmodel.uploads import UploadStore
from tcmchain.records.service.erasing import Erasing
from tcmchain.records.service.keeping import keep_whole
from tcmchain.records.service.uploads import MOST_WAITING, Uploads
from tcmchain.values import ZERO_HASH, Address, BlockNumber, Cid, Hash32, MemberId, UnixTime

PATIENT = Address("0x44f649fc8Dc77694E6ABEF1aA966983Dd6ED7C64")
OTHER = Address("0x" + "01" * 20)
HOURS = 24.0


def _hash(number: int) -> Hash32:
    return Hash32(f"0x{number:064x}")


@dataclass
class Archive:
    """The stores of one node, a clock, and events as a chain would tell them."""

    folder: Path
    now: float = 1_000_000.0
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = open_engine(f"sqlite:///{self.folder / 'index.db'}")
        self.projection = RecordsProjection()
        self.projection.metadata.create_all(self.engine)
        self.blocks = LocalBlocks(self.folder / "ipfs")
        self.records = FolderRecords(self.engine)
        self.private = PrivateRecords(self.folder / "records.db")
        self.tags = BodyTags(self.private)
        store = UploadStore(self.private, self.folder / "uploads")
        self.uploads = Uploads(
            store, self.records, self.private, self.tags, self.blocks, 10_000_000, HOURS, lambda: self.now
        )
        self.erasing = Erasing(self.records, self.private, self.blocks, self.tags)
        self.number = 0

    def tell(self, name: str, block: int, **args: Any) -> None:
        event = Event(
            "care", "Records", name, args, OTHER, BlockNumber(block), UnixTime(int(self.now)), _hash(block), 0
        )
        with self.engine.begin() as connection:
            self.projection.apply(connection, [event])

    async def append(
        self, file: int, body: Cid, version: int = 1, bound: Any = "vault", patient: Address = PATIENT
    ) -> Cid:
        """An envelope that names a body, kept and appended."""
        envelope = Envelope(patient, _hash(file), version, b"lock", b"facts", body, 10, bound)
        return self.enter(file, await self.blocks.put(envelope.write()), version, patient)

    def enter(self, file: int, cid: Cid, version: int = 1, patient: Address = PATIENT) -> Cid:
        """An entry that names a block as its envelope."""
        self.number += 1
        names = {"lock": _hash(1), "facts": _hash(2), "head": _hash(self.number), "author": OTHER}
        self.tell(
            "Appended",
            self.number,
            patient=patient,
            file=_hash(file),
            number=self.number,
            version=version,
            envelope=digest_of(cid),
            member=ZERO_HASH,
            **names,
        )
        return cid

    async def body(self, content: bytes) -> Cid:
        async def pieces() -> AsyncIterator[bytes]:
            yield content

        kept = await keep_whole(self.blocks, pieces())
        if kept.fresh:
            self.tags.note_own(PATIENT, kept.cid)
        return kept.cid

    def erase(self, file: int, block: int, patient: Address = PATIENT) -> None:
        self.tell("Erased", block, patient=patient, file=_hash(file), versions=1, by=patient)


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    found = Archive(tmp_path)
    yield found
    await found.blocks.close()
    found.private.close()
    found.engine.dispose()


async def test_read__folder__pages_and_marks_what_is_newest_or_erased(archive: Archive) -> None:
    body = await archive.body(b"x")
    for file in (1, 2, 1, 3):
        await archive.append(file, body, version=2 if archive.number == 2 else 1)
    archive.erase(2, 9)
    page = archive.records.newest(PATIENT, None, 3)
    assert [(one.appended.number, one.newest, one.erased) for one in page] == [
        (4, True, False),
        (3, True, False),
        (2, True, True),
    ]
    ((first, newest),) = [(one.appended.number, one.newest) for one in archive.records.newest(PATIENT, 2, 3)]
    assert (first, newest) == (1, False)
    assert [one.entry.version for one in archive.records.versions(PATIENT, _hash(1))] == [1, 2]
    assert archive.records.folder(PATIENT).count == 4
    assert archive.records.folder(OTHER).head == ZERO_HASH
    assert len(archive.records.envelopes()) == 3
    assert archive.records.newest(PATIENT, None, 9, own=True)[0].appended.member is None
    assert archive.records.newest(PATIENT, None, 9, MemberId("0x1")) == []


async def test_erase__files_that_share_a_body__body_goes_with_the_last(archive: Archive) -> None:
    shared, own = await archive.body(b"shared"), await archive.body(b"own" * 700_000)
    first, second = await archive.append(1, shared), await archive.append(2, shared)
    alone = await archive.append(3, own, bound="file")
    archive.tags.note(PATIENT, _hash(7), shared)
    archive.erase(1, 10)
    archive.erase(3, 10)
    assert await archive.erasing.go_on() == 2
    assert [await archive.blocks.has(cid) for cid in (first, second, shared, alone, own)] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert archive.tags.body(PATIENT, _hash(7)) == shared
    archive.erase(2, 11)
    assert await archive.erasing.go_on() == 1
    assert not await archive.blocks.has(shared)
    assert archive.tags.body(PATIENT, _hash(7)) is None
    assert await archive.erasing.go_on() == 0


async def test_erase__file_that_names_what_is_anothers__takes_nothing_of_it_along(archive: Archive) -> None:
    body = await archive.body(b"theirs" * 400_000)
    envelope = await archive.append(1, body, bound="file")
    leaves = [name async for name in blocks_of(archive.blocks, body)]
    tree = Tree()
    nodes = [node for name in (*leaves[1:], envelope) for node in tree.add(Link(name, 1, 1))] + list(tree.finish())
    for node in nodes:
        await archive.blocks.put(node.content, node.cid)
    mine = [
        await archive.append(2, body, patient=OTHER, bound="file"),
        await archive.append(3, leaves[1], patient=OTHER, bound="file"),
        await archive.append(4, tree.root, patient=OTHER, bound="file"),
    ]
    archive.enter(5, envelope, patient=OTHER)
    archive.enter(6, leaves[1], patient=OTHER)
    for file in range(2, 7):
        archive.erase(file, 20, OTHER)
    assert await archive.erasing.go_on() == 5
    assert all([await archive.blocks.has(name) for name in (envelope, *leaves)])
    assert not any([await archive.blocks.has(name) for name in mine])
    archive.erase(1, 21)
    assert await archive.erasing.go_on() == 1
    assert not any([await archive.blocks.has(name) for name in (envelope, *leaves)])


async def test_sweep__upload_of_what_is_anothers__leaves_it(archive: Archive) -> None:
    content = b"theirs" * 400_000
    body = await archive.body(content)
    await archive.append(1, body)
    archive.now += 7200
    for part in (content, content[: 1 << 20]):
        opened = await archive.uploads.open(OTHER, OTHER, len(part), None)
        assert not isinstance(opened, str)
        assert (await archive.uploads.add(opened.id, OTHER, 0, part)).body is not None
    archive.now += HOURS * 3600 + 1
    assert await archive.uploads.sweep() == 2
    assert all([await archive.blocks.has(name) async for name in blocks_of(archive.blocks, body)])


async def test_keep__body_of_equal_leaves__is_its_own(archive: Archive) -> None:
    body = await archive.body(bytes(5 << 20))
    assert archive.tags.is_own(PATIENT, body)


async def test_upload__names_that_nobody_opened__leave_nothing_in_memory(archive: Archive) -> None:
    for number in range(10):
        with pytest.raises(UploadUnknown):
            await archive.uploads.add(f"{number:032x}", OTHER, 0, b"x")
    assert not archive.uploads._locks


async def test_upload__in_pieces_over_a_restart__becomes_the_whole_body(archive: Archive, tmp_path: Path) -> None:
    content = bytes(range(256)) * 8192
    opened = await archive.uploads.open(OTHER, PATIENT, len(content), _hash(5))
    assert not isinstance(opened, str)
    await archive.uploads.add(opened.id, OTHER, 0, content[:1_000_000])
    # What was written behind the last acknowledged byte when the machine stopped is written over.
    with (tmp_path / "uploads" / opened.id).open("ab") as file:
        file.write(b"torn")
    again = Archive(tmp_path)
    with pytest.raises(UploadElsewhere):
        await again.uploads.add(opened.id, OTHER, 999_999, b"x")
    with pytest.raises(UploadUnknown):
        await again.uploads.add(opened.id, PATIENT, 1_000_000, b"x")
    with pytest.raises(UploadTooLong):
        await again.uploads.add(opened.id, OTHER, 1_000_000, content)
    done = await again.uploads.add(opened.id, OTHER, 1_000_000, content[1_000_000:])
    assert done.body == await archive.body(content)
    assert await again.uploads.open(OTHER, PATIENT, 9, _hash(5)) == done.body
    assert not isinstance(await again.uploads.open(OTHER, OTHER, 9, _hash(5)), str)
    assert list((tmp_path / "uploads").iterdir()) != []
    await again.blocks.close()


async def test_sweep__uploads_nobody_went_on_with__go_and_used_bodies_stay(archive: Archive) -> None:
    stopped = await archive.uploads.open(OTHER, PATIENT, 100, None)
    unused, used = [await archive.uploads.open(OTHER, PATIENT, 4, _hash(n)) for n in (1, 2)]
    assert not isinstance(stopped, str)
    assert not isinstance(unused, str)
    assert not isinstance(used, str)
    one = await archive.uploads.add(unused.id, OTHER, 0, b"none")
    two = await archive.uploads.add(used.id, OTHER, 0, b"some")
    assert two.body is not None
    await archive.append(1, two.body)
    archive.now += HOURS * 3600 + 1
    assert await archive.uploads.sweep() == 2
    assert one.body is not None
    assert [await archive.blocks.has(body) for body in (one.body, two.body)] == [False, True]
    assert archive.tags.body(PATIENT, _hash(1)) is None
    with pytest.raises(UploadUnknown):
        await archive.uploads.upload(stopped.id, OTHER)


async def test_upload__too_many_or_too_long__is_refused(archive: Archive) -> None:
    with pytest.raises(UploadTooLong):
        await archive.uploads.open(OTHER, PATIENT, 10_000_001, None)
    for _ in range(MOST_WAITING):
        await archive.uploads.open(OTHER, PATIENT, 10, None)
    with pytest.raises(UploadsTooMany):
        await archive.uploads.open(OTHER, PATIENT, 10, None)


async def test_upload__disk_without_room__is_refused(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UploadStore, "room", lambda _: 1 << 30)
    with pytest.raises(NoRoom):
        await archive.uploads.open(OTHER, PATIENT, 1, None)


async def test_upload__disk_that_others_filled__waits_until_there_is_room(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await archive.uploads.open(OTHER, PATIENT, 4, None)
    assert not isinstance(opened, str)
    with monkeypatch.context() as full:
        full.setattr(UploadStore, "room", lambda _: 1 << 30)
        with pytest.raises(NoRoom):
            await archive.uploads.add(opened.id, OTHER, 0, b"some")
    assert (await archive.uploads.add(opened.id, OTHER, 0, b"some")).body is not None


async def test_upload__same_piece_twice_at_once__is_taken_once(archive: Archive) -> None:
    opened = await archive.uploads.open(OTHER, PATIENT, 8, None)
    assert not isinstance(opened, str)
    tries = [archive.uploads.add(opened.id, OTHER, 0, b"half") for _ in range(2)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, UploadElsewhere) for one in found) == 1
    assert (await archive.uploads.upload(opened.id, OTHER)).offset == 4


def test_keep__card__is_sealed_at_rest_and_opens_with_its_key_only(tmp_path: Path) -> None:
    private = PrivateRecords(tmp_path / "records.db")
    store, card = CardStore(private), Card(PATIENT, {Category.DISEASE: _hash(9)}, b"v" * 32)
    key = CardKey(MemberId("0x1"), b"k" * 32)
    store.keep(key, card, UnixTime(5))
    assert store.card(key, PATIENT) == card
    assert store.card(CardKey(key.member, b"x" * 32), PATIENT) is None
    assert store.card(key, OTHER) is None
    assert store.patients(key.member) == [PATIENT]
    private.close()
    assert _hash(9)[2:].encode() not in (tmp_path / "records.db").read_bytes()
