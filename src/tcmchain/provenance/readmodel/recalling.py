"""What the events of a recall mean for the rows."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, bindparam, text

from tcmchain.chain.events import Event
from tcmchain.provenance.model.steps import Flow, StepKind
from tcmchain.provenance.readmodel import tables
from tcmchain.provenance.readmodel.batch import Batch, facts_of, moment, readable, step_id

_SECURE = text(
    "INSERT INTO provenance_secured (recall, holder, lot, milligrams, recorded) "
    "VALUES (:recall, :holder, :lot, :milligrams, :recorded) ON CONFLICT (recall, holder, lot) "
    "DO UPDATE SET milligrams = excluded.milligrams, recorded = excluded.recorded"
)


def _opened(batch: Batch, event: Event) -> None:
    args = event.args
    by, recall = args["by"], args["recall"]
    batch.step(event, StepKind.RECALL_OPENED, by, subject=recall, reference=readable(args["ref"]))
    batch.inserts[tables.recalls].append(
        {
            "recall": recall,
            "by": by,
            "reference": readable(args["ref"]),
            "drill": args["drill"],
            "happened": moment(args["happened"]),
            "opened": event.timestamp,
            "closed": 0,
            "tx": event.tx,
            "step": step_id(event),
            "facts": facts_of(event),
        }
    )
    _reach(batch, event, dict.fromkeys(args["seeds"]), seed=True)


def _frozen(batch: Batch, event: Event) -> None:
    batch.step(event, StepKind.FROZEN, event.args["by"], subject=event.args["recall"])
    _reach(batch, event, event.args["lots"], seed=False)


def _reach(batch: Batch, event: Event, lots: Iterable[str], *, seed: bool) -> None:
    for line, lot in enumerate(lots):
        batch.move(event, line, lot, event.args["by"], Flow.FROZEN, 0, 0)
        batch.inserts[tables.reached].append(
            {"recall": event.args["recall"], "lot": lot, "seed": seed, "frozen": event.timestamp, "released": 0}
        )


def _secured(batch: Batch, event: Event) -> None:
    args = event.args
    holder, recall = args["holder"], args["recall"]
    batch.step(event, StepKind.SECURED, holder, subject=recall)
    for line, (lot, amount) in enumerate(args["secured"]):
        batch.move(event, line, lot, holder, Flow.SECURED, 0, amount)
        batch.secured.append(
            {"recall": recall, "holder": holder, "lot": lot, "milligrams": amount, "recorded": event.timestamp}
        )


def _released(batch: Batch, event: Event) -> None:
    args = event.args
    batch.step(event, StepKind.RELEASED, args["by"], subject=args["recall"])
    for line, lot in enumerate(args["lots"]):
        batch.move(event, line, lot, args["by"], Flow.RELEASED, 0, 0)
        batch.released.append({"of_recall": args["recall"], "of_lot": lot, "moment": event.timestamp})


def _closed(batch: Batch, event: Event) -> None:
    batch.step(event, StepKind.RECALL_CLOSED, event.args["by"], subject=event.args["recall"])
    batch.ended.append({"of_recall": event.args["recall"], "moment": event.timestamp})


RECALLING: Final[Mapping[str, Callable[[Batch, Event], None]]] = MappingProxyType(
    {
        "RecallOpened": _opened,
        "Frozen": _frozen,
        "Secured": _secured,
        "Released": _released,
        "RecallClosed": _closed,
    }
)


def write_recalls(connection: Connection, batch: Batch) -> None:
    """Write what changes rows of recalls; their own rows stand already."""
    if batch.secured:
        connection.execute(_SECURE, batch.secured)
    if batch.released:
        rows = tables.reached
        release = rows.update().where(rows.c.recall == bindparam("of_recall"), rows.c.lot == bindparam("of_lot"))
        connection.execute(release.values(released=bindparam("moment")), batch.released)
    if batch.ended:
        close = tables.recalls.update().where(tables.recalls.c.recall == bindparam("of_recall"))
        connection.execute(close.values(closed=bindparam("moment")), batch.ended)
