"""What devices sealed comes in: envelopes to be kept, and calls for the device to sign."""

import asyncio

from tcmchain.chain.calls import Call
from tcmchain.chain.sender import Sender
from tcmchain.crypto.digest import sha256
from tcmchain.crypto.lock import Lock
from tcmchain.ipfs.cid import cid_of_digest, read_cid
from tcmchain.ipfs.store import BlockStore
from tcmchain.records.contract import RecordsCalls
from tcmchain.records.model.entries import NO_GRANT, Entry
from tcmchain.records.model.envelope import Envelope
from tcmchain.records.model.errors import EnvelopeMissing, FileErased
from tcmchain.records.readmodel.folders import FolderRecords
from tcmchain.records.readmodel.uploads import UploadStore
from tcmchain.values import Address, Cid, Hash32


class HandingIn:
    """Keeps envelopes that somebody may append, and builds the calls; this node signs none of them."""

    def __init__(
        self, records: FolderRecords, blocks: BlockStore, calls: RecordsCalls, sender: Sender, uploads: UploadStore
    ) -> None:
        self._records = records
        self._blocks = blocks
        self._calls = calls
        self._sender = sender
        self._uploads = uploads

    async def append(
        self, account: Address, block: bytes, facts: Hash32, grant: Hash32 = NO_GRANT, salt: Hash32 = NO_GRANT
    ) -> tuple[Entry, list[Call]]:
        """Keep an envelope whose body is here; answers its entry, and the call that ``account`` signs.

        The chain is asked first, so nobody fills the store who may not append. Raises ``EnvelopeUnreadable``,
        ``LockUnreadable``, ``EnvelopeMissing`` and the contract's refusals.
        """
        envelope = Envelope.read(block)
        Lock.read(envelope.lock)
        entry = Entry(envelope.patient, envelope.file, envelope.version, sha256(block), sha256(envelope.lock), facts)
        call = self._calls.append(entry, grant, salt)
        await self._sender.check([call], account)
        if envelope.body is not None:
            read_cid(Cid(envelope.body))
            if not await self._blocks.has(Cid(envelope.body)):
                raise EnvelopeMissing(file=envelope.file)
            await asyncio.to_thread(self._uploads.used, Cid(envelope.body))
        await self._blocks.put(block, cid_of_digest(entry.envelope))
        return entry, [call]

    async def erase(self, patient: Address, file: Hash32, account: Address) -> list[Call]:
        """The call that erases a file; raises ``FileErased`` and the contract's refusals."""
        if await asyncio.to_thread(self._records.tombstone, patient, file) is not None:
            raise FileErased(file=file)
        call = self._calls.erase(patient, file)
        await self._sender.check([call], account)
        return [call]
