"""A receipt as the message that is signed (EIP-712), field by field."""

from functools import lru_cache
from typing import Any, Final

from eth_hash.auto import keccak

from tcmchain.custodians.model.receipts import Receipt
from tcmchain.values import Address

TITLE: Final = "TCM Chain Custodian"
"""The name of the signing domain; its version is 1."""

FIELDS: Final = (
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
"""Names and types of what is signed, in order."""

_TYPE: Final = keccak(f"Receipt({','.join(f'{kind} {name}' for name, kind in FIELDS)})".encode())
_DOMAIN_TYPE: Final = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")


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
    return {name: value for (name, _), value in zip(FIELDS, values, strict=True)}


def receipt_digest(receipt: Receipt, chain_id: int, contract: Address) -> bytes:
    """The 32 bytes that are signed: the EIP-712 digest of a receipt for the contract Custodians."""
    words = [_TYPE, *(_word(value) for value in receipt_values(receipt).values())]
    return keccak(b"\x19\x01" + _domain(chain_id, contract) + keccak(b"".join(words)))


@lru_cache(maxsize=64)
def _domain(chain_id: int, contract: Address) -> bytes:
    parts = (_DOMAIN_TYPE, keccak(TITLE.encode()), keccak(b"1"), _word(chain_id), _word(contract))
    return keccak(b"".join(parts))


def _word(value: int | str) -> bytes:
    """A static value as one word; numbers and addresses stand on the right, 32 bytes fill it."""
    return value.to_bytes(32, "big") if isinstance(value, int) else bytes.fromhex(value[2:]).rjust(32, b"\0")
