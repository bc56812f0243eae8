"""Events of the contracts Encounters and Provenance into rows."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, insert, update

from tcmchain.chain.events import Event
from tcmchain.encounters.model.visits import VisitState
from tcmchain.encounters.readmodel import tables as t
from tcmchain.index.rows import insert_rows
from tcmchain.values import ChainName

_LOGS_IN_BLOCK: Final = 1 << 20
_MOST: Final = (1 << 53) - 1


class EncountersProjection:
    """Visits, fed by the events of the contract Encounters."""

    contract = "Encounters"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = t.metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            if event.name == "Requested":
                connection.execute(insert(t.visits), _requested(event))
            elif (changed := _changed(event)) is not None:
                connection.execute(update(t.visits).where(t.visits.c.id == event.args["id"]).values(**changed))

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            connection.execute(t.visits.delete())


class DispensingsProjection:
    """What was dispensed under which commitment, fed by the events of the contract Provenance."""

    contract = "Provenance"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = t.dispensing_metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        rows = [_dispensed(event) for event in events if event.name == "Dispensed"]
        if rows:
            insert_rows(connection, t.dispensings, rows)

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            connection.execute(t.dispensings.delete())


def _step(event: Event) -> int:
    return event.block * _LOGS_IN_BLOCK + event.index


def _requested(event: Event) -> dict[str, Any]:
    args = event.args
    row = {name: args[name] for name in ("id", "member", "practitioner", "whom", "terms")}
    return {
        **row,
        "state": int(VisitState.REQUESTED),
        "until": min(args["until"], _MOST),
        "requested": event.timestamp,
        "step": _step(event),
    }


def _changed(event: Event) -> dict[str, Any] | None:
    args, now = event.args, event.timestamp
    if event.name == "Permitted":
        permitted = {"patient": args["patient"], "permission": args["permission"], "until": min(args["until"], _MOST)}
        return {"state": int(VisitState.PERMITTED), "answered": now, **permitted}
    if event.name == "Declined":
        return {"state": int(VisitState.DECLINED), "answered": now}
    if event.name == "Finished":
        return {"state": int(VisitState.FINISHED), "ended": now, "ended_by": args["by"]}
    return None


def _dispensed(event: Event) -> dict[str, Any]:
    args = event.args
    return {
        "step": _step(event),
        "commitment": args["commitment"],
        "member": args["holder"],
        "lot": args["lot"],
        "milligrams": args["milligrams"],
        "happened": min(args["happened"], _MOST),
        "tx": event.tx,
    }
