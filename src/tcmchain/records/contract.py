"""The contract Records: its calls and questions, and what its refusals mean."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.crypto.digest import writer_salt
from tcmchain.errors import TcmChainError
from tcmchain.records.model import errors
from tcmchain.records.model.entries import NO_GRANT, Entry, Folder
from tcmchain.values import Address, ChainName, Hash32

NAME: Final = "Records"
CHAIN: Final[ChainName] = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "RecordsNoPatient": errors.NoPatient,
        "RecordsMayNotAppend": errors.MayNotAppend,
        "RecordsWrongVersion": errors.WrongVersion,
        "RecordsNothing": errors.NothingGiven,
        "RecordsErased": errors.FileErased,
        "RecordsUnknown": errors.FileUnknown,
        "RecordsMayNotErase": errors.MayNotErase,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""


class RecordsCalls:
    """Typed calls of the contract, and its newest answers."""

    def __init__(self, contracts: Contracts, client: ChainClient) -> None:
        self._contracts = contracts
        self._client = client

    def append(self, entry: Entry, grant: Hash32 = NO_GRANT, salt: Hash32 = NO_GRANT) -> Call:
        """Append a version: the patient's own without a grant, a member's under one that ``salt`` opens.

        The chain is shown a salt made of that one, from which nobody can guess at the grant's terms.
        """
        values = (entry.patient, entry.file, entry.version, entry.envelope, entry.lock, entry.facts)
        shown = NO_GRANT if salt == NO_GRANT else writer_salt(salt)
        return self._contracts.call(CHAIN, NAME, "append", values, grant, shown)

    def erase(self, patient: Address, file: Hash32) -> Call:
        """Leave a tombstone in place of a file."""
        return self._contracts.call(CHAIN, NAME, "erase", patient, file)

    async def folder(self, patient: Address) -> Folder:
        """Count and head at the newest block."""
        count, head = await self._contracts.ask(self._client, NAME, "folderOf", patient)
        return Folder(patient, count, Hash32(head))

    async def versions(self, patient: Address, file: Hash32) -> tuple[int, bool]:
        """The last version of a file at the newest block, 0 for none, and whether it was erased."""
        versions, erased = await self._contracts.ask(self._client, NAME, "fileOf", patient, file)
        return versions, erased

    async def grant(self, grant: Hash32) -> tuple[Hash32, Address, int, Hash32]:
        """Terms, patient, moment of withdrawal (0 while in force) and writer of a grant, as Consent has them."""
        ((terms, patient, _, withdrawn, _, writer, _),) = await self._contracts.ask(
            self._client, "Consent", "grantById", grant
        )
        return Hash32(terms), Address(patient), withdrawn, Hash32(writer)
