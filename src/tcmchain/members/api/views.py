"""What the doors answer; moments are Unix seconds."""

from typing import Any

from pydantic import BaseModel

from tcmchain.members.model.agreements import Agreement
from tcmchain.members.model.membership import Account, HistoryEntry, Member
from tcmchain.members.model.motions import CarriedMotion, Proposal


class ProfileView(BaseModel):
    name_zh: str
    name_en: str
    place: str
    address_zh: str
    address_en: str
    lon: float | None
    lat: float | None
    gln: str


class MemberView(BaseModel):
    """A member; ``agreement`` is the newest version it signed."""

    id: str
    kind: str
    standing: str
    voting: bool
    officer: str
    agreement: int
    since: int
    profile: ProfileView

    @classmethod
    def of(cls, member: Member) -> "MemberView":
        profile = member.profile
        return cls(
            id=member.id,
            kind=member.kind.word,
            standing=member.standing.word,
            voting=member.voting,
            officer=member.officer,
            agreement=member.agreement,
            since=member.since,
            profile=ProfileView(**{name: getattr(profile, name) for name in ProfileView.model_fields}),
        )


class MembersView(BaseModel):
    """Some members of those found; ``block`` is the block of the chain care that the answer knows."""

    total: int
    block: int
    members: list[MemberView]


class AccountView(BaseModel):
    address: str
    role: str
    since: int

    @classmethod
    def of(cls, account: Account) -> "AccountView":
        return cls(address=account.address, role=account.role.value, since=account.since)


class ActingView(BaseModel):
    """Whom an account acts for, and whether the contracts let it act now."""

    account: AccountView
    member: MemberView
    may_act: bool


class HistoryView(BaseModel):
    turn: str
    reason: str
    digest: str | None
    at: int
    tx: str

    @classmethod
    def of(cls, entry: HistoryEntry) -> "HistoryView":
        return cls(turn=entry.turn.value, reason=entry.reason, digest=entry.digest, at=entry.at, tx=entry.tx)


class MemberDetailView(BaseModel):
    member: MemberView
    accounts: list[AccountView]
    history: list[HistoryView]
    may_act: bool


class AgreementView(BaseModel):
    """A version of the agreement; ``digest`` is the SHA-256 of its text, ``signed`` counts those who signed it."""

    version: int
    digest: str
    starts: int
    title: str
    signed: int

    @classmethod
    def of(cls, agreement: Agreement, signed: int) -> "AgreementView":
        return cls(
            version=agreement.version,
            digest=agreement.digest,
            starts=agreement.starts,
            title=agreement.title,
            signed=signed,
        )


class SignatureView(BaseModel):
    member: str
    at: int
    tx: str


class ContractView(BaseModel):
    chain: str
    contract: str
    address: str


class VoteView(BaseModel):
    voter: str
    member: str


class ProposalView(BaseModel):
    """A motion proposed at this node; ``typed`` is what officers sign with ``eth_signTypedData_v4``."""

    id: str
    matter: str
    serial: int
    subject: str
    kind: str | None
    voting: bool
    account: str
    number: int
    starts: int
    digest: str
    text: str
    not_after: int
    proposer: str
    proposed: int
    votes: list[VoteView]
    quorum: int
    decided: bool
    open: bool
    carried: list[str]
    typed: dict[str, Any]

    @classmethod
    def of(cls, proposal: Proposal, typed: dict[str, Any]) -> "ProposalView":
        motion, decision = proposal.motion, proposal.motion.decision
        return cls(
            id=proposal.id,
            matter=decision.matter.word,
            serial=motion.serial,
            subject=decision.subject,
            kind=decision.kind.word if decision.kind else None,
            voting=decision.voting,
            account=decision.account,
            number=decision.number,
            starts=decision.starts,
            digest=decision.digest,
            text=decision.text,
            not_after=motion.not_after,
            proposer=proposal.proposer,
            proposed=proposal.proposed,
            votes=[VoteView(voter=vote.voter, member=vote.member) for vote in proposal.votes],
            quorum=proposal.quorum,
            decided=proposal.decided,
            open=proposal.open,
            carried=list(proposal.carried),
            typed=typed,
        )


class CarriedView(BaseModel):
    serial: int
    matter: str
    id: str
    votes: list[str]
    at: int
    tx: str

    @classmethod
    def of(cls, motion: CarriedMotion) -> "CarriedView":
        return cls(
            serial=motion.serial,
            matter=motion.matter.word,
            id=motion.id,
            votes=list(motion.votes),
            at=motion.at,
            tx=motion.tx,
        )


class MotionsView(BaseModel):
    proposals: list[ProposalView]
    carried: list[CarriedView]


class TypedView(BaseModel):
    """An EIP-712 message for the officer to sign; ``serial`` belongs to an appointment, ``version`` to an agreement."""

    typed: dict[str, Any]
    member: str
    serial: int | None = None
    version: int | None = None
