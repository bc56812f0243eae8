"""What the doors of reviews take."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tcmchain.chain.abi import checksum
from tcmchain.reviews.model.reviews import Opinion, Severity
from tcmchain.reviews.model.vouchers import LONGEST_COURSE, Relation, SignedVoucher, Voucher
from tcmchain.reviews.service.vouchers import Asked, Read
from tcmchain.values import Address, FormulaId, Hash32, MemberId, UnixTime
from tcmchain.web.bodies import Body

Identifier = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", description="32 bytes as 0x hex")]
Account = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$"), AfterValidator(lambda text: str(checksum(text.lower())))]
Version = Annotated[int, Field(ge=1, lt=1 << 32)]
Moment = Annotated[int, Field(ge=0, lt=1 << 53, description="Unix seconds")]
SeverityWord = Literal["mild", "moderate", "severe", "life-threatening"]


class VoucherBody(Body):
    """A voucher as a pharmacy's node gave it."""

    formula: Identifier
    version: Version
    nullifier: Identifier
    reviewer: Account
    name: Identifier
    member: Identifier
    opens: Moment
    closes: Moment
    signature: Annotated[str, Field(pattern="^0x[0-9a-fA-F]{130}$")]

    def right(self) -> SignedVoucher:
        what = FormulaId(self.formula), self.version, Hash32(self.nullifier), Address(self.reviewer)
        more = Hash32(self.name), MemberId(self.member), UnixTime(self.opens), UnixTime(self.closes)
        return SignedVoucher(Voucher(*what, *more), self.signature)


class ReviewBody(Body):
    """A review; its text was handed in before at ``/api/reviews/texts``."""

    voucher: VoucherBody
    rating: Annotated[int, Field(ge=1, le=5)]
    before: Annotated[int, Field(ge=1, le=100, description="how bad it was before")]
    afterwards: Annotated[int, Field(ge=0, le=100, description="how bad it was after the course")]
    content: Identifier

    def opinion(self) -> Opinion:
        return Opinion(self.rating, self.before, self.afterwards, Hash32(self.content))


class HarmBody(Body):
    """A report of harm with a voucher; its text was handed in before."""

    voucher: VoucherBody
    severity: SeverityWord
    content: Identifier


class HarmSeenBody(Body):
    """A report of harm by a licensed practitioner; its text was handed in before."""

    formula: Identifier
    version: Version
    severity: SeverityWord
    content: Identifier


class AnswerBody(Body):
    """What follows from a report."""

    statement: Annotated[str, Field(min_length=1, max_length=4_096)]


class NoteBody(Body):
    """What the pharmacist's browser leaves at the dispensing; the name stays in the browser."""

    prescription: Identifier
    formula: Identifier
    version: Version
    days: Annotated[int, Field(ge=1, le=LONGEST_COURSE, description="days of the course")]
    salt: Identifier
    name: Annotated[Identifier, Field(description="SHA-256 of the salt and the name read from the papers")]
    relation: Literal["none", "prescriber", "staff", "household", "author"] = "none"

    def read(self) -> Read:
        what = Hash32(self.prescription), FormulaId(self.formula), self.version, self.days
        return Read(*what, Hash32(self.salt), Hash32(self.name), Relation(self.relation))


class AskedBody(Body):
    """What a patient asks for a voucher with; the node keeps none of it."""

    prescription: Identifier
    secret: Identifier
    name: Annotated[str, Field(min_length=1, max_length=60)]
    name_salt: Identifier

    def asked(self) -> Asked:
        secret, salt = (bytes.fromhex(text[2:]) for text in (self.secret, self.name_salt))
        return Asked(Hash32(self.prescription), secret, self.name, salt)


def severity_of(word: SeverityWord) -> Severity:
    """The severity that a word means."""
    return Severity[word.upper().replace("-", "_")]
