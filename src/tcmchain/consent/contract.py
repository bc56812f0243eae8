"""The contract Consent: its calls, what patients sign for it, and what its refusals mean."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tcmchain.chain.calls import Call
from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.typed_data import Fields, TypedData
from tcmchain.consent.model import errors
from tcmchain.consent.model.granted import Reading
from tcmchain.consent.model.terms import Grant
from tcmchain.crypto.digest import writer_salt
from tcmchain.errors import TcmChainError
from tcmchain.values import Address, ChainName, Hash32, MemberId, UnixTime

NAME: Final = "Consent"
CHAIN: Final[ChainName] = "care"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "ConsentMayNotGrant": errors.MayNotGrant,
        "ConsentKnownAlready": errors.GrantKnownAlready,
        "ConsentUnknown": errors.GrantUnknown,
        "ConsentWithdrawn": errors.GrantWithdrawn,
        "ConsentWrongEnd": errors.WrongEnd,
        "ConsentNothing": errors.NothingGiven,
        "ConsentMayNotPassOn": errors.MayNotPassOn,
        "ConsentNotPractitioner": errors.NotPractitioner,
        "ConsentNoPatient": errors.NoPatient,
        "ConsentReviewOverdue": errors.ReviewOverdue,
        "ConsentTooManyUnreviewed": errors.TooManyUnreviewed,
        "ConsentSameMember": errors.SameMember,
        "ConsentWrongState": errors.WrongState,
        "ConsentWrongKey": errors.WrongReadingKey,
        "ConsentNotRegulator": errors.NotRegulator,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""

_GRANT: Final[Fields] = (
    ("patient", "address"),
    ("terms", "bytes32"),
    ("writer", "bytes32"),
    ("passer", "bytes32"),
    ("until", "uint64"),
)
_ZERO: Final = b"\0" * 32


class ConsentCalls:
    """Typed calls of the contract, and the message that a patient signs."""

    def __init__(self, contracts: Contracts, client: ChainClient) -> None:
        self._contracts = contracts
        self._client = client

    async def typed(self, grant: Grant) -> TypedData:
        """What the patient, or a proxy, signs; it holds for this contract on this chain only."""
        return typed_grant(grant, await self._client.chain_id(), self._contracts.address(CHAIN, NAME))

    def grant(self, grant: Grant, signature: str) -> Call:
        """Hand in a signed grant; anybody may."""
        return self._call("grant", _values(grant), bytes.fromhex(signature.removeprefix("0x")))

    def withdraw(self, grant: Hash32) -> Call:
        """Withdraw a grant, as the patient, a proxy, or as who passed it on."""
        return self._call("withdraw", grant)

    def pass_on(self, parent: Hash32, shown: Hash32, terms: Hash32, until: UnixTime) -> Call:
        """Pass on what a grant gives, within its time; ``shown`` opens the passer, and not the terms."""
        return self._call("passOn", parent, shown, terms, until)

    def break_glass(self, patient: Address, reason: Hash32, reading_key: bytes) -> Call:
        """As a practitioner, ask for the emergency category of a patient."""
        return self._call("breakGlass", patient, reason, reading_key)

    def second(self, glass: Hash32) -> Call:
        """As a practitioner of another member, confirm within the hour."""
        return self._call("second", glass)

    def end_break_glass(self, glass: Hash32) -> Call:
        """End a break-glass, as the patient, a proxy, or as who asked."""
        return self._call("endBreakGlass", glass)

    def review(self, glass: Hash32, justified: bool, digest: Hash32) -> Call:
        """As a regulator, review a break-glass that was seconded."""
        return self._call("review", glass, justified, digest)

    async def reads(self, grant: Hash32, terms: Hash32, reader: Address) -> Reading:
        """Ask the chain whether a reader can use a grant now, and if not, why."""
        (found,) = await self._contracts.ask(self._client, NAME, "reads", grant, terms, reader)
        return Reading(found)

    async def may_write(self, grant: Hash32, patient: Address, salt: Hash32, member: MemberId) -> bool:
        """Ask the chain whether a grant lets a member append to a patient's folder now."""
        (found,) = await self._contracts.ask(self._client, NAME, "mayWrite", grant, patient, writer_salt(salt), member)
        return bool(found)

    async def releases(self, glass: Hash32, patient: Address, reader: Address) -> bool:
        """Ask the chain whether custodians may release emergency shares of a patient to a reader now."""
        (found,) = await self._contracts.ask(self._client, NAME, "releases", glass, patient, reader)
        return bool(found)

    def _call(self, function: str, *arguments: Any) -> Call:
        return self._contracts.call(CHAIN, NAME, function, *arguments)


def typed_grant(grant: Grant, chain_id: int, contract: Address) -> TypedData:
    """The EIP-712 message of a grant."""
    domain = {"name": "TCM Chain Consent", "version": "1", "chainId": chain_id, "verifyingContract": contract}
    message = {name: value for (name, _), value in zip(_GRANT, _values(grant), strict=True)}
    return TypedData(domain, {"Grant": _GRANT}, "Grant", message)


def grant_id(grant: Grant) -> Hash32:
    """The id under which the contract keeps a signed grant: the hash of its struct."""
    return Hash32("0x" + typed_grant(grant, 0, Address("0x" + "00" * 20)).struct_hash().hex())


def passed_on_id(parent: Hash32, by: Address, grant: Grant) -> Hash32:
    """The id of a grant that was passed on."""
    values = (grant.patient, bytes.fromhex(grant.terms[2:]), _ZERO, _ZERO, grant.until)
    kinds = ("bytes32", "address", "(address,bytes32,bytes32,bytes32,uint64)")
    return Hash32("0x" + keccak(encode(kinds, (bytes.fromhex(parent[2:]), by, values))).hex())


def _values(grant: Grant) -> tuple[Any, ...]:
    return grant.patient, grant.terms, grant.writer, grant.passer, grant.until
