"""The contract Reviews: its calls, the vouchers and counts that members sign for it, and what its refusals mean."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from types import MappingProxyType
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.typed_data import Fields, TypedData
from tcmchain.errors import TcmChainError
from tcmchain.reviews.model import errors
from tcmchain.reviews.model.reviews import Opinion, Severity
from tcmchain.reviews.model.vouchers import SignedVoucher, Tally, Voucher
from tcmchain.values import Address, ChainName, FormulaId, Hash32, MemberId

NAME: Final = "Reviews"
CHAIN: Final[ChainName] = "pharmacy"
SOURCE_NAME: Final = "Prescriptions"
SOURCE_CHAIN: Final[ChainName] = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "ReviewsNotDispenser": errors.NotDispenser,
        "ReviewsNotReviewer": errors.NotReviewer,
        "ReviewsPartial": errors.Partial,
        "ReviewsNotOpen": errors.NotOpen,
        "ReviewsUsed": errors.Used,
        "ReviewsBeyondDispensings": errors.BeyondDispensings,
        "ReviewsWrongFormula": errors.WrongFormula,
        "ReviewsInvalid": errors.OpinionInvalid,
        "ReviewsUnknown": errors.ReviewUnknown,
        "ReviewsMayNotAct": errors.MayNotAct,
        "ReviewsWrongTally": errors.WrongTally,
    }
)
"""One error of the contract, one class here; those of witnesses stand beside Claims, in ``rewards``."""

_VOUCHER: Final[Fields] = (
    ("formula", "bytes32"),
    ("version", "uint32"),
    ("nullifier", "bytes32"),
    ("reviewer", "address"),
    ("name", "bytes32"),
    ("member", "bytes32"),
    ("opens", "uint64"),
    ("closes", "uint64"),
)
_TALLY: Final[Fields] = (("chain", "uint256"), ("source", "address"), ("member", "bytes32"), ("count", "uint64"))


def typed_voucher(voucher: Voucher, chain_id: int, contract: Address) -> TypedData:
    """What the member that dispensed signs."""
    return _typed("Voucher", _VOUCHER, astuple(voucher), chain_id, contract)


def typed_tally(tally: Tally, chain_id: int, contract: Address) -> TypedData:
    """What a member that bears witness signs."""
    return _typed("Tally", _TALLY, astuple(tally), chain_id, contract)


class ReviewsCalls:
    """Typed calls of the contract; whoever holds the key signs them."""

    def __init__(self, contracts: Contracts, pharmacy: ChainClient, care: ChainClient) -> None:
        self._contracts = contracts
        self._pharmacy = pharmacy
        self._care = care

    async def voucher(self, voucher: Voucher) -> TypedData:
        """A voucher to be signed; it holds for this contract on this chain only."""
        return typed_voucher(voucher, await self._pharmacy.chain_id(), self._contracts.address(CHAIN, NAME))

    async def tally(self, member: MemberId, count: int) -> tuple[Tally, TypedData]:
        """A count of the contract Prescriptions in force, and what is signed of it."""
        source = self._contracts.address(SOURCE_CHAIN, SOURCE_NAME)
        found = Tally(await self._care.chain_id(), source, member, count)
        return found, typed_tally(found, await self._pharmacy.chain_id(), self._contracts.address(CHAIN, NAME))

    def review(self, right: SignedVoucher, opinion: Opinion) -> Call:
        """Review what was dispensed, as the voucher's reviewer."""
        return self._call("review", astuple(right.voucher), _bytes(right.signature), astuple(opinion))

    def withdraw(self, nullifier: Hash32) -> Call:
        """Take a review back, as its reviewer."""
        return self._call("withdraw", nullifier)

    def erase(self, nullifier: Hash32) -> Call:
        """Have name and text deleted everywhere, as the reviewer or a regulator."""
        return self._call("erase", nullifier)

    def report_harm(self, right: SignedVoucher, severity: Severity, content: Hash32) -> Call:
        """Report harm with a voucher, which stays good for the review."""
        return self._call("reportHarm", astuple(right.voucher), _bytes(right.signature), int(severity), content)

    def report_harm_seen(self, formula: FormulaId, version: int, severity: Severity, content: Hash32) -> Call:
        """Report harm as a licensed physician or pharmacist."""
        return self._call("reportHarmSeen", formula, version, int(severity), content)

    def answer_harm(self, harm: Hash32, statement: str) -> Call:
        """Say what follows from a report, as a regulator."""
        return self._call("answerHarm", harm, statement)

    def carry_over(self, tally: Tally, signatures: Sequence[str]) -> Call:
        """Carry a count over, with its witnesses in the order of their members."""
        return self._call("tally", astuple(tally), [_bytes(one) for one in signatures])

    def _call(self, function: str, *args: Any) -> Call:
        return self._contracts.call(CHAIN, NAME, function, *args)


def _typed(name: str, fields: Fields, values: tuple[Any, ...], chain_id: int, contract: Address) -> TypedData:
    domain = {"name": "TCM Chain Reviews", "version": "1", "chainId": chain_id, "verifyingContract": contract}
    return TypedData(domain, {name: fields}, name, {key: value for (key, _), value in zip(fields, values, strict=True)})


def _bytes(signature: str) -> bytes:
    return bytes.fromhex(signature.removeprefix("0x"))
