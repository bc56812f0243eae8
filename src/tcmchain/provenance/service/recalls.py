"""Calling lots back: how far they reach, what is where of them, and the calls that freeze all of it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.provenance.contract import Deed, Descent, Portion, ProvenanceCalls
from tcmchain.provenance.model.errors import Nothing, ReachBusy, TooManyPortions, UnknownLot, UnknownRecall
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.recalls import (
    HolderReach,
    LotReach,
    Notice,
    Reach,
    Reached,
    Recall,
    Reconciliation,
    Score,
    Secured,
    UnitRange,
    recall_id,
    score_of,
)
from tcmchain.provenance.model.references import read_reference
from tcmchain.provenance.model.steps import Flow
from tcmchain.provenance.model.stock import Balance
from tcmchain.provenance.readmodel.reach import ReachRecords
from tcmchain.provenance.readmodel.records import ProvenanceRecords
from tcmchain.values import BlockNumber, LotId, MemberId, Milligrams, RecallId, UnixTime

MOST_LOTS: Final = 50_000
"""Lots that one answer holds; a recall that reaches more is carried on from what it has frozen."""

_AT_ONCE: Final = 2
_WAITING: Final = 20
_MOST_SEEDS: Final = 32
_LOTS_IN_ONE: Final = 128
_SOURCES_IN_ONE: Final = 512
_USED, _REPACKED, _DISPENSED, _RETIRED, _LOST = (
    flow.value for flow in (Flow.USED, Flow.REPACKED, Flow.DISPENSED, Flow.RETIRED, Flow.LOST)
)


class Recalls:
    """Questions and calls; every answer is a replay of the chain's events at one block."""

    def __init__(
        self,
        calls: ProvenanceCalls,
        records: ProvenanceRecords,
        reach: ReachRecords,
        indexed: Callable[[], BlockNumber],
    ) -> None:
        self._calls = calls
        self._records = records
        self._reach = reach
        self._indexed = indexed
        self._turns = BoundedSemaphore(_AT_ONCE)
        self._places = BoundedSemaphore(_AT_ONCE + _WAITING)

    def reach(self, seeds: Collection[LotId]) -> Reach:
        """All that these lots reach, as if they were called back now; raises ``UnknownLot`` and ``ReachBusy``."""
        return self._measure(self._seeds(seeds), {}, ())

    def recall(self, recall: RecallId) -> Recall:
        """A recall; raises ``UnknownRecall``."""
        found = self._reach.recall(recall)
        if found is None:
            raise UnknownRecall(recall=recall)
        return found

    def report(self, recall: RecallId) -> tuple[Recall, Reach, Score]:
        """A recall with all that it reaches and how far it has come; raises ``UnknownRecall`` and ``ReachBusy``."""
        found = self.recall(recall)
        reached = self._reach.reached(recall)
        seeds = [lot for lot, how in reached.items() if how.seed]
        reach = self._measure(seeds, reached, self._reach.secured(recall))
        return found, reach, score_of(found, reach)

    def recalls(
        self, limit: int = 50, before: int | None = None, running: bool | None = None
    ) -> Sequence[tuple[int, Recall]]:
        """Recalls, newest first, with the numbers of their steps; ``before`` is the last page's last number."""
        return self._reach.recalls(limit, before, running)

    def holding_up(self, lots: Collection[LotId]) -> Mapping[LotId, Sequence[Recall]]:
        """The recalls that hold each of these lots now; drills hold none."""
        return self._reach.holding_up(lots)

    def notices(self, member: MemberId) -> Sequence[Notice]:
        """Running recalls of lots that a member has, those not answered first."""
        mine: dict[RecallId, list[tuple[LotId, int]]] = defaultdict(list)
        for recall, lot, amount in self._reach.concerning(member):
            mine[recall].append((lot, amount))
        answered = self._reach.answered(member)
        lots = self._records.lots({lot for held in mine.values() for lot, _ in held})
        notices = [
            Notice(
                self.recall(recall), tuple((lots[lot], Milligrams(amount)) for lot, amount in held), recall in answered
            )
            for recall, held in mine.items()
        ]
        return sorted(notices, key=lambda notice: notice.answered)

    def open(self, member: MemberId, reference: str, seeds: Collection[LotId], drill: bool, done: Deed) -> list[Call]:
        """Open a recall and freeze all that the seeds reach now; what is made meanwhile :meth:`freeze` finds."""
        number = read_reference(reference)
        wanted = self._seeds(seeds)
        first = self._calls.open_recall(number, drill, wanted, done)
        return [first, *self._freezing(recall_id(member, number), wanted, frozenset(wanted))]

    def freeze(self, recall: RecallId) -> list[Call]:
        """The calls that carry a recall on; none at the fixpoint. Raises ``UnknownRecall``."""
        self.recall(recall)
        reached = self._reach.reached(recall)
        spreading = [lot for lot, how in reached.items() if not how.released]
        return list(self._freezing(recall, spreading, frozenset(reached)))

    def secure(self, recall: RecallId, portions: Sequence[Portion], done: Deed) -> list[Call]:
        """State what was put aside of frozen lots; by their holder."""
        if not portions:
            raise Nothing()
        return [
            self._calls.secure(self.recall(recall).id, portions[at : at + _MOST_SEEDS], done)
            for at in range(0, len(portions), _MOST_SEEDS)
        ]

    def release(self, recall: RecallId, lots: Sequence[LotId], done: Deed) -> list[Call]:
        """Release lots that were found to be sound; by who opened the recall, or a regulator."""
        if not lots:
            raise Nothing()
        return [
            self._calls.release(self.recall(recall).id, lots[at : at + _LOTS_IN_ONE], done)
            for at in range(0, len(lots), _LOTS_IN_ONE)
        ]

    def close(self, recall: RecallId, done: Deed) -> list[Call]:
        """End a recall; what it froze stays frozen until released or retired."""
        return [self._calls.close_recall(self.recall(recall).id, done)]

    def _seeds(self, seeds: Collection[LotId]) -> list[LotId]:
        wanted = list(dict.fromkeys(seeds))
        if not wanted:
            raise Nothing()
        if len(wanted) > _MOST_SEEDS:
            raise TooManyPortions(limit=_MOST_SEEDS, given=len(wanted))
        known = self._records.lots(wanted)
        for lot in wanted:
            if lot not in known:
                raise UnknownLot(lot=lot)
        return wanted

    def _freezing(self, recall: RecallId, spreading: Sequence[LotId], passed: Collection[LotId]) -> Iterator[Call]:
        """Batches of lots not passed yet, each after those it was made of."""
        reach = self._reach.descendants(spreading, MOST_LOTS)
        sources = self._reach.sources({born.step for born in reach if born.lot.id not in passed})
        frozen = set(spreading)
        batch: list[Descent] = []
        named = 0
        for born in reach:
            lot = born.lot.id
            if lot in passed:
                continue
            made_of = tuple(source for source, _ in sources[born.step])
            if frozen.isdisjoint(made_of):
                # All that it was made of has been released.
                continue
            frozen.add(lot)
            if batch and (len(batch) == _LOTS_IN_ONE or named + len(made_of) > _SOURCES_IN_ONE):
                yield self._calls.freeze(recall, batch)
                batch, named = [], 0
            batch.append(Descent(lot, made_of))
            named += len(made_of)
        if batch:
            yield self._calls.freeze(recall, batch)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """No question costs more, and anybody may ask it: a few are answered at once, a few more wait."""
        if not self._places.acquire(blocking=False):
            raise ReachBusy(waiting=_WAITING)
        try:
            with self._turns:
                yield
        finally:
            self._places.release()

    def _measure(self, seeds: Sequence[LotId], reached: Mapping[LotId, Reached], secured: Sequence[Secured]) -> Reach:
        with self._turn():
            return self._measured(seeds, reached, secured)

    def _measured(self, seeds: Sequence[LotId], reached: Mapping[LotId, Reached], secured: Sequence[Secured]) -> Reach:
        block = self._indexed()
        found = self._reach.descendants(seeds, MOST_LOTS + 1)
        complete = len(found) <= MOST_LOTS
        found = found[:MOST_LOTS]
        births = {born.lot.id: born.step for born in found}
        books = _Books(self._reach, list(births), secured)
        behind = [born.lot for born in self._reach.ancestors(seeds, MOST_LOTS) if born.lot.id not in births]
        return Reach(
            seeds=tuple(seeds),
            lots=tuple(LotReach(b.lot, books.balance(b.lot), reached.get(b.lot.id)) for b in found),
            sources=tuple(sorted(behind, key=lambda lot: (lot.happened, lot.id))),
            units=tuple(
                UnitRange(b.lot.id, b.lot.gtin, b.lot.reference, b.lot.units, b.lot.units_root)
                for b in found
                if b.lot.units
            ),
            holders=books.holders(),
            reconciliation=books.reconcile({b.lot.id: b.lot for b in found}, births),
            block=block,
            complete=complete,
        )


@dataclass(slots=True)
class _Hand:
    """One holder's sums over the lots within reach."""

    lots: int = 0
    held: int = 0
    coming: int = 0
    dispensed: int = 0
    retired: int = 0
    secured: int = 0
    answered: UnixTime = field(default=UnixTime(0))


class _Books:
    """What is where of a set of lots: read once, summed by lot and by holder."""

    def __init__(self, records: ReachRecords, ids: Sequence[LotId], secured: Sequence[Secured]) -> None:
        self._records = records
        self._gone: dict[LotId, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._held: dict[LotId, int] = defaultdict(int)
        self._coming: dict[LotId, int] = defaultdict(int)
        self._hands: dict[MemberId, _Hand] = defaultdict(_Hand)
        for row in records.outflows(ids):
            self._add(row.lot, row.holder, row.flow, int(row.amount))
        for row in records.held(ids):
            self._held[row.lot] += row.milligrams
            self._hands[row.holder].held += row.milligrams
            self._hands[row.holder].lots += 1
        for row in records.transit(ids):
            self._coming[row.lot] += int(row.milligrams)
            self._hands[row.consignee].coming += int(row.milligrams)
        for statement in secured:
            hand = self._hands[statement.holder]
            hand.secured += statement.milligrams
            hand.answered = max(hand.answered, statement.recorded)

    def _add(self, lot: LotId, holder: MemberId, flow: str, amount: int) -> None:
        self._gone[lot][flow] += amount
        if flow == _DISPENSED:
            self._hands[holder].dispensed += amount
        elif flow == _RETIRED:
            self._hands[holder].retired += amount

    def balance(self, lot: Lot) -> Balance:
        """Where all that was made of a lot is."""
        went = self._gone[lot.id]
        return Balance(
            made=lot.made,
            held=Milligrams(self._held[lot.id]),
            in_transit=Milligrams(self._coming[lot.id]),
            used=Milligrams(went[_USED] + went[_REPACKED]),
            dispensed=Milligrams(went[_DISPENSED]),
            retired=Milligrams(went[_RETIRED]),
            lost=Milligrams(went[_LOST]),
        )

    def holders(self) -> tuple[HolderReach, ...]:
        """Whoever has, or has given out, something; the one that has most first."""
        found = [
            HolderReach(
                holder=holder,
                lots=hand.lots,
                held=Milligrams(hand.held),
                coming=Milligrams(hand.coming),
                dispensed=Milligrams(hand.dispensed),
                retired=Milligrams(hand.retired),
                secured=Milligrams(hand.secured),
                answered=hand.answered,
            )
            for holder, hand in self._hands.items()
            if hand.held or hand.coming or hand.dispensed or hand.retired or hand.answered
        ]
        return tuple(sorted(found, key=lambda hand: (-hand.held, -hand.dispensed, hand.holder)))

    def reconcile(self, lots: Mapping[LotId, Lot], births: Mapping[LotId, int]) -> Reconciliation:
        """Put what entered beside what is somewhere."""
        sources = self._records.sources(set(births.values()))
        within = {step for step, lines in sources.items() if any(source in lots for source, _ in lines)}
        taken = sum(amount for step in within for _, amount in sources[step])
        from_elsewhere = sum(amount for step in within for source, amount in sources[step] if source not in lots)
        given = sum(lots[lot].made for lot, step in births.items() if step in within)
        begun = sum(lots[lot].made for lot, step in births.items() if step not in within)
        return Reconciliation(
            entered=Milligrams(begun + from_elsewhere),
            dispensed=self._total(_DISPENSED),
            held=Milligrams(sum(self._held.values())),
            in_transit=Milligrams(sum(self._coming.values())),
            retired=self._total(_RETIRED),
            lost=self._total(_LOST),
            processing_loss=Milligrams(taken - given),
        )

    def _total(self, flow: str) -> Milligrams:
        return Milligrams(sum(went[flow] for went in self._gone.values()))
