"""Reviews and reports of harm as the chain has them."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from tcmchain.reviews.model.outcomes import Outcome, outcome_of
from tcmchain.values import Address, BlockNumber, FormulaId, Hash32, MemberId, UnixTime


class Severity(IntEnum):
    """How bad the harm is; numbers are those of the contract."""

    MILD = 1
    MODERATE = 2
    SEVERE = 3
    LIFE_THREATENING = 4

    @property
    def word(self) -> str:
        """The severity as doors spell it."""
        return self.name.lower().replace("_", "-")


class Order(StrEnum):
    """How reviews are listed."""

    NEWEST = "newest"
    OLDEST = "oldest"
    BEST = "best"
    WORST = "worst"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer says; ``content`` is the SHA-256 of the text in the store."""

    rating: int
    before: int
    afterwards: int
    content: Hash32


@dataclass(frozen=True, slots=True)
class Review:
    """A review; its id is the voucher's nullifier."""

    nullifier: Hash32
    formula: FormulaId
    version: int
    reviewer: Address
    member: MemberId
    name: Hash32
    opinion: Opinion
    happened: UnixTime
    block: BlockNumber
    tx: Hash32
    withdrawn: bool
    erased: bool

    @property
    def outcome(self) -> Outcome:
        """How much better it became."""
        return outcome_of(self.opinion.before, self.opinion.afterwards)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a regulator said of a report, and when."""

    member: MemberId
    statement: str
    at: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Harm:
    """A report of harm; ``member`` is ``None`` when a practitioner reported what was seen."""

    id: Hash32
    formula: FormulaId
    version: int
    by: Address
    severity: Severity
    member: MemberId | None
    content: Hash32
    happened: UnixTime
    tx: Hash32
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """A member's dispensings with a voucher on ``care``, how many are witnessed on ``pharmacy``, how many used."""

    member: MemberId
    dispensed: int
    tallied: int
    used: int
