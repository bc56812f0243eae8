"""What the doors take."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from tcmchain.gs1.check import is_gln
from tcmchain.gs1.errors import KeyRefused
from tcmchain.members.model import motions
from tcmchain.members.model.errors import MembershipInvalid
from tcmchain.members.model.genesis import member_id, read_account
from tcmchain.members.model.membership import kind_of
from tcmchain.members.model.motions import Decision
from tcmchain.members.model.profile import Profile
from tcmchain.values import ZERO_HASH, Address, Hash32, MemberId, UnixTime
from tcmchain.web.bodies import Body

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
AccountText = Annotated[
    str, Field(pattern="^0x[0-9a-fA-F]{40}$", description="address of an account"), AfterValidator(read_account)
]
Signature = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{130}$", description="r, s and v as 0x hex of 65 bytes")]
KindText = Annotated[str, Field(max_length=20, description="Grower, Merchant, Factory, Lab, Hospital, Clinic …")]
Reason = Annotated[str, Field(max_length=2000)]
Moment = Annotated[int, Field(ge=0, le=1 << 53, description="Unix seconds")]
Name = Annotated[str, Field(max_length=200)]

MatterWord = Literal["admit", "suspend", "reinstate", "expel", "replace-officer", "publish-agreement", "install"]


class ProfileBody(Body):
    """How a member presents itself."""

    name_zh: Annotated[str, Field(min_length=1, max_length=200)]
    name_en: Name = ""
    place: Annotated[str, Field(max_length=12, description="code of GB/T 2260")] = ""
    address_zh: Name = ""
    address_en: Name = ""
    lon: Annotated[float | None, Field(ge=-180, le=180)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90)] = None
    gln: Annotated[str, Field(pattern="^([0-9]{13})?$", description="Global Location Number of GS1")] = ""

    def profile(self) -> Profile:
        if self.gln and not is_gln(self.gln):
            raise KeyRefused(self.gln, len(self.gln), "check-digit")
        return Profile(**self.model_dump())


class MotionBody(Body):
    """A decision to put to the vote; which fields are needed depends on the matter."""

    matter: MatterWord
    member: Identifier | None = None
    registration: Annotated[
        str | None, Field(max_length=200, description="registration text of a new member; its hash is the id")
    ] = None
    kind: KindText | None = None
    voting: bool = False
    officer: AccountText | None = None
    profile: ProfileBody | None = None
    reason: Reason = ""
    digest: Annotated[Identifier | None, Field(description="SHA-256 of the reason's document or agreement")] = None
    version: Annotated[int | None, Field(ge=1, le=2**32 - 1)] = None
    starts: Moment | None = None
    title: Name | None = None
    contract: Annotated[str | None, Field(max_length=31)] = None
    address: AccountText | None = None
    chain_id: Annotated[int | None, Field(ge=1, le=2**53)] = None
    lifetime: Annotated[int, Field(ge=60, le=366 * 86_400, description="seconds to vote")] = 30 * 86_400

    def decision(self) -> Decision:
        """Raises ``MembershipInvalid`` that names the field that is missing."""
        return _DECISIONS[self.matter](self)

    def need(self, *names: str) -> None:
        for name in names:
            if getattr(self, name) in (None, ""):
                raise MembershipInvalid(f"{self.matter} needs {name}", matter=self.matter, field=name)


class VoteBody(Body):
    signature: Signature


class AgreementBody(Body):
    """``member`` is the caller's own unless given."""

    member: Identifier | None = None


class AgreementSignatureBody(AgreementBody):
    version: Annotated[int, Field(ge=1, le=2**32 - 1)]
    signature: Signature


class OperatorBody(Body):
    """``member`` is the caller's own unless given."""

    account: AccountText
    appointed: bool = True
    member: Identifier | None = None


class AppointmentBody(OperatorBody):
    serial: Annotated[int, Field(ge=1, le=2**53)]
    signature: Signature


def _new_member(body: MotionBody) -> MemberId:
    if body.member is not None:
        return MemberId(body.member)
    body.need("registration")
    return member_id(body.registration or "")


def _admit(body: MotionBody) -> Decision:
    body.need("kind", "officer", "profile")
    assert body.profile is not None
    officer = Address(body.officer or "")
    return motions.admit(_new_member(body), kind_of(body.kind or ""), body.voting, officer, body.profile.profile())


def _about(decide: Callable[[MemberId, str, Hash32], Decision]) -> Callable[[MotionBody], Decision]:
    def decision(body: MotionBody) -> Decision:
        body.need("member", "reason")
        return decide(MemberId(body.member or ""), body.reason, Hash32(body.digest or ZERO_HASH))

    return decision


def _replace_officer(body: MotionBody) -> Decision:
    body.need("member", "officer", "reason")
    return motions.replace_officer(MemberId(body.member or ""), Address(body.officer or ""), body.reason)


def _publish(body: MotionBody) -> Decision:
    body.need("version", "digest", "starts", "title")
    digest, starts = Hash32(body.digest or ""), UnixTime(body.starts or 0)
    return motions.publish_agreement(body.version or 0, digest, starts, body.title or "")


def _install(body: MotionBody) -> Decision:
    body.need("contract", "address", "chain_id")
    return motions.install(body.contract or "", Address(body.address or ""), body.chain_id or 0, body.reason)


_DECISIONS: Final[Mapping[str, Callable[[MotionBody], Decision]]] = MappingProxyType(
    {
        "admit": _admit,
        "suspend": _about(motions.suspend),
        "reinstate": _about(motions.reinstate),
        "expel": _about(motions.expel),
        "replace-officer": _replace_officer,
        "publish-agreement": _publish,
        "install": _install,
    }
)
