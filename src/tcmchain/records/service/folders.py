"""Reading folders: pages of entries with their envelopes, and where a file comes from."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tcmchain.chain.client import ChainClient
from tcmchain.errors import TcmChainError
from tcmchain.ipfs.cid import cid_of_digest
from tcmchain.ipfs.store import BlockStore
from tcmchain.records.model.entries import Appended, Folder, Tombstone
from tcmchain.records.model.errors import EnvelopeMissing, FileErased, FileUnknown
from tcmchain.records.readmodel.folders import FolderRecords, Listed
from tcmchain.values import Address, Hash32, MemberId


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its envelope, which is ``None`` when the file was erased or no source has it now.

    ``newest`` tells whether no later version of the file stands.
    """

    appended: Appended
    envelope: bytes | None
    newest: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A version with the hash of the block that it stands in."""

    appended: Appended
    block_hash: Hash32


@dataclass(frozen=True, slots=True)
class Origin:
    """Every version of a file, and its tombstone if it was erased."""

    versions: tuple[Version, ...]
    tombstone: Tombstone | None


class Folders:
    """What is read of folders; all of it is public or sealed."""

    def __init__(self, records: FolderRecords, blocks: BlockStore, client: ChainClient) -> None:
        self._records = records
        self.blocks = blocks
        self._client = client

    def folder(self, patient: Address) -> Folder:
        """Count and head, as far as indexed."""
        return self._records.folder(patient)

    def entries(self, patient: Address, first: int = 1, limit: int = 100) -> list[Appended]:
        """Entries from a number on, in order."""
        return self._records.entries(patient, first, limit)

    async def timeline(
        self,
        patient: Address,
        before: int | None = None,
        limit: int = 50,
        member: MemberId | None = None,
        own: bool = False,
    ) -> list[Line]:
        """A page of entries below a number, newest first, with their envelopes."""
        return await self._lines(await asyncio.to_thread(self._records.newest, patient, before, limit, member, own))

    async def envelopes(self, patient: Address, numbers: Sequence[int]) -> list[Line]:
        """Envelopes of entries by their numbers, many in one answer."""
        return await self._lines(await asyncio.to_thread(self._records.numbered, patient, numbers))

    async def origin(self, patient: Address, file: Hash32) -> Origin:
        """Who wrote each version of a file, when and in which block; raises :class:`FileUnknown`."""
        versions = await asyncio.to_thread(self._records.versions, patient, file)
        if not versions:
            raise FileUnknown(file=file)
        blocks = await self._client.blocks([version.block for version in versions])
        tombstone = await asyncio.to_thread(self._records.tombstone, patient, file)
        found = (Version(version, block.hash) for version, block in zip(versions, blocks, strict=True))
        return Origin(tuple(found), tombstone)

    async def envelope(self, patient: Address, file: Hash32, version: int) -> tuple[Appended, bytes]:
        """An entry and its envelope.

        Raises :class:`FileUnknown`, :class:`FileErased` and :class:`EnvelopeMissing`.
        """
        versions = await asyncio.to_thread(self._records.versions, patient, file)
        found = next((one for one in versions if one.entry.version == version), None)
        if found is None:
            raise FileUnknown(file=file)
        if await asyncio.to_thread(self._records.tombstone, patient, file) is not None:
            raise FileErased(file=file)
        block = await self._block(found, True)
        if block is None:
            raise EnvelopeMissing(file=file)
        return found, block

    async def _lines(self, found: Sequence[Listed]) -> list[Line]:
        blocks = await asyncio.gather(*(self._block(one.appended, not one.erased) for one in found))
        return [Line(one.appended, block, one.newest, one.erased) for one, block in zip(found, blocks, strict=True)]

    async def _block(self, appended: Appended, wanted: bool) -> bytes | None:
        if not wanted:
            return None
        try:
            return await self.blocks.get(cid_of_digest(appended.entry.envelope))
        except TcmChainError:
            return None
