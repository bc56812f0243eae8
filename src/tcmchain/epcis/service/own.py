"""The ledger's own steps as events that answer questions, beside those captured."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from tcmchain.epcis.model.contexts import read_context
from tcmchain.epcis.model.normal_form import normal_form
from tcmchain.epcis.model.own_events import CONTEXT, OwnEvents
from tcmchain.epcis.readmodel.rows import Captured
from tcmchain.provenance.model.lots import Lot
from tcmchain.provenance.model.steps import Step
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.recalls import Recalls
from tcmchain.values import LotId

_AT_ONCE: Final = 200
_MOST_DRILLS: Final = 1_000
_CONTEXT: Final = read_context(CONTEXT)


class OwnSource:
    """Reads the ledger's steps as events, newest first."""

    def __init__(self, ledger: Ledger, recalls: Recalls, own: OwnEvents) -> None:
        self._ledger = ledger
        self._recalls = recalls
        self._own = own

    def events(self, before: int | None) -> Iterator[tuple[Captured, str | None]]:
        """Events of steps before a number, each with the digest of the captured event that it came from, if any."""
        drills = {recall.id for _, recall in self._recalls.recalls(_MOST_DRILLS) if recall.drill}
        while steps := self._ledger.steps(before=before, limit=_AT_ONCE):
            lots = self._ledger.lots({movement.lot for step in steps for movement in step.movements})
            yield from self._written(steps, lots, drills)
            before = steps[-1].id

    def _written(
        self, steps: Sequence[Step], lots: Mapping[LotId, Lot], drills: Collection[str]
    ) -> Iterator[tuple[Captured, str | None]]:
        for step in steps:
            event = self._own.event(step, lots, drills)
            if event is not None:
                yield _captured(step, event), step.facts.get("epcis")


def _captured(step: Step, event: Mapping[str, Any]) -> Captured:
    record = normal_form(event, _CONTEXT)
    told = {name: value for name, value in event.items() if name != "recordTime"}
    return Captured(
        step.id,
        bytes.fromhex(event["eventID"][14:78]),
        event["eventID"],
        step.happened * 1000,
        step.recorded * 1000,
        step.member,
        step.tx,
        False,
        orjson.dumps(told),
        orjson.dumps(record),
    )
