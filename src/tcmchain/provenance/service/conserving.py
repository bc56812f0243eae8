"""Whether mass is conserved over all lots."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from tcmchain.provenance.model.conservation import Conservation
from tcmchain.provenance.readmodel.conservation import ConservationRecords
from tcmchain.values import BlockNumber

_KEPT_SECONDS: Final = 3.0
_KEPT_TIMES: Final = 20


class Conserving:
    """Sums over all lots, made at most once in three seconds, and for a twentieth of the time, however often asked."""

    def __init__(
        self,
        records: ConservationRecords,
        indexed: Callable[[], BlockNumber],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._records = records
        self._indexed = indexed
        self._clock = clock
        self._summing = Lock()
        self._kept: Conservation | None = None
        self._until = 0.0

    def conservation(self) -> Conservation:
        """The sums, and the block that was indexed when they were made."""
        with self._summing:
            began = self._clock()
            if self._kept is None or began >= self._until:
                block, lots, open_lots = self._indexed(), self._records.count(), self._records.open_lots()
                self._kept = Conservation(block, lots, tuple(open_lots))
                now = self._clock()
                self._until = now + max(_KEPT_SECONDS, _KEPT_TIMES * (now - began))
            return self._kept
