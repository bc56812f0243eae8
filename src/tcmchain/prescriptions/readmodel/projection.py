"""Events of the contract Prescriptions into rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, insert, update

from tcmchain.chain.events import Event
from tcmchain.prescriptions.model.rights import RightState
from tcmchain.prescriptions.readmodel import tables as t
from tcmchain.values import ZERO_HASH, ChainName

_LOGS_IN_BLOCK: Final = 1 << 20


class PrescriptionsProjection:
    """Rights, overridden findings and rule sets."""

    contract = "Prescriptions"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = t.metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            handle = _HANDLERS.get(event.name)
            if handle is not None:
                handle(connection, event)

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            for table in (t.rights, t.overrides, t.rules):
                connection.execute(table.delete())


def _step(event: Event) -> int:
    return event.block * _LOGS_IN_BLOCK + event.index


def _issued(connection: Connection, event: Event) -> None:
    args = event.args
    row = {name: args[name] for name in ("id", "member", "prescriber", "key", "content", "rules", "until")}
    more = {"issued": event.timestamp, "state": int(RightState.ISSUED), "step": _step(event), "tx": event.tx}
    connection.execute(insert(t.rights), {**row, **more})


def _overridden(connection: Connection, event: Event) -> None:
    args = event.args
    row = {"step": _step(event), "prescription": args["id"], "finding": args["finding"], "second": args["second"]}
    connection.execute(insert(t.overrides), row)


def _countersigned(connection: Connection, event: Event) -> None:
    args, of = event.args, t.overrides.c
    found = (of.prescription == args["id"]) & (of.finding == args["finding"]) & of.second
    connection.execute(update(t.overrides).where(found).values(signed_by=args["by"]))


def _cancelled(connection: Connection, event: Event) -> None:
    changed = {"state": int(RightState.CANCELLED), "account": event.args["by"]}
    _end(connection, event, changed)


def _fulfilled(connection: Connection, event: Event) -> None:
    args = event.args
    changed = {
        "state": int(RightState.DISPENSED),
        "dispensed_by": args["member"],
        "account": args["account"],
        "commitment": args["commitment"],
        "voucher": None if args["voucher"] == ZERO_HASH else args["voucher"],
    }
    _end(connection, event, changed)


def _end(connection: Connection, event: Event, changed: Mapping[str, Any]) -> None:
    ended = {**changed, "ended": event.timestamp, "ended_tx": event.tx}
    connection.execute(update(t.rights).where(t.rights.c.id == event.args["id"]).values(**ended))


def _published(connection: Connection, event: Event) -> None:
    row = {name: event.args[name] for name in ("version", "pharmacist", "digest", "facts")}
    connection.execute(insert(t.rules), {**row, "at": event.timestamp, "tx": event.tx})


_HANDLERS: Final[Mapping[str, Callable[[Connection, Event], None]]] = {
    "Issued": _issued,
    "Overridden": _overridden,
    "Countersigned": _countersigned,
    "Cancelled": _cancelled,
    "Fulfilled": _fulfilled,
    "RulesPublished": _published,
}
