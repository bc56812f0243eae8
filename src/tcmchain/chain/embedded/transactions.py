"""Raw transactions: decoded, and judged before anything is logged.

Whatever passes here the executor takes too: a logged transaction has been acknowledged and must never be lost. Fees
and values are zero, as accounts hold no money on these ledgers.
"""

from dataclasses import dataclass
from typing import Any, Final

import rlp  # type: ignore[import-untyped]
from coincurve import PublicKey
from eth_utils.crypto import keccak

from tcmchain.chain.embedded.errors import TransactionRefused

BLOCK_GAS: Final = 3_000_000_000
MAX_RAW: Final = 256 * 1024
_MAX_INIT_CODE: Final = 2 * 24_576
_HALF_ORDER: Final = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_LAST_NONCE: Final = 2**64 - 2
_FIELDS: Final = {0: 9, 1: 11, 2: 12}


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction whose signature and form are right."""

    raw: bytes
    hash: bytes
    type: int
    sender: bytes
    nonce: int
    gas: int
    to: bytes | None
    data: bytes
    access: tuple[tuple[bytes, tuple[bytes, ...]], ...]
    y_parity: int
    r: int
    s: int


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a transaction from all others."""

    hash: bytes
    nonce: int


def identify(raw: bytes) -> Identity:
    """Tell which transaction this is, without judging it again; for those that are in the log."""
    fields = rlp.decode(raw if raw[0] >= 0xC0 else raw[1:])
    return Identity(keccak(raw), int.from_bytes(fields[0 if raw[0] >= 0xC0 else 1], "big"))


def decode(raw: bytes, chain_id: int) -> Transaction:
    """Read a signed transaction; raises :class:`TransactionRefused` saying what is wrong with it."""
    if not raw:
        raise TransactionRefused("the transaction is empty")
    if len(raw) > MAX_RAW:
        raise TransactionRefused(f"the transaction is too large: {len(raw)} bytes, at most {MAX_RAW}")
    kind = 0 if raw[0] >= 0xC0 else raw[0]
    if kind not in _FIELDS:
        raise TransactionRefused(f"transaction type {kind} is not taken: only 0, 1 and 2 are")
    fields = _decode_list(raw if kind == 0 else raw[1:])
    if len(fields) != _FIELDS[kind]:
        raise TransactionRefused(f"a transaction of type {kind} has {_FIELDS[kind]} fields, this one {len(fields)}")
    made = _legacy(raw, fields, chain_id) if kind == 0 else _typed(raw, kind, fields, chain_id)
    _check_gas(made)
    return made


def _decode_list(raw: bytes) -> list[Any]:
    try:
        found = rlp.decode(raw)
    except (rlp.exceptions.RLPException, RecursionError, ValueError, TypeError, IndexError) as error:
        raise TransactionRefused("the transaction is not RLP") from error
    if not isinstance(found, list):
        raise TransactionRefused("the transaction is not a list")
    return found


def _legacy(raw: bytes, fields: list[Any], chain_id: int) -> Transaction:
    nonce, price, gas = (_number(fields[i], 64) for i in range(3))
    to, value, data = _receiver(fields[3]), _number(fields[4], 256), _bytes(fields[5])
    v, r, s = (_number(fields[i], 256) for i in range(6, 9))
    if v in (27, 28):
        raise TransactionRefused("the transaction is not bound to a chain id (EIP-155)")
    y_parity = v - 35 - 2 * chain_id
    if y_parity not in (0, 1):
        raise TransactionRefused(f"the transaction is for chain id {(v - 35) // 2}, this chain is {chain_id}")
    _check_free(value, price)
    digest = keccak(rlp.encode([*fields[:6], chain_id, 0, 0]))
    sender = _sender(digest, y_parity, r, s)
    return Transaction(raw, keccak(raw), 0, sender, nonce, gas, to, data, (), y_parity, r, s)


def _typed(raw: bytes, kind: int, fields: list[Any], chain_id: int) -> Transaction:
    signed_for = _number(fields[0], 256)
    if signed_for != chain_id:
        raise TransactionRefused(f"the transaction is for chain id {signed_for}, this chain is {chain_id}")
    fees = 1 if kind == 1 else 2
    nonce, gas = _number(fields[1], 64), _number(fields[2 + fees], 64)
    to, value, data = _receiver(fields[3 + fees]), _number(fields[4 + fees], 256), _bytes(fields[5 + fees])
    access = _access(fields[6 + fees])
    y_parity, r, s = (_number(fields[i], 256) for i in range(7 + fees, 10 + fees))
    if y_parity not in (0, 1):
        raise TransactionRefused("the signature's parity is neither 0 nor 1")
    _check_free(value, *(_number(fields[2 + i], 256) for i in range(fees)))
    digest = keccak(raw[:1] + rlp.encode(fields[:-3]))
    sender = _sender(digest, y_parity, r, s)
    return Transaction(raw, keccak(raw), kind, sender, nonce, gas, to, data, access, y_parity, r, s)


def _bytes(field: Any) -> bytes:
    if not isinstance(field, bytes):
        raise TransactionRefused("the transaction has a list where bytes belong")
    return field


def _number(field: Any, bits: int) -> int:
    raw = _bytes(field)
    if raw[:1] == b"\0":
        raise TransactionRefused("the transaction has a number with leading zeros")
    if len(raw) * 8 > bits:
        raise TransactionRefused(f"the transaction has a number of more than {bits} bits")
    return int.from_bytes(raw, "big")


def _receiver(field: Any) -> bytes | None:
    raw = _bytes(field)
    if len(raw) not in (0, 20):
        raise TransactionRefused("the receiver is not an address")
    return raw or None


def _access(field: Any) -> tuple[tuple[bytes, tuple[bytes, ...]], ...]:
    found = []
    for entry in field if isinstance(field, list) else [None]:
        if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], list)):
            raise TransactionRefused("the access list is malformed")
        address, slots = entry
        if any(not isinstance(part, bytes) or len(part) != size for part, size in _sizes(address, slots)):
            raise TransactionRefused("the access list is malformed")
        found.append((address, tuple(slots)))
    return tuple(found)


def _sizes(address: Any, slots: list[Any]) -> list[tuple[Any, int]]:
    return [(address, 20), *((slot, 32) for slot in slots)]


def _check_free(value: int, *fees: int) -> None:
    if value:
        raise TransactionRefused("insufficient funds: accounts hold no money here, so the value must be 0")
    if any(fees):
        raise TransactionRefused("insufficient funds: transactions are free here, so the gas price must be 0")


def _sender(digest: bytes, y_parity: int, r: int, s: int) -> bytes:
    if not (0 < r < _ORDER and 0 < s <= _HALF_ORDER):
        raise TransactionRefused("the signature is out of range or not in its low form (EIP-2)")
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([y_parity])
    try:
        key = PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except Exception as error:
        raise TransactionRefused("the signature belongs to no key") from error
    return keccak(key.format(compressed=False)[1:])[12:]


def _check_gas(tx: Transaction) -> None:
    if tx.nonce > _LAST_NONCE:
        raise TransactionRefused("the nonce is too high")
    if tx.to is None and len(tx.data) > _MAX_INIT_CODE:
        raise TransactionRefused(f"the contract's code is too large: {len(tx.data)} bytes, at most {_MAX_INIT_CODE}")
    if tx.gas > BLOCK_GAS:
        raise TransactionRefused(f"gas limit {tx.gas} exceeds the block's {BLOCK_GAS}")
    if tx.gas < (least := intrinsic_gas(tx)):
        raise TransactionRefused(f"intrinsic gas too low: have {tx.gas}, want {least}")


def intrinsic_gas(tx: Transaction) -> int:
    """Gas that a transaction takes before its first instruction (Cancun)."""
    zeros = tx.data.count(0)
    gas = 21_000 + 4 * zeros + 16 * (len(tx.data) - zeros)
    if tx.to is None:
        gas += 32_000 + 2 * ((len(tx.data) + 31) // 32)
    return gas + sum(2_400 + 1_900 * len(slots) for _, slots in tx.access)


def as_json(tx: Transaction, chain_id: int) -> dict[str, Any]:
    """The transaction as ``eth_getTransactionByHash`` tells it, not yet in a block."""
    told: dict[str, Any] = {
        "type": hex(tx.type),
        "chainId": hex(chain_id),
        "nonce": hex(tx.nonce),
        "gas": hex(tx.gas),
        "gasPrice": "0x0",
        "to": None if tx.to is None else "0x" + tx.to.hex(),
        "value": "0x0",
        "input": "0x" + tx.data.hex(),
        "r": hex(tx.r),
        "s": hex(tx.s),
        "hash": "0x" + tx.hash.hex(),
        "from": "0x" + tx.sender.hex(),
        "blockHash": None,
        "blockNumber": None,
        "transactionIndex": None,
    }
    if tx.type == 0:
        return told | {"v": hex(35 + 2 * chain_id + tx.y_parity)}
    told |= {"v": hex(tx.y_parity), "yParity": hex(tx.y_parity), "accessList": _access_json(tx)}
    return told if tx.type == 1 else told | {"maxFeePerGas": "0x0", "maxPriorityFeePerGas": "0x0"}


def _access_json(tx: Transaction) -> list[dict[str, Any]]:
    return [
        {"address": "0x" + address.hex(), "storageKeys": ["0x" + slot.hex() for slot in slots]}
        for address, slots in tx.access
    ]
