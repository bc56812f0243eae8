"""Reports of harm: their own way, at once, without waiting for the end of a course."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.reviews.contract import ReviewsCalls
from tcmchain.reviews.model.errors import OpinionInvalid, ReviewTextInvalid, ReviewUnknown
from tcmchain.reviews.model.reviews import Harm, Severity
from tcmchain.reviews.model.texts import HarmText, read_harm
from tcmchain.reviews.model.vouchers import SignedVoucher
from tcmchain.reviews.readmodel.records import ReviewsRecords
from tcmchain.values import FormulaId, Hash32
from tcmchain.web.texts import Texts

_LONGEST_STATEMENT: Final = 4_096


@dataclass(frozen=True, slots=True)
class ToldHarm:
    """A report with its text, ``None`` when that is not here yet."""

    harm: Harm
    text: HarmText | None


class Harms:
    """Everybody reads reports at once; regulators answer them."""

    def __init__(self, calls: ReviewsCalls, records: ReviewsRecords, texts: Texts) -> None:
        self._calls = calls
        self._records = records
        self._texts = texts

    def report(self, right: SignedVoucher, severity: Severity, content: Hash32) -> list[Call]:
        """Report harm as a patient with a voucher, which need not be open and stays good for the review."""
        return [self._calls.report_harm(right, severity, content)]

    def report_seen(self, formula: FormulaId, version: int, severity: Severity, content: Hash32) -> list[Call]:
        """Report harm as a licensed physician or pharmacist."""
        return [self._calls.report_harm_seen(formula, version, severity, content)]

    def answer(self, harm: Hash32, statement: str) -> list[Call]:
        """Say what follows, as a regulator; raises ``ReviewUnknown`` and ``OpinionInvalid``."""
        self.harm(harm)
        text = statement.strip()
        if not text or len(text.encode()) > _LONGEST_STATEMENT:
            raise OpinionInvalid
        return [self._calls.answer_harm(harm, text)]

    def harm(self, harm: Hash32) -> ToldHarm:
        """A report; raises ``ReviewUnknown``."""
        found = self._records.harm(harm)
        if found is None:
            raise ReviewUnknown(id=harm)
        return self._told(found)

    def harms(
        self, formula: FormulaId | None = None, *, answered: bool | None = None, limit: int = 50, offset: int = 0
    ) -> list[ToldHarm]:
        """Reports, those without answer first, of them the gravest first."""
        found = self._records.harms(formula, answered=answered, limit=limit, offset=offset)
        return [self._told(one) for one in found]

    def counts(self, formula: FormulaId) -> Mapping[Severity, int]:
        """How many reports of each severity a formula has."""
        return self._records.harm_counts(formula)

    def waiting(self) -> int:
        """How many reports no regulator has answered."""
        return self._records.waiting_harms()

    def notice(self, formula: FormulaId) -> Sequence[tuple[Severity, int]]:
        """What a formula's page tells at its head: reports by severity, the gravest first; nothing without any."""
        return sorted(self.counts(formula).items(), key=lambda one: -one[0])

    def _told(self, harm: Harm) -> ToldHarm:
        raw, text = self._texts.find(harm.content), None
        # What is named may be the text of a review: whoever reports chooses the hash.
        with suppress(ReviewTextInvalid):
            text = None if raw is None else read_harm(raw)
        return ToldHarm(harm, text)
