"""HTTP doors of licences."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator, BaseModel, Field

from tcmchain.chain.handover import HandOver
from tcmchain.members.model.errors import AccountUnknown
from tcmchain.members.model.genesis import read_account
from tcmchain.practitioners.model import Licence, LicenceRecord, LicenceStanding, Ruling, licence_id
from tcmchain.practitioners.service import Practitioners
from tcmchain.values import Address, Hash32, LicenceId, MemberId, UnixTime
from tcmchain.web.bodies import Body
from tcmchain.web.calls import CallsView
from tcmchain.web.session import Caller, signed_in

SignedIn = Annotated[Caller, Depends(signed_in)]
Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
AccountText = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$"), AfterValidator(read_account)]
Signature = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{130}$", description="r, s and v as 0x hex of 65 bytes")]
Scope = Annotated[str, Field(min_length=1, max_length=31, examples=["physician", "pharmacist"])]
Moment = Annotated[int, Field(ge=0, le=1 << 53, description="Unix seconds")]
Verdict = Literal["suspend", "reinstate", "revoke"]

_VERDICTS = {
    "suspend": LicenceStanding.SUSPENDED,
    "reinstate": LicenceStanding.VALID,
    "revoke": LicenceStanding.REVOKED,
}


class LicenceBody(Body):
    """A licence that the caller's member gives out under its own number."""

    number: Annotated[str, Field(min_length=1, max_length=100)]
    holder: AccountText
    scope: Scope
    starts: Moment
    not_after: Moment
    digest: Annotated[Identifier, Field(description="SHA-256 of the licence's document")]

    def licence(self, caller: Caller) -> Licence:
        if caller.member is None:
            raise AccountUnknown(account=caller.address)
        found = licence_id(MemberId(caller.member), self.number)
        starts, not_after = UnixTime(self.starts), UnixTime(self.not_after)
        return Licence(found, Address(self.holder), self.scope, starts, not_after, Hash32(self.digest))


class SignedLicenceBody(LicenceBody):
    signature: Signature


class RulingBody(Body):
    verdict: Verdict
    digest: Annotated[Identifier, Field(description="SHA-256 of the ruling's document")]


class SignedRulingBody(RulingBody):
    serial: Annotated[int, Field(ge=1, le=1 << 53)]
    signature: Signature


class LicenceView(BaseModel):
    """A licence; moments are Unix seconds."""

    id: str
    holder: str
    scope: str
    starts: int
    not_after: int
    digest: str
    standing: str
    issuer: str
    rulings: int
    issued: int

    @classmethod
    def of(cls, record: LicenceRecord) -> "LicenceView":
        licence = record.licence
        return cls(
            id=licence.id,
            holder=licence.holder,
            scope=licence.scope,
            starts=licence.starts,
            not_after=licence.not_after,
            digest=licence.digest,
            standing=record.standing.word,
            issuer=record.issuer,
            rulings=record.rulings,
            issued=record.issued,
        )


class TypedView(BaseModel):
    """An EIP-712 message for the certifier to sign."""

    typed: dict[str, Any]
    licence: str
    serial: int | None = None


class MayActView(BaseModel):
    may_act: bool


def router(practitioners: Practitioners, hand_over: HandOver) -> APIRouter:
    """``/api/practitioners``."""
    found = APIRouter(prefix="/api/practitioners", tags=["practitioners"])
    _reading(found, practitioners)
    _issuing(found, practitioners, hand_over)
    _ruling(found, practitioners, hand_over)
    return found


def _reading(found: APIRouter, practitioners: Practitioners) -> None:
    @found.get("/licences")
    def list_licences(
        holder: Annotated[AccountText | None, Query()] = None,
        issuer: Annotated[Identifier | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[LicenceView]:
        """Licences of a holder, of an issuer, or all; newest first."""
        held_by = None if holder is None else Address(holder)
        given_by = None if issuer is None else MemberId(issuer)
        return [LicenceView.of(record) for record in practitioners.licences(held_by, given_by, limit)]

    @found.get("/licences/{licence}")
    def read_licence(licence: Identifier) -> LicenceView:
        """One licence."""
        return LicenceView.of(practitioners.licence(LicenceId(licence)))

    @found.get("/may-act/{account}/{scope}")
    def read_may_act(
        account: Annotated[str, Path(max_length=42)], scope: Annotated[str, Path(max_length=31)]
    ) -> MayActView:
        """Whether an account holds a licence of this scope that is valid now."""
        return MayActView(may_act=practitioners.may_act(read_account(account), scope))


def _issuing(found: APIRouter, practitioners: Practitioners, hand_over: HandOver) -> None:
    @found.post("/licences/typed")
    def licence_to_sign(body: LicenceBody, caller: SignedIn) -> TypedView:
        """What the certifier signs to issue a licence."""
        licence = body.licence(caller)
        return TypedView(typed=practitioners.typed(licence).as_json(), licence=licence.id)

    @found.post("/licences", response_model=CallsView)
    async def issue(body: SignedLicenceBody, caller: SignedIn) -> Any:
        """Hand in a signed licence."""
        calls = await run_in_threadpool(practitioners.issue, body.licence(caller), body.signature)
        return await hand_over(calls, caller.address)


def _ruling(found: APIRouter, practitioners: Practitioners, hand_over: HandOver) -> None:
    @found.post("/licences/{licence}/rulings/typed")
    def ruling_to_sign(licence: Identifier, body: RulingBody, caller: SignedIn) -> TypedView:  # noqa: ARG001
        """What the certifier or regulator signs to suspend, reinstate or revoke a licence."""
        ruling = practitioners.ruling(LicenceId(licence), _VERDICTS[body.verdict], Hash32(body.digest))
        return TypedView(typed=practitioners.typed_ruling(ruling).as_json(), licence=licence, serial=ruling.serial)

    @found.post("/licences/{licence}/rulings", response_model=CallsView)
    async def rule(licence: Identifier, body: SignedRulingBody, caller: SignedIn) -> Any:
        """Hand in a signed ruling."""
        ruling = Ruling(LicenceId(licence), _VERDICTS[body.verdict], body.serial, Hash32(body.digest))
        calls = await run_in_threadpool(practitioners.rule, ruling, body.signature)
        return await hand_over(calls, caller.address)
