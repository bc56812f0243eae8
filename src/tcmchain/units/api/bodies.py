"""What the doors of units take and answer."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from tcmchain.units.model.codes import read_serial, write_serial
from tcmchain.units.model.opening import Opening, Purpose
from tcmchain.units.model.verdict import Evidence, Verdict
from tcmchain.units.service.verdicts import read_place
from tcmchain.values import LotId, UnixTime
from tcmchain.web.bodies import Body

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
SerialText = Annotated[str, Field(max_length=40, description="twelve characters of Crockford's Base32")]
PlaceText = Annotated[
    str, Field(pattern="^([0-9]{6})?$", description="a province or county by its GB/T 2260 code; empty if not told")
]


def _one_spelling(text: str) -> str:
    return write_serial(read_serial(text))


class OpeningBody(Body):
    """An opening to be signed by the unit's own key."""

    lot: Identifier
    serial: Annotated[SerialText, AfterValidator(_one_spelling)]
    purpose: Literal["take", "gift", "check"]
    happened: Annotated[int, Field(ge=0, le=1 << 53, description="Unix seconds")]
    place: PlaceText = ""

    def opening(self) -> Opening:
        purpose = Purpose[self.purpose.upper()]
        serial, place = read_serial(self.serial), read_place(self.place)
        return Opening(LotId(self.lot), serial, purpose, UnixTime(self.happened), place)


class SignedOpeningBody(OpeningBody):
    signature: Annotated[str, Field(pattern="^0x[0-9a-fA-F]{130}$", description="r, s and v as 0x hex of 65 bytes")]


class ScanBody(Body):
    """A scan: a look by anybody, known by a random ``viewer`` for a few minutes; a trade by who is signed in."""

    lot: Identifier
    serial: SerialText
    kind: Literal["look", "trade"] = "look"
    viewer: Annotated[str, Field(max_length=64, description="random text of the reader's device, not kept")] = ""
    place: PlaceText = ""


class TypedView(BaseModel):
    """An EIP-712 message for the unit's key."""

    typed: dict[str, Any]


class SentView(BaseModel):
    """A transaction on its way, to be followed at ``/api/receipts/care/{tx}``."""

    tx: str


class TreeView(BaseModel):
    """A tree that the node has: the root it computed, and how many units."""

    root: str
    units: int


class CountedView(BaseModel):
    """Whether the scan was counted; the same scan a moment ago was."""

    counted: bool


class UnitView(BaseModel):
    """A unit of a packed lot, and why it is one: siblings from the leaf up to the root on the chain."""

    lot: str
    serial: str
    gtin: str
    number: str
    root: str
    units: int
    key: str = Field(description="address of the key under the scratch panel")
    proof: list[str]
    opened: bool


class EvidenceView(BaseModel):
    """One reason; ``tx`` is the transaction it stands on, ``amount`` kilometres or looks."""

    code: str
    grade: Literal["fine", "notice", "suspected"]
    at: int | None
    place: str
    member: str | None
    tx: str | None
    amount: int

    @classmethod
    def of(cls, found: Evidence) -> "EvidenceView":
        return cls(
            code=found.ground.value,
            grade=found.grade.word,  # type: ignore[arg-type]
            at=found.at,
            place=f"{found.place:06d}" if found.place else "",
            member=found.member,
            tx=found.tx,
            amount=found.amount,
        )


class VerdictView(BaseModel):
    """What the evidence says of a unit; ``suspected`` is 疑似, never more."""

    grade: Literal["fine", "notice", "suspected"]
    evidence: list[EvidenceView]

    @classmethod
    def of(cls, found: Verdict) -> "VerdictView":
        evidence = [EvidenceView.of(one) for one in found.evidence]
        return cls(grade=found.grade.word, evidence=evidence)  # type: ignore[arg-type]
