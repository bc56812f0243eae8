"""Which steps a lot's goods passed through."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tcmchain.provenance.model.steps import Flow, Step, StepKind
from tcmchain.values import LotId, MemberId

_MAKING = frozenset({StepKind.PROCESSED, StepKind.SPLIT, StepKind.MERGED, StepKind.PACKED})
_COMING_BACK = Flow.RETURNED


def way_of(lot: LotId, steps: Sequence[Step]) -> tuple[Step, ...]:
    """All steps of ``lot``, and of the lots before it those through which its goods came, by date of the deed.

    ``steps`` are in chain order and hold every step of the lot and, of all its ancestors, at least those that brought
    something in, sent it or observed it. A lot before it may have gone to many holders; only those on the way count.
    Observations of the lots passed, and of their quotas, are on the way too.
    """
    return _Walk(steps).back_from(lot)


class _Walk:
    def __init__(self, steps: Sequence[Step]) -> None:
        self._incoming: dict[tuple[LotId, MemberId], list[Step]] = defaultdict(list)
        self._own: dict[str, list[Step]] = defaultdict(list)
        self._shipped: dict[str, Step] = {}
        for step in steps:
            self._file(step)
        self._taken: dict[int, Step] = {}
        self._seen: dict[tuple[LotId, MemberId], int] = {}

    def _file(self, step: Step) -> None:
        if step.kind is StepKind.SHIPPED and step.shipment is not None:
            self._shipped[step.shipment] = step
        for subject in {movement.lot for movement in step.movements}:
            self._own[subject].append(step)
        for movement in step.movements:
            if movement.delta > 0 and movement.flow is not _COMING_BACK:
                self._incoming[movement.lot, movement.holder].append(step)

    def back_from(self, lot: LotId) -> tuple[Step, ...]:
        waiting: list[tuple[LotId, MemberId, int]] = []
        for step in self._own[lot]:
            waiting += self._take(step, lot)
        while waiting:
            passed, holder, before = waiting.pop()
            if self._seen.get((passed, holder), -1) >= before:
                continue
            self._seen[passed, holder] = before
            self._observations(passed, before)
            for step in self._incoming[passed, holder]:
                if step.id < before:
                    waiting += self._take(step, passed)
        return tuple(sorted(self._taken.values(), key=lambda step: (step.happened, step.id)))

    def _take(self, step: Step, lot: LotId) -> Iterable[tuple[LotId, MemberId, int]]:
        """Take a step onto the way, and tell whose goods it drew on."""
        self._taken[step.id] = step
        if step.kind is StepKind.COMMISSIONED:
            self._observations(step.subject, None)
        elif step.kind is StepKind.RECEIVED and step.shipment in self._shipped:
            shipped = self._shipped[step.shipment]
            self._taken[shipped.id] = shipped
            yield lot, shipped.member, shipped.id
        elif step.kind in _MAKING and any(m.lot == lot and m.delta > 0 for m in step.movements):
            for movement in step.movements:
                if movement.delta < 0:
                    yield movement.lot, movement.holder, step.id

    def _observations(self, subject: str, before: int | None) -> None:
        for step in self._own[subject]:
            if step.kind is StepKind.OBSERVED and (before is None or step.id < before):
                self._taken[step.id] = step
