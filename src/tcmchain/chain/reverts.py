"""What a contract's refusal means in the slices' own errors."""

from collections.abc import Mapping, Sequence
from typing import Final

from tcmchain.chain.artifacts import Artifact, ArtifactUnknown
from tcmchain.chain.calls import Call
from tcmchain.chain.chains import CONTRACTS
from tcmchain.chain.client import ChainClient, Reverted
from tcmchain.errors import Conflict, TcmChainError
from tcmchain.values import Address, ChainName

_ALL: Final = tuple(dict.fromkeys(name for names in CONTRACTS.values() for name in names))


class RefusedByContract(Conflict):
    """A contract refused for a reason that no slice has a word for: ``contract``, ``data``."""

    code = "refused-by-contract"


class Reverts:
    """Turns revert data into errors; ``classes`` is by the name of the contract's error."""

    def __init__(self, classes: Mapping[str, type[TcmChainError]]) -> None:
        self._classes = dict(classes)

    def error(self, contract: str, data: bytes) -> TcmChainError:
        """The error that ``data`` stands for; its arguments become details under their own names."""
        # A contract that asks another passes on the other's refusal.
        for name in dict.fromkeys((contract, *_ALL)):
            try:
                artifact = Artifact.load(name)
            except ArtifactUnknown:
                continue
            found = artifact.decode_revert(data)
            kind = self._classes.get(found[0]) if found else None
            if found is not None and kind is not None:
                return kind(**dict(zip(artifact.error_names(found[0]), found[1], strict=True)))
        return RefusedByContract(contract=contract, data="0x" + data[:64].hex())


class Rehearsal:
    """Asks the chains, before anybody signs, whether they would take a call."""

    def __init__(self, clients: Mapping[ChainName, ChainClient], reverts: Reverts) -> None:
        self._clients = clients
        self._reverts = reverts

    async def check(self, calls: Sequence[Call], account: Address) -> None:
        """Raise the slice's error of the first call that would be refused on its own."""
        for call in calls:
            try:
                await self._clients[call.chain].call(call.to, bytes.fromhex(call.data[2:]), account)
            except Reverted as refused:
                raise self._reverts.error(call.contract, refused.data) from refused
