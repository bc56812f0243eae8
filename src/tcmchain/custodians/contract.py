"""The contract Custodians: its calls, what its refusals mean, and the receipts that custodians sign for it."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from eth_hash.auto import keccak

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.typed_data import Fields, TypedData
from tcmchain.custodians.model import errors
from tcmchain.custodians.model.receipts import Receipt
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

RECEIPT: Final[Fields] = (
    ("custodian", "address"),
    ("number", "uint64"),
    ("patient", "address"),
    ("file", "bytes32"),
    ("version", "uint32"),
    ("grant", "bytes32"),
    ("reader", "address"),
    ("outcome", "uint8"),
    ("purpose", "bytes32"),
    ("blockNumber", "uint64"),
    ("at", "uint64"),
)
_TYPE: Final = keccak(f"Receipt({','.join(f'{kind} {name}' for name, kind in RECEIPT)})".encode())
_DOMAIN_TYPE: Final = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
_TITLE: Final = "TCM Chain Custodian"


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


def receipt_values(receipt: Receipt) -> dict[str, Any]:
    """A receipt's fields under the names that are signed."""
    decision = receipt.decision
    values = (
        receipt.custodian,
        receipt.number,
        decision.patient,
        decision.file,
        decision.version,
        decision.grant,
        decision.reader,
        int(decision.outcome),
        decision.purpose,
        decision.block,
        decision.at,
    )
    return {name: value for (name, _), value in zip(RECEIPT, values, strict=True)}


def receipt_typed(receipt: Receipt, chain_id: int, contract: Address) -> TypedData:
    """A receipt as an EIP-712 message."""
    domain = {"name": _TITLE, "version": "1", "chainId": chain_id, "verifyingContract": contract}
    return TypedData(domain, {"Receipt": RECEIPT}, "Receipt", receipt_values(receipt))


def receipt_digest(receipt: Receipt, chain_id: int, contract: Address) -> bytes:
    """The 32 bytes that are signed: the digest of :func:`receipt_typed`, without its half a millisecond."""
    words = [_TYPE, *(_word(value) for value in receipt_values(receipt).values())]
    return keccak(b"\x19\x01" + _domain(chain_id, contract) + keccak(b"".join(words)))


@lru_cache(maxsize=64)
def _domain(chain_id: int, contract: Address) -> bytes:
    parts = (_DOMAIN_TYPE, keccak(_TITLE.encode()), keccak(b"1"), _word(chain_id), _word(contract))
    return keccak(b"".join(parts))


def _word(value: int | str) -> bytes:
    """A static value as one word; numbers and addresses stand on the right, 32 bytes fill it."""
    return value.to_bytes(32, "big") if isinstance(value, int) else bytes.fromhex(value[2:]).rjust(32, b"\0")
