"""Erasure at this node: once a tombstone stands on the chain, the file's blocks go."""

import asyncio
import logging
from contextlib import suppress

from tcmchain.errors import TcmChainError
from tcmchain.ipfs.cid import cid_of_digest
from tcmchain.ipfs.store import BlockStore, delete_tree
from tcmchain.records.model.entries import Tombstone
from tcmchain.records.model.envelope import Envelope
from tcmchain.records.readmodel.bodies import BodyTags
from tcmchain.records.readmodel.folders import FolderRecords
from tcmchain.records.readmodel.private import PrivateRecords
from tcmchain.values import Address, Cid, Hash32

_CURSOR = "erased"

_log = logging.getLogger(__name__)


class Erasing:
    """Drops envelopes and bodies of erased files; a body that another live file of the vault uses stays."""

    def __init__(self, records: FolderRecords, private: PrivateRecords, blocks: BlockStore, tags: BodyTags) -> None:
        self._records = records
        self._private = private
        self._blocks = blocks
        self._tags = tags

    async def go_on(self) -> int:
        """Drop what was erased since the last time; answers how many files. Doing it twice does no harm."""
        block = await asyncio.to_thread(self._private.cursor, _CURSOR)
        done = 0
        while found := await asyncio.to_thread(self._records.tombstones_from, block):
            for tombstone in found:
                await self.drop(tombstone)
            done += len(found)
            block = found[-1].block + 1
            await asyncio.to_thread(self._private.move, _CURSOR, block)
        return done

    async def drop(self, tombstone: Tombstone) -> None:
        """Drop the envelopes of a file, and the bodies that no other file needs."""
        patient, file = tombstone.patient, tombstone.file
        versions = await asyncio.to_thread(self._records.versions, patient, file)
        named = [found for one in versions if (found := await self._body(one.entry.envelope)) is not None]
        needed = await self._needed(patient, {body for body, shared in named if shared})
        for body in dict.fromkeys(body for body, _ in named):
            if body in needed:
                continue
            await asyncio.to_thread(self._tags.forget, patient, body)
            with suppress(TcmChainError):
                await delete_tree(self._blocks, body)
        for one in versions:
            with suppress(TcmChainError):
                await self._blocks.delete(cid_of_digest(one.entry.envelope))
        _log.info("%d versions of an erased file dropped", len(versions))

    async def _body(self, envelope: Hash32) -> tuple[Cid, bool] | None:
        """The body that an envelope names, and whether other files may share it."""
        try:
            read = Envelope.read(await self._blocks.get(cid_of_digest(envelope)))
        except TcmChainError:
            return None
        return None if read.body is None else (Cid(read.body), read.bound == "vault")

    async def _needed(self, patient: Address, shared: set[Cid]) -> set[Cid]:
        """Which of some bodies a live file still names."""
        if not shared:
            return set()
        found: set[Cid] = set()
        for one in await asyncio.to_thread(self._records.live, patient):
            body = await self._body(one.entry.envelope)
            if body is not None and body[0] in shared:
                found.add(body[0])
        return found
