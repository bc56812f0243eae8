"""What the doors of reviews answer."""

from typing import Any

from pydantic import BaseModel, Field

from tcmchain.reviews.model.outcomes import Evidence, HerbEffect
from tcmchain.reviews.model.reviews import MemberStanding
from tcmchain.reviews.model.vouchers import Dispensing, SignedVoucher
from tcmchain.reviews.service.harms import ToldHarm
from tcmchain.reviews.service.reviews import Told
from tcmchain.values import FormulaId


class NameView(BaseModel):
    """A verified name, masked or full, with what proves it against the review's ``name``."""

    shown: str
    full: bool
    salt: str
    other: str


class HerbView(BaseModel):
    """What the reviewer says of one herb."""

    herb: str
    effect: str


class ReviewView(BaseModel):
    """A review; ``verified`` says that the name shown is one that the dispensing member has verified."""

    id: str = Field(description="the voucher's nullifier")
    formula: str
    version: int
    reviewer: str
    member: str
    rating: int
    before: int
    afterwards: int
    outcome: str
    happened: int
    commitment: str = Field(description="what the voucher says of the name")
    content: str = Field(description="SHA-256 of the text")
    block: int
    tx: str
    withdrawn: bool
    erased: bool
    verified: bool
    name: NameView | None
    words: str | None
    herbs: list[HerbView]

    @classmethod
    def of(cls, told: Told) -> "ReviewView":
        found, text = told.review, told.text
        copied = ("formula", "version", "reviewer", "member", "happened", "block", "tx", "withdrawn", "erased")
        opinion = {name: getattr(found.opinion, name) for name in ("rating", "before", "afterwards", "content")}
        shown = text.name if text is not None and told.verified else None
        herbs = {} if text is None else text.herbs
        return cls(
            id=found.nullifier,
            **{name: getattr(found, name) for name in copied},
            **opinion,
            outcome=found.outcome.word,
            commitment=found.name,
            verified=told.verified,
            name=None if shown is None else NameView(**{n: getattr(shown, n) for n in NameView.model_fields}),
            words=None if text is None else text.words,
            herbs=[HerbView(herb=herb, effect=effect) for herb, effect in herbs.items()],
        )


class EvidenceView(BaseModel):
    """Outcomes with the lower bounds of their shares at 95 %; ``n`` belongs to each of them."""

    formula: str
    n: int
    effective: int
    marked: int
    cured: int
    bound: float = Field(description="share of effective outcomes is at least this (Wilson, 95 %)")
    marked_bound: float

    @classmethod
    def of(cls, formula: FormulaId, found: Evidence) -> "EvidenceView":
        counts = {name: getattr(found, name) for name in ("n", "effective", "marked", "cured")}
        return cls(formula=formula, **counts, bound=found.bound, marked_bound=found.marked_bound)


class EffectView(BaseModel):
    """What reviewers say that a herb did; ``bound`` is the lower bound on the share of those whom it helped."""

    herb: str
    n: int
    helped: int
    unsure: int
    harm: int
    bound: float

    @classmethod
    def of(cls, found: HerbEffect) -> "EffectView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class SummaryView(BaseModel):
    """What a formula's reviews amount to; ``stars`` counts ratings, a mean is not given."""

    evidence: EvidenceView
    stars: dict[int, int]
    herbs: list[EffectView]
    harms: dict[str, int] = Field(description="reports of harm by severity")


class PageView(BaseModel):
    """A page of a formula's reviews with what all of them amount to."""

    summary: SummaryView
    reviews: list[ReviewView]


class StandingView(BaseModel):
    """A member's dispensings with a voucher, how many are witnessed, and how many reviews came of them."""

    member: str
    dispensed: int
    tallied: int
    used: int

    @classmethod
    def of(cls, found: MemberStanding) -> "StandingView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class DispensingView(BaseModel):
    """A prescription's dispensing as ``care`` tells it."""

    prescription: str
    member: str
    voucher: str | None
    happened: int
    tx: str

    @classmethod
    def of(cls, found: Dispensing) -> "DispensingView":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class VoucherView(BaseModel):
    """A right to one review, as the contract takes it."""

    formula: str
    version: int
    nullifier: str
    reviewer: str
    name: str
    member: str
    opens: int
    closes: int
    signature: str

    @classmethod
    def of(cls, right: SignedVoucher) -> "VoucherView":
        names = [name for name in cls.model_fields if name != "signature"]
        return cls(**{name: getattr(right.voucher, name) for name in names}, signature=right.signature)


class AnswerView(BaseModel):
    """What a regulator said."""

    member: str
    statement: str
    at: int
    tx: str


class HarmView(BaseModel):
    """A report of harm; ``member`` is nobody when a practitioner reported what was seen."""

    id: str
    formula: str
    version: int
    by: str
    severity: str
    member: str | None
    happened: int
    content: str
    tx: str
    words: str | None
    began: str | None
    done: str | None
    answers: list[AnswerView]

    @classmethod
    def of(cls, told: ToldHarm) -> "HarmView":
        found, text = told.harm, told.text
        copied = ("id", "formula", "version", "by", "member", "happened", "content", "tx")
        words: dict[str, Any] = {n: None if text is None else getattr(text, n) for n in ("words", "began", "done")}
        answers = [AnswerView(**{n: getattr(one, n) for n in AnswerView.model_fields}) for one in found.answers]
        values = {name: getattr(found, name) for name in copied}
        return cls(**values, **words, severity=found.severity.word, answers=answers)


class WitnessView(BaseModel):
    """Signatures of this node's members, 0x hex of 65 bytes each."""

    signatures: list[str]


class NotedView(BaseModel):
    """Whether the note was taken; a prescription has one at most."""

    noted: bool
