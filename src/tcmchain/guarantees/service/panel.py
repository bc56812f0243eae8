"""What a lot's certificate shows of its guarantee."""

from dataclasses import dataclass
from typing import Final

from tcmchain.guarantees.model.pledges import Bond, Case, History
from tcmchain.guarantees.readmodel.records import GuaranteesRecords
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.values import LotId

_MOST_SOURCES: Final = 12
_MOST_KEPT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A harvest's bond, its newest case if there is one, and its grower's sums."""

    bond: Bond
    case: Case | None
    history: History


class GuaranteePanel:
    """Finds the bonds behind a lot: its own, or those of the harvests that it was made of."""

    def __init__(self, records: GuaranteesRecords, ledger: Ledger) -> None:
        self._records = records
        self._ledger = ledger
        self._kept: dict[LotId, tuple[int, list[Guarantee]]] = {}

    def behind(self, lot: LotId) -> list[Guarantee]:
        """The guarantees behind a lot, none if it was entered free of a bond."""
        newest = self._records.newest()
        stamp, found = self._kept.get(lot, (-1, []))
        if stamp != newest:
            found = self._found(lot)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[lot] = newest, found
        return found

    def _found(self, lot: LotId) -> list[Guarantee]:
        found = []
        for harvest in self._harvests(lot)[:_MOST_SOURCES]:
            bond = self._records.bond(harvest)
            if bond is not None:
                cases = self._records.cases(1, lot=harvest)
                found.append(Guarantee(bond, cases[0] if cases else None, self._records.history(bond.grower)))
        return found

    def version(self, lot: LotId) -> int:  # noqa: ARG002
        """A number that grows whenever a bond changes; looking for the lot's own would cost more than drawing anew."""
        return self._records.newest()

    def _harvests(self, lot: LotId) -> list[LotId]:
        return [found.id for found in self._ledger.made_of(lot).values() if found.quota is not None]
