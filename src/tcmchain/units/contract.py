"""The contract Units: its one call, what a unit's key signs for it, and what its refusals mean."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.typed_data import Fields, TypedData, consortium_domain
from tcmchain.errors import TcmChainError
from tcmchain.units.model import errors
from tcmchain.units.model.opening import Opening
from tcmchain.values import ChainName, Hash32

NAME: Final = "Units"
CHAIN: Final[ChainName] = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "UnitsWithoutCodes": errors.WithoutCodes,
        "UnitsNotProven": errors.NotProven,
        "UnitsOpenedAlready": errors.OpenedAlready,
        "UnitsInFuture": errors.OpenedInFuture,
        "UnitsPlaceUnreadable": errors.PlaceUnreadable,
        "UnitsTooMany": errors.ProofTooLong,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""

_OPENING: Final[Fields] = (
    ("lot", "bytes32"),
    ("serial", "uint64"),
    ("purpose", "uint8"),
    ("happened", "uint64"),
    ("place", "uint32"),
)


class UnitsCalls:
    """Typed calls of the contract; whoever has a signature of the unit's key may bring it."""

    def __init__(self, contracts: Contracts, consortium: Hash32) -> None:
        self._contracts = contracts
        self._consortium = consortium

    def opening(self, opening: Opening) -> TypedData:
        """What the unit's key signs."""
        message = {name: value for (name, _), value in zip(_OPENING, _values(opening), strict=True)}
        return TypedData(consortium_domain(self._consortium), {"Opening": _OPENING}, "Opening", message)

    def open(self, opening: Opening, proof: Sequence[bytes], signature: str) -> Call:
        """Open a unit; ``proof`` are the siblings from the leaf to the root."""
        raw = bytes.fromhex(signature.removeprefix("0x"))
        return self._contracts.call(CHAIN, NAME, "open", _values(opening), list(proof), raw)


def _values(opening: Opening) -> tuple[Any, ...]:
    return opening.lot, opening.serial, int(opening.purpose), opening.happened, opening.place
