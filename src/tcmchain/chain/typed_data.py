"""EIP-712 messages: what a person signs, and who signed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from coincurve import PublicKey
from eth_abi.exceptions import EncodingError
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak

from tcmchain.chain.abi import checksum
from tcmchain.errors import Invalid
from tcmchain.values import Address, Hash32

Fields = Sequence[tuple[str, str]]
"""Names and types of a struct's fields, in order."""

_DOMAIN_FIELDS: Final = {
    "name": "string",
    "version": "string",
    "chainId": "uint256",
    "verifyingContract": "address",
    "salt": "bytes32",
}
_HALF_ORDER: Final = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


class SignatureInvalid(Invalid):
    """A signature that nobody can have made."""

    code = "signature-invalid"


@dataclass(frozen=True, slots=True)
class TypedData:
    """One EIP-712 message with everything a wallet needs to show and sign it."""

    domain: Mapping[str, Any]
    types: Mapping[str, Fields]
    primary: str
    message: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The shape that ``eth_signTypedData_v4`` takes; integers become decimal text."""
        types = {name: [{"name": n, "type": t} for n, t in fields] for name, fields in self.types.items()}
        return {
            "types": {"EIP712Domain": self._domain_fields(), **types},
            "primaryType": self.primary,
            "domain": dict(self.domain),
            "message": {name: _json_value(value) for name, value in self.message.items()},
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "TypedData":
        """Read what :meth:`as_json` wrote; raises :class:`tcmchain.errors.Invalid`."""
        try:
            types = {
                name: tuple((field["name"], field["type"]) for field in fields)
                for name, fields in content["types"].items()
                if name != "EIP712Domain"
            }
            primary: str = content["primaryType"]
            kinds = dict(types[primary])
            message = {name: _plain_value(kinds[name], value) for name, value in content["message"].items()}
            return cls(dict(content["domain"]), types, primary, message)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Invalid(f"no typed data: {error}") from error

    def digest(self) -> bytes:
        """The 32 bytes that are signed; raises :class:`tcmchain.errors.Invalid` for values out of range."""
        signable = self._signable()
        return keccak(b"\x19" + signable.version + signable.header + signable.body)

    def struct_hash(self) -> bytes:
        """Hash of the message without its domain; raises :class:`tcmchain.errors.Invalid` likewise."""
        return self._signable().body

    def _signable(self) -> SignableMessage:
        types = {name: [{"name": n, "type": t} for n, t in fields] for name, fields in self.types.items()}
        try:
            return encode_typed_data(
                full_message={
                    "types": {"EIP712Domain": self._domain_fields(), **types},
                    "primaryType": self.primary,
                    "domain": dict(self.domain),
                    "message": dict(self.message),
                }
            )
        except (EncodingError, ValueError, TypeError, OverflowError) as error:
            raise Invalid(str(error)) from error

    def _domain_fields(self) -> list[dict[str, str]]:
        return [{"name": n, "type": t} for n, t in _DOMAIN_FIELDS.items() if n in self.domain]


def consortium_domain(consortium: Hash32) -> dict[str, Any]:
    """The domain of messages that hold on every chain of a consortium: no chain id, no address, but a salt."""
    return {"name": "TCM Chain", "version": "1", "salt": consortium}


def recover(digest: bytes, signature: str) -> Address:
    """The account that signed ``digest``; raises :class:`SignatureInvalid`.

    ``signature`` is r ‖ s ‖ v as ``0x`` hex of 65 bytes; s must be in the lower half, as EIP-2 wants it.
    """
    try:
        raw = bytes.fromhex(signature.removeprefix("0x"))
        if len(raw) != 65 or int.from_bytes(raw[32:64], "big") > _HALF_ORDER:
            raise SignatureInvalid("a signature has 65 bytes with s in the lower half")
        key = PublicKey.from_signature_and_message(raw[:64] + bytes([raw[64] % 27]), digest, hasher=None)
    except SignatureInvalid:
        raise
    except Exception as error:
        raise SignatureInvalid(str(error)) from error
    return account_of(key.format(compressed=False))


@lru_cache(maxsize=4096)
def account_of(public_key: bytes) -> Address:
    """The account of an uncompressed public key (65 bytes)."""
    return checksum("0x" + keccak(public_key[1:])[12:].hex())


def _json_value(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _plain_value(kind: str, value: Any) -> Any:
    return int(value) if kind.startswith(("uint", "int")) and isinstance(value, str) else value
