"""The contract Custodians: its calls, what its refusals mean, and the receipts that custodians sign for it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.typed_data import TypedData
from tcmchain.custodians.model import errors
from tcmchain.custodians.model.receipts import Receipt
from tcmchain.custodians.model.signing import FIELDS, TITLE, receipt_values
from tcmchain.errors import TcmChainError
from tcmchain.values import Address, ChainName, Hash32

NAME: Final = "Custodians"
CHAIN: Final[ChainName] = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "CustodiansKnownAlready": errors.KnownAlready,
        "CustodiansUnknown": errors.UnknownCustodian,
        "CustodiansNotTheirs": errors.NotTheirs,
        "CustodiansNothing": errors.NothingGiven,
        "CustodiansWrongBatch": errors.WrongBatch,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""


class CustodiansCalls:
    """Typed calls of the contract."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def enrol(self, custodian: Address, inbox: bytes, url: str) -> Call:
        """As a member, enrol a custodian that listens at an address."""
        return self._contracts.call(CHAIN, NAME, "enrol", custodian, inbox, url)

    def retire(self, custodian: Address) -> Call:
        """As the member that runs it, take a custodian out of service."""
        return self._contracts.call(CHAIN, NAME, "retire", custodian)

    def anchor(self, root: bytes, count: int, batch: int) -> Call:
        """As a custodian, anchor receipts."""
        return self._contracts.call(CHAIN, NAME, "anchor", Hash32("0x" + root.hex()), count, batch)


def receipt_typed(receipt: Receipt, chain_id: int, contract: Address) -> TypedData:
    """A receipt as an EIP-712 message."""
    domain = {"name": TITLE, "version": "1", "chainId": chain_id, "verifyingContract": contract}
    return TypedData(domain, {"Receipt": FIELDS}, "Receipt", receipt_values(receipt))
