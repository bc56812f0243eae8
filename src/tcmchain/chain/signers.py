"""Whoever holds a key signs with it; nothing else ever sees it."""

from typing import Protocol

import rlp  # type: ignore[import-untyped]
from coincurve import PrivateKey
from eth_utils.crypto import keccak

from tcmchain.chain.typed_data import TypedData, account_of
from tcmchain.values import Address


class Signer(Protocol):
    """An account that can sign."""

    @property
    def address(self) -> Address: ...

    def sign_transaction(
        self, chain_id: int, nonce: int, to: Address | None, data: bytes, gas: int, gas_price: int = 0
    ) -> bytes: ...

    def sign_message(self, text: str) -> str: ...

    def sign_typed_data(self, typed: TypedData) -> str: ...


class LocalSigner:
    """Signs with a private key (32 bytes) in this process's memory."""

    def __init__(self, private_key: bytes) -> None:
        self._key = PrivateKey(private_key)
        self.address: Address = account_of(self._key.public_key.format(compressed=False))

    def sign_transaction(
        self, chain_id: int, nonce: int, to: Address | None, data: bytes, gas: int, gas_price: int = 0
    ) -> bytes:
        """A signed legacy transaction (EIP-155) of no value; ``to`` is ``None`` to deploy."""
        receiver = b"" if to is None else bytes.fromhex(to[2:])
        fields = [nonce, gas_price, gas, receiver, 0, data]
        digest = keccak(rlp.encode([*fields, chain_id, 0, 0]))
        made = self._key.sign_recoverable(digest, hasher=None)
        r, s = int.from_bytes(made[:32], "big"), int.from_bytes(made[32:64], "big")
        raw: bytes = rlp.encode([*fields, 35 + 2 * chain_id + made[64], r, s])
        return raw

    def sign_digest(self, digest: bytes) -> str:
        """r ‖ s ‖ v over 32 bytes, as ``0x`` hex."""
        made = self._key.sign_recoverable(digest, hasher=None)
        return "0x" + made[:64].hex() + bytes([27 + made[64]]).hex()

    def sign_message(self, text: str) -> str:
        """Sign a text as ``personal_sign`` does (EIP-191 version E)."""
        raw = text.encode()
        return self.sign_digest(keccak(b"\x19Ethereum Signed Message:\n%d" % len(raw) + raw))

    def sign_typed_data(self, typed: TypedData) -> str:
        """Sign an EIP-712 message."""
        return self.sign_digest(typed.digest())
