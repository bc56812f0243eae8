"""The contract Prescriptions: its calls, what a slip's key signs, and what its refusals mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.typed_data import Fields, TypedData
from tcmchain.errors import TcmChainError
from tcmchain.prescriptions.model import refusals
from tcmchain.values import ZERO_HASH, Address, ChainName, Hash32, LotId, MemberId, Milligrams, PrescriptionId, UnixTime

NAME: Final = "Prescriptions"
CHAIN: Final[ChainName] = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "PrescriptionsUnknown": refusals.PrescriptionUnknown,
        "PrescriptionsWrongState": refusals.PrescriptionWrongState,
        "PrescriptionsWrongEnd": refusals.PrescriptionWrongEnd,
        "PrescriptionsLapsed": refusals.PrescriptionLapsed,
        "PrescriptionsNotLicensed": refusals.NotPrescriber,
        "PrescriptionsWrongKind": refusals.WrongKindOfMember,
        "PrescriptionsUnsigned": refusals.Unsigned,
        "PrescriptionsNothingToSign": refusals.NothingToSign,
        "PrescriptionsNotHolder": refusals.NotHolder,
        "PrescriptionsWrongRules": refusals.WrongRules,
        "PrescriptionsMayNotAct": refusals.NotOfMember,
        "PrescriptionsNothing": refusals.NothingWritten,
        "PrescriptionsTooMany": refusals.ListTooLong,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""

_DISPENSING: Final[Fields] = (
    ("prescription", "bytes32"),
    ("member", "bytes32"),
    ("commitment", "bytes32"),
    ("voucher", "bytes32"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """What stands on the chain of a prescription: a commitment, the slip's account, an end, the rules' number."""

    content: Hash32
    key: Address
    until: UnixTime
    rules: int
    overrides: Sequence[tuple[Hash32, bool]]


@dataclass(frozen=True, slots=True)
class Handed:
    """A dispensing: portions of lots under a salted commitment, signed for by the slip's key."""

    portions: Sequence[tuple[LotId, Milligrams]]
    commitment: Hash32
    voucher: Hash32 | None
    signature: str
    happened: UnixTime
    facts: str


class PrescriptionsCalls:
    """Typed calls of the contract; whoever holds the key signs them."""

    def __init__(self, contracts: Contracts, client: ChainClient) -> None:
        self._contracts = contracts
        self._client = client

    def publish_rules(self, version: int, digest: Hash32, facts: str) -> Call:
        """As a licensed pharmacist, sign the next rule set."""
        return self._call("publishRules", version, digest, facts)

    def issue(self, written: Written) -> Call:
        """As a licensed physician of a hospital or clinic, write a prescription."""
        given = (written.content, written.key, written.until, written.rules)
        return self._call("issue", *given, list(written.overrides))

    def countersign(self, prescription: PrescriptionId, finding: Hash32) -> Call:
        """As a second physician or a pharmacist, sign a finding that needs it."""
        return self._call("countersign", prescription, finding)

    def cancel(self, prescription: PrescriptionId) -> Call:
        """As an account of the prescriber's member, take the prescription back."""
        return self._call("cancel", prescription)

    def fulfil(self, prescription: PrescriptionId, handed: Handed) -> Call:
        """As a hospital, clinic or pharmacy, dispense."""
        raw = bytes.fromhex(handed.signature.removeprefix("0x"))
        portions = [(lot, milligrams) for lot, milligrams in handed.portions]
        voucher = handed.voucher or ZERO_HASH
        given = (portions, handed.commitment, voucher, raw, handed.happened, handed.facts)
        return self._call("fulfil", prescription, *given)

    async def dispensing(
        self, prescription: PrescriptionId, member: MemberId, commitment: Hash32, voucher: Hash32 | None
    ) -> TypedData:
        """What the slip's key signs, so that the right is used at this member and nowhere else."""
        domain = {
            "name": "TCM Chain Prescriptions",
            "version": "1",
            "chainId": await self._client.chain_id(),
            "verifyingContract": self._contracts.address(CHAIN, NAME),
        }
        values = (prescription, member, commitment, voucher or ZERO_HASH)
        message = {name: value for (name, _), value in zip(_DISPENSING, values, strict=True)}
        return TypedData(domain, {"Dispensing": _DISPENSING}, "Dispensing", message)

    def _call(self, function: str, *args: object) -> Call:
        return self._contracts.call(CHAIN, NAME, function, *args)
