"""What the doors of grants and break-glass take and answer; moments are Unix seconds."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from tcmchain.consent.model.granted import BreakGlass, EmergencyCount, Granted, GrantState
from tcmchain.consent.model.terms import Grant
from tcmchain.members.model.genesis import read_account
from tcmchain.values import ZERO_HASH, Address, Hash32, UnixTime
from tcmchain.web.bodies import Body

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
AccountText = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$"), AfterValidator(read_account)]
Signature = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{130}$", description="r, s and v as 0x hex of 65 bytes")]
Moment = Annotated[int, Field(ge=0, le=1 << 53, description="Unix seconds")]


class GrantBody(Body):
    """What a patient signs: commitments, whose openings stay with the parties."""

    patient: AccountText
    terms: Identifier
    writer: Identifier = ZERO_HASH
    passer: Identifier = ZERO_HASH
    until: Moment

    def grant(self) -> Grant:
        hidden = Hash32(self.terms), Hash32(self.writer), Hash32(self.passer)
        return Grant(Address(self.patient), *hidden, UnixTime(self.until))


class SignedGrantBody(GrantBody):
    signature: Signature


class PassOnBody(Body):
    salt: Annotated[Identifier, Field(description="opens the commitment to the sender's account, and not the terms")]
    terms: Identifier
    until: Moment


class BreakGlassBody(Body):
    patient: AccountText
    reason: Annotated[Identifier, Field(description="SHA-256 of the words of the reason and a salt")]


class ReviewBody(Body):
    justified: bool
    findings: Annotated[Identifier, Field(description="SHA-256 of the findings")]


class TypedView(BaseModel):
    """An EIP-712 message for the patient's account to sign."""

    typed: dict[str, Any]


class RelayedView(BaseModel):
    """A grant on its way; the transaction is followed at ``/api/receipts/care/{tx}``."""

    grant: str
    tx: str


class GrantView(BaseModel):
    """A grant as the chain has it; ``parent`` is set when it was passed on."""

    id: str
    patient: str
    terms: str
    writer: str | None
    passer: str | None
    until: int
    by: str
    at: int
    tx: str
    parent: str | None
    withdrawn: int = Field(description="since when; 0 when it was not")
    withdrawn_by: str | None
    state: str

    @classmethod
    def of(cls, found: Granted, state: GrantState) -> "GrantView":
        return cls(
            id=found.id,
            patient=found.patient,
            terms=found.terms,
            writer=_set(found.writer),
            passer=_set(found.passer),
            until=found.until,
            by=found.by,
            at=found.at,
            tx=found.tx,
            parent=_set(found.parent),
            withdrawn=found.withdrawn,
            withdrawn_by=found.withdrawn_by,
            state=state,
        )


class GrantsView(BaseModel):
    grants: list[GrantView]


class ReadingView(BaseModel):
    """Whether a grant can be used now; ``why`` is ``allowed`` or the reason why not."""

    allowed: bool
    why: str


class BreakGlassView(BaseModel):
    """A break-glass as the chain has it."""

    id: str
    patient: str
    first: str
    member: str
    reason: str
    reading_key: str
    at: int
    until: int
    second: str | None
    second_member: str | None
    review_by: int
    overdue: bool
    ended: int
    ended_by: str | None
    regulator: str | None
    justified: bool | None
    findings: str | None
    state: str

    @classmethod
    def of(cls, found: BreakGlass, state: str, overdue: bool) -> "BreakGlassView":
        return cls(
            id=found.id,
            patient=found.patient,
            first=found.first,
            member=found.member,
            reason=found.reason,
            reading_key="0x" + found.reading_key.hex(),
            at=found.at,
            until=found.until,
            second=found.second,
            second_member=found.second_member,
            review_by=found.review_by,
            overdue=overdue,
            ended=found.ended,
            ended_by=found.ended_by,
            regulator=found.regulator,
            justified=found.justified,
            findings=found.findings,
            state=state,
        )


class BreakGlassesView(BaseModel):
    emergencies: list[BreakGlassView]


class CountView(BaseModel):
    """How often a member's practitioners broke glass."""

    member: str
    broken: int
    seconded: int
    reviewed: int
    unjustified: int

    @classmethod
    def of(cls, found: EmergencyCount) -> "CountView":
        return cls(
            member=found.member,
            broken=found.broken,
            seconded=found.seconded,
            reviewed=found.reviewed,
            unjustified=found.unjustified,
        )


class CountsView(BaseModel):
    members: list[CountView]


def _set(value: Hash32) -> str | None:
    return None if value == ZERO_HASH else value
