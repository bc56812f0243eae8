"""The verdict on a unit, out of the chain, the tree and the node's own scans."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import Lock
from typing import Final

from tcmchain.members.service.roll import Roll
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.terms.errors import TermUnknown
from tcmchain.terms.places import place
from tcmchain.units.model.codes import Serial, read_serial
from tcmchain.units.model.errors import (
    PlaceUnknown,
    SerialUnreadable,
    TooManyScans,
    TreeMissing,
    UnknownUnit,
    WithoutCodes,
)
from tcmchain.units.model.sightings import Dispensing, Hold, Scan, ScanKind, Sightings
from tcmchain.units.model.verdict import Evidence, Grade, Ground, Thresholds, Verdict, judge
from tcmchain.units.readmodel.records import Packed, UnitsRecords
from tcmchain.units.readmodel.scans import ScanLog
from tcmchain.units.service.trees import Trees
from tcmchain.values import LotId, MemberId, UnixTime

_MOST_VIEWERS: Final = 50_000
_MINUTE: Final = 60
_SCANS_A_MINUTE: Final = 120


class Verdicts:
    """Judges units and counts scans. Who looks is known for the minutes of ``debounce`` only, and in memory."""

    def __init__(
        self,
        records: UnitsRecords,
        scans: ScanLog,
        trees: Trees,
        recalls: Recalls,
        roll: Roll,
        thresholds: Thresholds,
        debounce: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._records = records
        self._scans = scans
        self._trees = trees
        self._recalls = recalls
        self._roll = roll
        self._thresholds = thresholds
        self._debounce = debounce * _MINUTE
        self._now = now
        self._lock = Lock()
        self._seen: dict[tuple[str, LotId, Serial], float] = {}
        self._recent: dict[str, list[float]] = {}

    def packed(self, lot: LotId) -> Packed | None:
        """How a lot was packed; ``None`` when its units have no codes."""
        found = self._records.packed(lot)
        return found if found is not None and found.root is not None else None

    def verdict(self, lot: Lot, serial: str) -> Verdict:
        """What can be said of a unit; raises ``WithoutCodes`` for a lot whose units have none.

        A text that is no serial is judged like one that no unit has.
        """
        packed = self.packed(lot.id)
        if packed is None:
            raise WithoutCodes(lot=lot.id)
        try:
            seen = self._sightings(packed, read_serial(serial))
        except SerialUnreadable:
            return Verdict(Grade.SUSPECTED, (Evidence(Ground.UNKNOWN_CODE, tx=packed.tx),))
        return judge(seen, self._thresholds, UnixTime(int(self._now())))

    def look(self, lot: LotId, serial: str, viewer: str, chosen: str = "") -> bool:
        """Count a look by whoever sits behind ``viewer``; the same one soon after is not counted again.

        ``chosen`` is the place that the person chose, if any. Raises ``UnknownUnit``, ``SerialUnreadable``,
        ``PlaceUnknown`` and ``TooManyScans``.
        """
        return self._count(lot, serial, viewer, Scan(self._at(), ScanKind.LOOK, read_place(chosen)))

    def trade(self, lot: LotId, serial: str, member: MemberId) -> bool:
        """Count a trade scan by a member, at its seat; raises as :meth:`look` does."""
        scan = Scan(self._at(), ScanKind.TRADE, self._seats([member]).get(member, 0), member)
        return self._count(lot, serial, member, scan)

    def by_trace_code(self, code: str) -> list[LotId]:
        """Lots whose packing names a drug trace code of twenty digits."""
        return self._records.by_trace_code(code)

    def having(self, serial: Serial) -> list[LotId]:
        """Lots that have a unit of this serial, among those whose trees are at this node."""
        return [lot for root, lot in self._records.roots() if self._trees.here(root, serial)]

    def _count(self, lot: LotId, text: str, viewer: str, scan: Scan) -> bool:
        serial = read_serial(text)
        self._bear(viewer)
        packed = self.packed(lot)
        if packed is None:
            raise WithoutCodes(lot=lot)
        if self._proven(packed, serial) is False:
            raise UnknownUnit(lot=lot, serial=text[:40])
        if self._again((viewer, lot, serial)):
            return False
        self._scans.note(lot, serial, scan)
        return True

    def _sightings(self, packed: Packed, serial: Serial) -> Sightings:
        scans = tuple(self._scans.scans(packed.lot, serial))
        return Sightings(
            lot=packed.lot,
            serial=serial,
            proven=self._proven(packed, serial),
            opened=self._records.opened(packed.lot, serial),
            dispensings=self._placed(self._records.dispensings(packed.lot, serial)),
            scans=scans,
            holds=tuple(
                Hold(recall.id, recall.opened, recall.tx)
                for recall in self._recalls.holding_up([packed.lot]).get(packed.lot, ())
            ),
            channels=self._records.channels(packed.lot),
            looks=sum(scan.kind is ScanKind.LOOK for scan in scans),
            root=packed.root,
            packed_tx=packed.tx,
        )

    def _proven(self, packed: Packed, serial: Serial) -> bool | None:
        assert packed.root is not None
        try:
            proof = self._trees.proof(packed.root, serial)
            if proof is not None and self._trees.count(packed.root) > packed.units:
                # More codes than units were packed: nobody can tell which of them are on the lot's own units.
                return None
            return proof is not None
        except TreeMissing:
            return None

    def _placed(self, steps: list[Dispensing]) -> tuple[Dispensing, ...]:
        seats = self._seats({step.member for step in steps}) if steps else {}
        return tuple(replace(step, place=seats.get(step.member, 0)) for step in steps)

    def _seats(self, members: Iterable[MemberId]) -> dict[MemberId, int]:
        found = self._roll.members(list(members))
        return {
            member: int(who.profile.place)
            for member, who in found.items()
            if who.profile.place.isascii() and who.profile.place.isdigit() and len(who.profile.place) == 6
        }

    def _at(self) -> UnixTime:
        return UnixTime(int(self._now()))

    def _again(self, key: tuple[str, LotId, Serial]) -> bool:
        now = self._now()
        with self._lock:
            if now - self._seen.get(key, -self._debounce) < self._debounce:
                return True
            if len(self._seen) >= _MOST_VIEWERS:
                self._seen = {k: at for k, at in self._seen.items() if now - at < self._debounce}
                if len(self._seen) >= _MOST_VIEWERS:
                    self._seen.clear()
            self._seen[key] = now
        return False

    def _bear(self, viewer: str) -> None:
        now = self._now()
        with self._lock:
            if len(self._recent) >= _MOST_VIEWERS:
                self._recent.clear()
            recent = [at for at in self._recent.get(viewer, ()) if now - at < _MINUTE]
            self._recent[viewer] = [*recent, now][-_SCANS_A_MINUTE:]
        if len(recent) >= _SCANS_A_MINUTE:
            raise TooManyScans(limit=_SCANS_A_MINUTE)


def read_place(text: str) -> int:
    """A place by its GB/T 2260 code, 0 for an empty text; raises ``PlaceUnknown``."""
    if not text:
        return 0
    try:
        return int(place(text).code)
    except TermUnknown as error:
        raise PlaceUnknown(place=text[:40]) from error
