"""A grower's public record: what it entered, how it was inspected, and what was found against it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tcmchain.guarantees.model.pledges import Bond, Case, History, discount_steps
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.recalls import Recall
from tcmchain.provenance.model.steps import Step
from tcmchain.values import LotId, MemberId, Milligrams


@dataclass(frozen=True, slots=True)
class Inspection:
    """A lab's word on one of the grower's lots or fields."""

    subject: str
    step: Step

    @property
    def passed(self) -> bool:
        """Whether what was found is as it should be."""
        return bool(self.step.conforms)


@dataclass(frozen=True, slots=True)
class GrowerRecord:
    """All of it out of events; ``whole`` is false when only the newest lots were looked at."""

    member: MemberId
    history: History
    lots: Sequence[Lot]
    milligrams: Milligrams
    inspections: Sequence[Inspection]
    cases: Sequence[Case]
    bonds: Sequence[Bond]
    recalls: Sequence[tuple[LotId, Recall]]
    whole: bool

    @property
    def passed(self) -> int:
        """Inspections without a complaint."""
        return sum(inspection.passed for inspection in self.inspections)

    @property
    def failed(self) -> int:
        """Inspections that found a fault."""
        return len(self.inspections) - self.passed

    @property
    def discount(self) -> int:
        """By how many per cent a good history lowers the next bond."""
        return 10 * discount_steps(self.history.clean)
