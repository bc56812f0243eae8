"""Reviews: writing, taking back, reading with their texts, and what they amount to."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.reviews.contract import ReviewsCalls
from tcmchain.reviews.model.errors import OpinionInvalid, ReviewTextInvalid, ReviewUnknown
from tcmchain.reviews.model.outcomes import Evidence, HerbEffect
from tcmchain.reviews.model.reviews import MemberStanding, Opinion, Order, Review
from tcmchain.reviews.model.texts import EFFECTS, ReviewText, read_review
from tcmchain.reviews.model.vouchers import Dispensing, SignedVoucher
from tcmchain.reviews.readmodel.records import ReviewsRecords
from tcmchain.values import Address, FormulaId, Hash32, MemberId
from tcmchain.web.texts import Texts

_MOST_READ: Final = 2_000
_WORST: Final = 5
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A review with its text, ``None`` when it was erased or is not here; a name that is not the verified one is
    left out."""

    review: Review
    text: ReviewText | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What a formula's reviews amount to; ``stars`` counts ratings from 1 to 5, a mean is never given."""

    formula: FormulaId
    evidence: Evidence
    stars: Mapping[int, int]
    herbs: Sequence[HerbEffect]


class Reviews:
    """Every answer is a replay of the chain's events, with texts that can be erased beside it."""

    def __init__(self, calls: ReviewsCalls, records: ReviewsRecords, texts: Texts) -> None:
        self._calls = calls
        self._records = records
        self._texts = texts

    def write(self, right: SignedVoucher, opinion: Opinion) -> list[Call]:
        """Review what was dispensed, as the voucher's reviewer; the text is handed in before. Raises
        ``OpinionInvalid``."""
        severities = 1 <= opinion.before <= _MOST and 0 <= opinion.afterwards <= _MOST
        if not (severities and 1 <= opinion.rating <= _WORST):
            raise OpinionInvalid
        return [self._calls.review(right, opinion)]

    def withdraw(self, nullifier: Hash32) -> list[Call]:
        """Take a review back, as its reviewer; raises ``ReviewUnknown``."""
        if self.review(nullifier).withdrawn:
            raise ReviewUnknown(id=nullifier)
        return [self._calls.withdraw(nullifier)]

    def erase(self, nullifier: Hash32) -> list[Call]:
        """Have name and text deleted everywhere; the rating stays. Raises ``ReviewUnknown``."""
        if self.review(nullifier).erased:
            raise ReviewUnknown(id=nullifier)
        return [self._calls.erase(nullifier)]

    def review(self, nullifier: Hash32) -> Review:
        """A review; raises ``ReviewUnknown``."""
        found = self._records.review(nullifier)
        if found is None:
            raise ReviewUnknown(id=nullifier)
        return found

    def told(self, review: Review) -> Told:
        """A review with its text, whose name is held against the one that the pharmacy verified."""
        raw = None if review.erased else self._texts.find(review.opinion.content)
        # What is named may be a report of harm: whoever reviews chooses the hash.
        text = None
        with suppress(ReviewTextInvalid):
            text = None if raw is None else read_review(raw)
        return Told(review, text, text is not None and text.name.commitment() == review.name)

    def reviews(
        self,
        formula: FormulaId,
        version: int | None = None,
        order: Order = Order.NEWEST,
        limit: int = 20,
        offset: int = 0,
    ) -> list[Told]:
        """Reviews of a formula that were not taken back."""
        return [self.told(one) for one in self._records.reviews(formula, version, order, limit, offset)]

    def of_reviewers(self, accounts: Collection[Address]) -> list[Told]:
        """All reviews under some pseudonyms."""
        return [self.told(one) for one in self._records.of_reviewers(accounts)]

    def ranking(self, formulas: Sequence[FormulaId]) -> Mapping[FormulaId, Evidence]:
        """What reviews say of formulas, for whoever orders them; those without reviews are left out."""
        return {formula: evidence for formula, (evidence, _) in self._records.evidence(formulas).items()}

    def ordered(self, formulas: Sequence[FormulaId]) -> list[tuple[FormulaId, Evidence]]:
        """Formulas by the lower bound on effective outcomes, then on marked ones; without reviews last, as given."""
        known = self.ranking(formulas)
        found = [(formula, known.get(formula, Evidence())) for formula in formulas]
        return sorted(found, key=lambda one: (-one[1].bound, -one[1].marked_bound, -one[1].n))

    def summary(self, formula: FormulaId, version: int | None = None) -> Summary:
        """What a formula's reviews amount to."""
        evidence, stars = self._records.evidence([formula], version).get(formula, (Evidence(), {}))
        return Summary(formula, evidence, stars, self.herbs(formula, version))

    def herbs(self, formula: FormulaId, version: int | None = None) -> list[HerbEffect]:
        """What reviewers say that single herbs did, the most helpful first; of the newest two thousand reviews."""
        counted: dict[str, dict[str, int]] = {}
        for told in self.reviews(formula, version, limit=_MOST_READ):
            for herb, effect in (told.text.herbs if told.text is not None else {}).items():
                counted.setdefault(herb, dict.fromkeys(EFFECTS, 0))[effect] += 1
        found = [HerbEffect(herb, **effects) for herb, effects in counted.items()]
        return sorted(found, key=lambda one: (-one.bound, -one.n, one.herb))

    def reviewed(self, limit: int) -> list[FormulaId]:
        """Formulas with reviews that were not taken back, those with most first."""
        return self._records.reviewed(limit)

    def standing(self, member: MemberId) -> MemberStanding:
        """Dispensings with a voucher, how many are witnessed, how many reviews came of them."""
        return self._records.standing(member)

    def standings(self) -> list[MemberStanding]:
        """The same of every member that had any."""
        return [self._records.standing(member) for member in self._records.members()]

    def dispensing(self, prescription: Hash32) -> Dispensing | None:
        """A prescription's dispensing, once the chain has it."""
        return self._records.dispensing(prescription)
