"""What the doors of visits take and answer; moments are Unix seconds, hashes and keys ``0x`` hex."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from tcmchain.consent.model.terms import Opening, Rights
from tcmchain.encounters.model.desk import Desk
from tcmchain.encounters.model.errors import OfferInvalid
from tcmchain.encounters.model.visits import Visit
from tcmchain.encounters.service.recording import DeviceUse
from tcmchain.members.model.genesis import read_account
from tcmchain.values import Address, Hash32, UnixTime
from tcmchain.web.bodies import Body

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
AccountText = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$"), AfterValidator(read_account)]
OfferName = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="name derived from a one-time code")]
Moment = Annotated[int, Field(ge=0, le=1 << 53, description="Unix seconds")]
Point = Annotated[str, Field(pattern="^0x0[23][0-9a-f]{64}$", description="compressed point of secp256k1 (SEC 1)")]


class RequestBody(Body):
    whom: Annotated[Identifier, Field(description="keccak256(abi.encode(salt, patient))")]
    terms: Annotated[Identifier, Field(description="SHA-256 of the request letter")]
    until: Moment


class RefusalBody(Body):
    patient: AccountText
    salt: Identifier


class PermissionBody(RefusalBody):
    permission: Annotated[Identifier, Field(description="commitment to the grants given")]
    until: Moment


class OfferBody(Body):
    offer: OfferName
    sealed: Annotated[str, Field(max_length=4096, description="base64")]

    def content(self) -> bytes:
        try:
            return b64decode(self.sealed, validate=True)
        except (NotBase64, ValueError) as error:
            raise OfferInvalid from error


class OpeningBody(Body):
    """A grant's terms, opened."""

    salt: Identifier
    grantee: AccountText
    readingKey: Point  # noqa: N815
    label: Identifier
    rights: Annotated[int, Field(ge=1, le=7)]
    purpose: Annotated[str, Field(min_length=1, max_length=200)]
    until: Moment

    def opening(self) -> Opening:
        return Opening(
            Hash32(self.salt),
            Address(self.grantee),
            bytes.fromhex(self.readingKey[2:]),
            Hash32(self.label),
            Rights(self.rights),
            self.purpose,
            UnixTime(self.until),
        )


class DeskBody(Body):
    patient: AccountText
    grant: Identifier
    opening: OpeningBody


class DeviceBody(Body):
    device: Annotated[str, Field(max_length=200, description="GIAI, as digits, element string or GS1 Digital Link")]
    name: Annotated[str, Field(max_length=100)] = ""
    starts: Moment
    ends: Moment | None = None

    def use(self, device: str) -> DeviceUse:
        return DeviceUse(device, self.name, UnixTime(self.starts), UnixTime(self.ends or self.starts))


class VisitView(BaseModel):
    """A visit as the chain has it."""

    id: str
    member: str
    practitioner: str
    state: str
    whom: str
    terms: str
    until: int
    requested: int
    patient: str | None
    permission: str | None
    answered: int | None
    ended: int | None
    ended_by: str | None
    step: int

    @classmethod
    def of(cls, visit: Visit) -> "VisitView":
        values = {name: getattr(visit, name) for name in cls.model_fields if name != "state"}
        return cls(state=visit.state.word, **values)


class NextView(BaseModel):
    """The id of the caller's next request."""

    id: str


class WaitingView(BaseModel):
    """How long an offer waits."""

    until: int


class OfferView(BaseModel):
    """An offer as it was left, base64."""

    sealed: str

    @classmethod
    def of(cls, sealed: bytes) -> "OfferView":
        return cls(sealed=b64encode(sealed).decode())


class DeskView(BaseModel):
    """Where the node records by itself: codes given out, dispensings recorded."""

    patient: str
    grant: str
    given: int
    recorded: int

    @classmethod
    def of(cls, desk: Desk) -> "DeskView":
        return cls(patient=desk.patient, grant=desk.grant, given=desk.given, recorded=len(desk.done))


class CodeView(BaseModel):
    """A code for one dispensing, and the commitment that the ledger gets of it."""

    code: str
    commitment: str


class RecordedView(BaseModel):
    """The file in which something is recorded."""

    file: str
