"""Why a transaction failed that is in a block."""

from collections.abc import Mapping
from typing import Any

from tcmchain.chain.abi import checksum
from tcmchain.chain.client import ChainClient, Reverted
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.reverts import Reverts
from tcmchain.errors import Conflict, TcmChainError
from tcmchain.values import Address, ChainName, Hash32


class FailedInBlock(Conflict):
    """The transaction was taken into a block and changed nothing; the reason is gone by now: ``chain``, ``tx``."""

    code = "failed-in-block"


class Failures:
    """Finds the reason by running the call again.

    Receipts do not carry it, and engines that keep no old state can run it on the newest block only; when the call
    would be taken by now, the reason is gone.
    """

    def __init__(self, clients: Mapping[ChainName, ChainClient], contracts: Contracts, reverts: Reverts) -> None:
        self._clients = clients
        self._contracts = contracts
        self._reverts = reverts

    async def reason(self, chain: ChainName, tx: Hash32) -> TcmChainError:
        """The slice's error of a failed transaction, :class:`FailedInBlock` when it cannot be found any more."""
        client = self._clients[chain]
        sent = await client.transaction(tx)
        if sent is None or not sent.get("to"):
            return FailedInBlock(chain=chain, tx=tx)
        try:
            await client.call(checksum(sent["to"]), _data(sent), checksum(sent["from"]))
        except Reverted as refused:
            return self.error(chain, checksum(sent["to"]), refused)
        return FailedInBlock(chain=chain, tx=tx)

    def error(self, chain: ChainName, to: Address, refused: Reverted) -> TcmChainError:
        """What a refusal by the contract at an address means; the refusal itself when no contract stands there."""
        contract = self._contracts.name_of(chain, to)
        return refused if contract is None else self._reverts.error(contract, refused.data)


def _data(sent: Mapping[str, Any]) -> bytes:
    found: str = sent.get("input") or sent.get("data") or "0x"
    return bytes.fromhex(found[2:])
