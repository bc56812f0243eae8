"""Growers' public records, computed from events alone."""

from typing import Final

from tcmchain.guarantees.model.errors import NotGrower
from tcmchain.guarantees.model.growers import GrowerRecord, Inspection
from tcmchain.guarantees.readmodel.records import GuaranteesRecords
from tcmchain.members.model.membership import Kind
from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.steps import Observation, StepKind
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import MemberId, Milligrams

_MOST_LOTS: Final = 200
_MOST_OBSERVATIONS: Final = 50
_MOST_CASES: Final = 100


class Growers:
    """Puts a grower's record together; nobody can add to it but by acting."""

    def __init__(self, records: GuaranteesRecords, ledger: Ledger, recalls: Recalls, roll: Roll) -> None:
        self._records = records
        self._ledger = ledger
        self._recalls = recalls
        self._roll = roll

    def record(self, member: MemberId) -> GrowerRecord:
        """A grower's record; raises ``MemberUnknown``, ``NotGrower``."""
        if self._roll.member(member).kind is not Kind.GROWER:
            raise NotGrower(member=member)
        entered = self._ledger.steps(member=member, kind=StepKind.COMMISSIONED, limit=_MOST_LOTS)
        made = [move.lot for step in entered for move in step.movements]
        found = self._ledger.lots(made)
        lots = [found[lot] for lot in made if lot in found]
        subjects = [*made, *(quota.id for quota in self._ledger.quotas(member))]
        holding = self._recalls.holding_up(made)
        return GrowerRecord(
            member=member,
            history=self._records.history(member),
            lots=lots,
            milligrams=Milligrams(sum(lot.made for lot in lots)),
            inspections=[inspection for subject in subjects for inspection in self._inspections(subject)],
            cases=self._records.cases(_MOST_CASES, grower=member),
            bonds=self._records.bonds(_MOST_LOTS, None, member, None),
            recalls=[(lot, recall) for lot in made for recall in holding.get(lot, ())],
            whole=len(entered) < _MOST_LOTS,
        )

    def _inspections(self, subject: str) -> list[Inspection]:
        steps = self._ledger.steps(lot=subject, kind=StepKind.OBSERVED, limit=_MOST_OBSERVATIONS)
        return [Inspection(subject, step) for step in steps if step.observation is Observation.INSPECTION]
