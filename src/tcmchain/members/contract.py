"""The contract Members: its calls, what officers sign for it, and what its refusals mean."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from tcmchain.chain.calls import Call
from tcmchain.chain.chains import CONTRACTS
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.deployments import Deployment, created_address, deployment
from tcmchain.chain.typed_data import Fields, TypedData, consortium_domain
from tcmchain.errors import TcmChainError
from tcmchain.members.model import errors
from tcmchain.members.model.agreements import Agreement, Appointment
from tcmchain.members.model.genesis import Genesis
from tcmchain.members.model.motions import Motion
from tcmchain.values import Address, ChainName, Hash32, MemberId, short_text

NAME: Final = "Members"

REVERTS: Final[Mapping[str, type[TcmChainError]]] = MappingProxyType(
    {
        "MembersNotCarried": errors.NotCarried,
        "MembersWrongSerial": errors.WrongSerial,
        "MembersLapsed": errors.Lapsed,
        "MembersVoterUnknown": errors.VoterUnknown,
        "MembersVotesUnordered": errors.VotesUnordered,
        "MembersUnknown": errors.MemberUnknown,
        "MembersKnownAlready": errors.KnownAlready,
        "MembersWrongStanding": errors.WrongStanding,
        "MembersAccountTaken": errors.AccountTaken,
        "MembersAccountUnknown": errors.AccountUnknown,
        "MembersNotOfficer": errors.NotOfficer,
        "MembersAgreementUnsigned": errors.AgreementUnsigned,
        "MembersWrongVersion": errors.WrongVersion,
        "MembersMayNotAct": errors.MayNotAct,
        "MembersLastVoter": errors.LastVoter,
        "MembersInvalid": errors.MembershipInvalid,
    }
)
"""One error of the contract, one class here; the arguments become details under the same names."""

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Consent": ("Practitioners", "Patients"),
        "Records": ("Patients", "Consent"),
        "Encounters": ("Practitioners", "Patients"),
        "Guarantees": ("RewardToken",),
        "Prescriptions": ("Practitioners",),
        "Claims": ("RewardToken",),
        "Formulas": ("Practitioners",),
        "Reviews": ("Practitioners", "Formulas"),
        "Consultations": ("Practitioners",),
    }
)
"""Contracts that are told at their deployment, after Members, of further ones."""

_MOTION: Final[Fields] = (
    ("serial", "uint64"),
    ("matter", "uint8"),
    ("subject", "bytes32"),
    ("kind", "uint8"),
    ("voting", "bool"),
    ("account", "address"),
    ("number", "uint64"),
    ("from", "uint64"),
    ("digest", "bytes32"),
    ("text", "string"),
    ("notAfter", "uint64"),
)
_APPOINTMENT: Final[Fields] = (
    ("member", "bytes32"),
    ("account", "address"),
    ("appointed", "bool"),
    ("serial", "uint64"),
)
_AGREEMENT_SIGNED: Final[Fields] = (("member", "bytes32"), ("version", "uint32"), ("digest", "bytes32"))


class MembersCalls:
    """Typed calls of the contract, and the messages that officers sign; anybody may relay what is signed."""

    def __init__(self, contracts: Contracts, consortium: Hash32) -> None:
        self._contracts = contracts
        self._consortium = consortium

    def chains(self) -> tuple[ChainName, ...]:
        """The chains on which the contract stands."""
        return self._contracts.chains(NAME)

    def address(self, chain: ChainName, contract: str) -> Address:
        """Address of a contract in force; raises ``ContractNotInstalled``."""
        return self._contracts.address(chain, contract)

    def motion(self, motion: Motion) -> TypedData:
        """What officers sign to vote."""
        names = [name for name, _ in _MOTION]
        message = dict(zip(names, _motion(motion), strict=True))
        return self._typed("Motion", _MOTION, message)

    def motion_id(self, motion: Motion) -> Hash32:
        """What the chain calls a motion when it is carried: the hash of the message."""
        return Hash32("0x" + self.motion(motion).struct_hash().hex())

    def appointment(self, appointment: Appointment) -> TypedData:
        """What an officer signs to appoint or dismiss an operator."""
        names = [name for name, _ in _APPOINTMENT]
        message = dict(zip(names, _appointment(appointment), strict=True))
        return self._typed("Appointment", _APPOINTMENT, message)

    def agreement_signed(self, member: MemberId, agreement: Agreement) -> TypedData:
        """What an officer signs to accept an agreement."""
        message = {"member": member, "version": agreement.version, "digest": agreement.digest}
        return self._typed("AgreementSigned", _AGREEMENT_SIGNED, message)

    def carry(self, chain: ChainName, motion: Motion, votes: Sequence[str]) -> Call:
        """Carry out a motion; ``votes`` are signatures by ascending signer."""
        return self._call(chain, "carry", _motion(motion), [_raw(vote) for vote in votes])

    def sign_agreement(self, chain: ChainName, member: MemberId, version: int, signature: str) -> Call:
        """Hand in an officer's signature under the agreement."""
        return self._call(chain, "signAgreement", member, version, _raw(signature))

    def appoint(self, chain: ChainName, appointment: Appointment, signature: str) -> Call:
        """Hand in an officer's appointment or dismissal of an operator."""
        return self._call(chain, "appoint", _appointment(appointment), _raw(signature))

    def _typed(self, primary: str, fields: Fields, message: Mapping[str, Any]) -> TypedData:
        return TypedData(consortium_domain(self._consortium), {primary: fields}, primary, message)

    def _call(self, chain: ChainName, function: str, *args: Any) -> Call:
        return self._contracts.call(chain, NAME, function, *args)


def founding_addresses(deployer: Address) -> dict[tuple[ChainName, str], Address]:
    """Where the contracts of a new consortium will stand that ``deployer`` puts on the chains from number 0 on."""
    return {
        (chain, name): created_address(deployer, nonce)
        for chain, names in CONTRACTS.items()
        for nonce, name in enumerate(names)
    }


def founding_deployments(genesis: Genesis, deployer: Address) -> list[Deployment]:
    """All contracts of a new consortium, each chain's in the order of the deployer's numbers."""
    addresses = founding_addresses(deployer)
    return [
        deployment(chain, name, _arguments(chain, name, genesis, addresses))
        for chain, names in CONTRACTS.items()
        for name in names
    ]


def _arguments(
    chain: ChainName, name: str, genesis: Genesis, addresses: Mapping[tuple[ChainName, str], Address]
) -> tuple[Any, ...]:
    if name == NAME:
        return _genesis_arguments(chain, genesis, addresses)
    members = addresses[chain, NAME]
    if name == "RewardToken":
        return members, [(share.holder, share.amount) for share in genesis.points]
    needed = _NEEDED.get(name, ())
    return () if name == "Patients" else (members, *(addresses[chain, other] for other in needed))


def _genesis_arguments(
    chain: ChainName, genesis: Genesis, addresses: Mapping[tuple[ChainName, str], Address]
) -> tuple[Any, ...]:
    founders = [(f.id, int(f.kind), f.voting, f.officer, f.profile.write()) for f in genesis.founders]
    installations = [(short_text(name), addresses[chain, name]) for name in CONTRACTS[chain]]
    return genesis.consortium, founders, genesis.agreement_digest, genesis.agreement_title, installations


def _motion(motion: Motion) -> tuple[Any, ...]:
    decision = motion.decision
    return (
        motion.serial,
        int(decision.matter),
        decision.subject,
        int(decision.kind or 0),
        decision.voting,
        decision.account,
        decision.number,
        decision.starts,
        decision.digest,
        decision.text,
        motion.not_after,
    )


def _appointment(appointment: Appointment) -> tuple[Any, ...]:
    return appointment.member, appointment.account, appointment.appointed, appointment.serial


def _raw(signature: str) -> bytes:
    return bytes.fromhex(signature.removeprefix("0x"))
