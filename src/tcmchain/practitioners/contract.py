"""The contract Practitioners: its calls, what certifiers sign for it, and what its refusals mean."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.typed_data import Fields, TypedData, consortium_domain
from tcmchain.errors import TcmChainError
from tcmchain.practitioners import model
from tcmchain.practitioners.model import Licence, Ruling
from tcmchain.values import ChainName, Hash32, short_text

NAME: Final = "Practitioners"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "PractitionersNotCertifier": model.NotCertifier,
        "PractitionersUnknown": model.LicenceUnknown,
        "PractitionersKnownAlready": model.LicenceKnownAlready,
        "PractitionersWrongSerial": model.WrongSerial,
        "PractitionersWrongStanding": model.WrongStanding,
        "PractitionersInvalid": model.LicenceInvalid,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""

_LICENCE: Final[Fields] = (
    ("licence", "bytes32"),
    ("holder", "address"),
    ("scope", "bytes32"),
    ("from", "uint64"),
    ("notAfter", "uint64"),
    ("digest", "bytes32"),
)
_RULING: Final[Fields] = (("licence", "bytes32"), ("standing", "uint8"), ("serial", "uint64"), ("digest", "bytes32"))


class PractitionersCalls:
    """Typed calls of the contract, and the messages that certifiers sign; anybody may relay what is signed."""

    def __init__(self, contracts: Contracts, consortium: Hash32) -> None:
        self._contracts = contracts
        self._consortium = consortium

    def chains(self) -> tuple[ChainName, ...]:
        """The chains on which the contract stands."""
        return self._contracts.chains(NAME)

    def licence(self, licence: Licence) -> TypedData:
        """What a certifier signs to issue a licence."""
        return self._typed("Licence", _LICENCE, _licence(licence))

    def ruling(self, ruling: Ruling) -> TypedData:
        """What a certifier or regulator signs to suspend, reinstate or revoke one."""
        return self._typed("Ruling", _RULING, _ruling(ruling))

    def issue(self, chain: ChainName, licence: Licence, signature: str) -> Call:
        """Hand in a signed licence."""
        return self._contracts.call(chain, NAME, "issue", _licence(licence), _raw(signature))

    def rule(self, chain: ChainName, ruling: Ruling, signature: str) -> Call:
        """Hand in a signed ruling."""
        return self._contracts.call(chain, NAME, "rule", _ruling(ruling), _raw(signature))

    def _typed(self, primary: str, fields: Fields, values: tuple[Any, ...]) -> TypedData:
        message = {name: value for (name, _), value in zip(fields, values, strict=True)}
        return TypedData(consortium_domain(self._consortium), {primary: fields}, primary, message)


def _licence(licence: Licence) -> tuple[Any, ...]:
    try:
        scope = short_text(licence.scope)
    except ValueError as error:
        raise model.LicenceInvalid(str(error), scope=licence.scope) from error
    return licence.id, licence.holder, scope, licence.starts, licence.not_after, licence.digest


def _ruling(ruling: Ruling) -> tuple[Any, ...]:
    return ruling.licence, int(ruling.standing), ruling.serial, ruling.digest


def _raw(signature: str) -> bytes:
    return bytes.fromhex(signature.removeprefix("0x"))
