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
    """Drops envelopes and bodies of erased files; a body that another live file of the vault uses stays.

    Whoever appends names what stands in an entry and in an envelope, also what is another's. So only an envelope goes
    that is of this file, and only a body whose blocks came for this patient.
    """

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
        read = {one.entry.envelope: await self._envelope(one.entry.envelope) for one in versions}
        own = {digest: one for digest, one in read.items() if one is not None and _is_of(one, tombstone)}
        named = [(Cid(one.body), one.bound == "vault") for one in own.values() if one.body is not None]
        needed = await self._needed(patient, {body for body, shared in named if shared})
        for body in dict.fromkeys(body for body, _ in named):
            if body in needed or not await asyncio.to_thread(self._tags.is_own, patient, body):
                continue
            await asyncio.to_thread(self._tags.forget, patient, body)
            with suppress(TcmChainError):
                await delete_tree(self._blocks, body)
        for digest in own:
            with suppress(TcmChainError):
                await self._blocks.delete(cid_of_digest(digest))
        _log.info("%d versions of an erased file dropped", len(own))

    async def _envelope(self, digest: Hash32) -> Envelope | None:
        try:
            return Envelope.read(await self._blocks.get(cid_of_digest(digest)))
        except TcmChainError:
            return None

    async def _needed(self, patient: Address, shared: set[Cid]) -> set[Cid]:
        """Which of some bodies a live file still names."""
        if not shared:
            return set()
        found: set[Cid] = set()
        for one in await asyncio.to_thread(self._records.live, patient):
            envelope = await self._envelope(one.entry.envelope)
            if envelope is not None and envelope.body in shared:
                found.add(Cid(envelope.body))
        return found


def _is_of(envelope: Envelope, tombstone: Tombstone) -> bool:
    return (envelope.patient.lower(), envelope.file) == (tombstone.patient.lower(), tombstone.file)
