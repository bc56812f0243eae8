"""Whether mass is conserved over all lots."""

from collections.abc import Callable
from threading import Lock

from tcmchain.provenance.model.conservation import Conservation
from tcmchain.provenance.readmodel.conservation import ConservationRecords
from tcmchain.values import BlockNumber


class Conserving:
    """Sums over all lots, made once a block however often they are asked for."""

    def __init__(self, records: ConservationRecords, indexed: Callable[[], BlockNumber]) -> None:
        self._records = records
        self._indexed = indexed
        self._summing = Lock()
        self._kept: Conservation | None = None

    def conservation(self) -> Conservation:
        """The sums as of the block that is indexed."""
        with self._summing:
            block = self._indexed()
            if self._kept is None or self._kept.block != block:
                lots, open_lots = self._records.count(), self._records.open_lots()
                self._kept = Conservation(block, lots, tuple(open_lots))
            return self._kept
