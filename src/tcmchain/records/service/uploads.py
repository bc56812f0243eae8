"""Resumable uploads of sealed bodies: opened with a size, continued at an offset, finished as a CID."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from tcmchain.errors import TcmChainError
from tcmchain.ipfs.cid import cid_of_digest
from tcmchain.ipfs.store import BlockStore, delete_tree
from tcmchain.records.model.envelope import Envelope
from tcmchain.records.model.errors import NoRoom, UploadElsewhere, UploadsTooMany, UploadTooLong, UploadUnknown
from tcmchain.records.readmodel.bodies import BodyTags
from tcmchain.records.readmodel.folders import FolderRecords
from tcmchain.records.readmodel.private import PrivateRecords
from tcmchain.records.readmodel.uploads import Upload, UploadStore
from tcmchain.records.service.keeping import keep_whole
from tcmchain.values import Address, Cid, Hash32, UnixTime

MOST_WAITING: Final = 16
_HOUR: Final = 3600
_SPARE: Final = 1 << 30
_CURSOR: Final = "appended"


class Uploads:
    """``limit`` is the largest sealed body in bytes, ``hours`` how long one that stopped waits to go on."""

    def __init__(
        self,
        store: UploadStore,
        records: FolderRecords,
        private: PrivateRecords,
        tags: BodyTags,
        blocks: BlockStore,
        limit: int,
        hours: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._records = records
        self._private = private
        self._tags = tags
        self._blocks = blocks
        self.limit = limit
        self._hours = hours
        self._now = now
        self._locks: dict[str, asyncio.Lock] = {}

    async def open(self, account: Address, patient: Address, size: int, tag: Hash32 | None) -> Upload | Cid:
        """Begin an upload; the body itself when the patient's vault has an equal one.

        Raises ``UploadTooLong``, ``UploadsTooMany`` and ``NoRoom``.
        """
        if size > self.limit:
            raise UploadTooLong(limit=self.limit)
        if tag is not None:
            known = await asyncio.to_thread(self._tags.body, patient, tag)
            if known is not None and await self._blocks.has(known):
                return known
        if await asyncio.to_thread(self._store.waiting, account) >= MOST_WAITING:
            raise UploadsTooMany(limit=MOST_WAITING)
        # A body stands twice for a moment: as it came, and as blocks.
        if await asyncio.to_thread(self._store.room) < 2 * size + _SPARE:
            raise NoRoom(size=size)
        return await asyncio.to_thread(self._store.open, account, patient, size, tag, self._moment())

    async def upload(self, upload: str, account: Address) -> Upload:
        """An upload of the account's own; raises ``UploadUnknown``."""
        found = await asyncio.to_thread(self._store.upload, upload)
        if found is None or found.account != account:
            raise UploadUnknown(upload=upload)
        return found

    async def add(self, upload: str, account: Address, offset: int, piece: bytes) -> Upload:
        """Take the next piece; the last one finishes the body. What is acknowledged outlives a loss of power.

        Raises ``UploadUnknown``, ``UploadElsewhere``, ``UploadTooLong``, and ``NoRoom`` when others filled the disk
        meanwhile; it can go on once there is room again.
        """
        # Only what is there gets a lock: whoever asks chooses the name.
        await self.upload(upload, account)
        async with self._locks.setdefault(upload, asyncio.Lock()):
            found = await self.upload(upload, account)
            if found.body is not None and offset == found.size and not piece:
                return found
            if found.body is not None or offset != found.offset:
                raise UploadElsewhere(expected=found.offset, given=offset)
            if offset + len(piece) > found.size:
                raise UploadTooLong(limit=found.size)
            if await asyncio.to_thread(self._store.room) < 2 * found.size - offset + _SPARE:
                raise NoRoom(size=found.size)
            reached = await asyncio.to_thread(self._store.add, found, piece, self._moment())
            if reached == found.size:
                await self._finish(found)
                self._locks.pop(upload, None)
            return await self.upload(upload, account)

    async def go_on(self) -> int:
        """Keep the bodies that newly appended envelopes name, however they came; answers how many entries were seen."""
        block = await asyncio.to_thread(self._private.cursor, _CURSOR)
        seen = 0
        while found := await asyncio.to_thread(self._records.appended_from, block):
            for appended in found:
                cid = cid_of_digest(appended.entry.envelope)
                if await self._blocks.has(cid):
                    await self._keep(cid)
            seen += len(found)
            block = found[-1].block + 1
            await asyncio.to_thread(self._private.move, _CURSOR, block)
        return seen

    async def _look_again(self, since: UnixTime) -> None:
        for appended in await asyncio.to_thread(self._records.appended_since, UnixTime(since - _HOUR)):
            cid = cid_of_digest(appended.entry.envelope)
            if await self._blocks.has(cid):
                await self._keep(cid)

    async def _keep(self, envelope: Cid) -> None:
        with suppress(TcmChainError):
            body = Envelope.read(await self._blocks.get(envelope)).body
            if body is not None:
                await asyncio.to_thread(self._store.used, Cid(body))

    async def sweep(self) -> int:
        """Let go of uploads that stopped too long ago, and of bodies that no envelope ever named."""
        limit = UnixTime(self._moment() - int(self._hours * _HOUR))
        if bodies := [one for one in await asyncio.to_thread(self._store.stale, limit) if one.body is not None]:
            # A chain that was built anew may have put an entry into a block that was looked at before.
            await self._look_again(min(one.at for one in bodies))
        stale = await asyncio.to_thread(self._store.stale, limit)
        for upload in stale:
            if upload.body is not None and await asyncio.to_thread(self._tags.is_own, upload.patient, upload.body):
                await asyncio.to_thread(self._tags.forget, upload.patient, upload.body)
                with suppress(TcmChainError):
                    await delete_tree(self._blocks, upload.body)
            await asyncio.to_thread(self._store.forget, upload.id)
            self._locks.pop(upload.id, None)
        return len(stale)

    async def _finish(self, upload: Upload) -> None:
        kept = await keep_whole(self._blocks, self._store.pieces(upload.id))
        if kept.fresh:
            await asyncio.to_thread(self._tags.note_own, upload.patient, kept.cid)
        await asyncio.to_thread(self._store.finish, upload.id, kept.cid, self._moment())
        if upload.tag is not None:
            await asyncio.to_thread(self._tags.note, upload.patient, upload.tag, kept.cid)

    def _moment(self) -> UnixTime:
        return UnixTime(int(self._now()))
