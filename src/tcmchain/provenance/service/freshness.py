"""Which certificates an event makes stale."""

from collections.abc import Collection
from threading import Lock
from typing import Final

from tcmchain.provenance.readmodel.records import ProvenanceRecords
from tcmchain.values import LotId

_MOST: Final = 20_000


class Freshness:
    """Remembers what the certificates read so far stand on, and looks only at what has moved since."""

    def __init__(self, records: ProvenanceRecords) -> None:
        self._records = records
        self._lock = Lock()
        self._seen = 0
        self._generation = 0
        self._standing_on: dict[LotId, frozenset[str]] = {}
        self._versions: dict[LotId, int] = {}

    def track(self, lot: LotId, subjects: Collection[str]) -> None:
        """Remember that the certificate of ``lot`` stands on these lots and quotas."""
        with self._lock:
            if len(self._standing_on) >= _MOST:
                self._forget()
            self._standing_on[lot] = frozenset(subjects)
            self._versions.setdefault(lot, self._generation)

    def version(self, lot: LotId) -> int:
        """A number that changes when an event has touched what the certificate stands on."""
        newest = self._records.newest_step()
        with self._lock:
            if newest < self._seen:
                self._forget()
            elif newest > self._seen:
                self._advance()
            self._seen = newest
            return self._versions.get(lot, self._generation)

    def _advance(self) -> None:
        moved = self._records.moved_since(self._seen)
        self._generation += 1
        for lot, subjects in self._standing_on.items():
            if lot in moved or not moved.isdisjoint(subjects):
                self._versions[lot] = self._generation

    def _forget(self) -> None:
        self._generation += 1
        self._standing_on.clear()
        self._versions.clear()
