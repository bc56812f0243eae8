"""The contract Encounters: its calls, and what its refusals mean."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tcmchain.chain.calls import Call
from tcmchain.chain.contracts import Contracts
from tcmchain.encounters.model import errors
from tcmchain.errors import TcmChainError
from tcmchain.values import Address, ChainName, Hash32, UnixTime, VisitId

NAME: Final = "Encounters"
CHAIN: Final[ChainName] = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "EncountersUnknown": errors.VisitUnknown,
        "EncountersWrongState": errors.VisitWrongState,
        "EncountersWrongEnd": errors.VisitWrongEnd,
        "EncountersNotMeant": errors.NotMeant,
        "EncountersMayNotAct": errors.MayNotAct,
        "EncountersNotPractitioner": errors.NotPractitioner,
        "EncountersNothing": errors.NothingGiven,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""


class EncountersCalls:
    """Typed calls of the contract; whoever holds the key signs them."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def request(self, whom: Hash32, terms: Hash32, until: UnixTime) -> Call:
        """As a licensed practitioner, ask the patient behind a commitment."""
        return self._contracts.call(CHAIN, NAME, "request", whom, terms, until)

    def permit(self, visit: VisitId, patient: Address, salt: Hash32, permission: Hash32, until: UnixTime) -> Call:
        """As the patient or a proxy, permit until a moment."""
        return self._contracts.call(CHAIN, NAME, "permit", visit, patient, salt, permission, until)

    def decline(self, visit: VisitId, patient: Address, salt: Hash32) -> Call:
        """As the patient or a proxy, decline."""
        return self._contracts.call(CHAIN, NAME, "decline", visit, patient, salt)

    def finish(self, visit: VisitId) -> Call:
        """As an account of the member or as the patient, end the visit."""
        return self._contracts.call(CHAIN, NAME, "finish", visit)


def visit_id(practitioner: Address, number: int) -> VisitId:
    """The id of a practitioner's request of a number (from 1), as the contract makes it."""
    return VisitId("0x" + keccak(encode(("string", "address", "uint64"), ("visit", practitioner, number))).hex())
