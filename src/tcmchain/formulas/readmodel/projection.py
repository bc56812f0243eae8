"""Events of the contract Formulas into rows."""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, insert, update

from tcmchain.chain.events import Event
from tcmchain.formulas.readmodel import tables as t
from tcmchain.values import ZERO_HASH, ChainName

LOGS_IN_BLOCK: Final = 1 << 20
_LONGEST_NAME: Final = 200
_FORMULAS = t.formulas.c
_VERSIONS = t.versions.c


class FormulasProjection:
    """The slice's read model, fed by the index.

    ``formulas_formula.changed`` moves with every event of a formula, so that whoever keeps more about formulas, such
    as the search, asks for what changed since it last looked.
    """

    contract = "Formulas"
    chains: tuple[ChainName, ...] = ("pharmacy",)
    metadata = t.metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            handler = _HANDLERS.get(event.name)
            if handler is not None:
                handler(connection, event)

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            for table in reversed(t.metadata.sorted_tables):
                connection.execute(table.delete())


def step_of(event: Event) -> int:
    """Place of an event in the chain: a number that grows."""
    return event.block * LOGS_IN_BLOCK + event.index


def _shared(connection: Connection, event: Event) -> None:
    args, step = event.args, step_of(event)
    # What a stranger shares may be no formula at all; a database takes no zero byte.
    document = args["document"].replace("\0", "")
    row = {
        "formula": args["formula"],
        "version": args["version"],
        "content": args["content"],
        "doses": None if args["doses"] == ZERO_HASH else args["doses"],
        "document": document,
        "shared": event.timestamp,
        "tx": event.tx,
        "step": step,
        "assessed_by": None,
        "assessed": 0,
        "nearest": None,
        "likeness": 0,
    }
    connection.execute(insert(t.versions), row)
    name = _name(document)
    if args["version"] > 1:
        _change(connection, event, versions=args["version"], name=name)
        return
    first = {"formula": args["formula"], "author": args["author"], "kind": args["class"], "versions": 1}
    first |= {"approved": False, "withdrawn": 0, "name": name, "shared": event.timestamp}
    connection.execute(insert(t.formulas), first | {"step": step, "changed": step})


def _assessed(connection: Connection, event: Event) -> None:
    args = event.args
    nearest = None if args["nearest"] == ZERO_HASH else args["nearest"]
    values = {"assessed_by": args["member"], "assessed": event.timestamp, "nearest": nearest}
    which = (_VERSIONS.formula == args["formula"]) & (_VERSIONS.version == args["version"])
    connection.execute(update(t.versions).where(which).values(**values, likeness=args["likeness"]))
    _change(connection, event)


def _approved(connection: Connection, event: Event) -> None:
    _judged(connection, event, event.args["approver"], approves=True)
    _change(connection, event, approved=True)


def _rejected(connection: Connection, event: Event) -> None:
    _judged(connection, event, event.args["by"], approves=False)
    _change(connection, event)


def _withdrawn(connection: Connection, event: Event) -> None:
    _change(connection, event, withdrawn=event.timestamp)


def _judged(connection: Connection, event: Event, by: str, *, approves: bool) -> None:
    args = event.args
    row = {"step": step_of(event), "formula": args["formula"], "version": args["version"], "approves": approves}
    row |= {"by": by, "statement": args["statement"].replace("\0", ""), "at": event.timestamp, "tx": event.tx}
    connection.execute(insert(t.judgements), row)


def _change(connection: Connection, event: Event, **values: Any) -> None:
    which = _FORMULAS.formula == event.args["formula"]
    connection.execute(update(t.formulas).where(which).values(changed=step_of(event), **values))


def _name(document: str) -> str:
    """What a card calls itself; empty when it is none."""
    try:
        found = json.loads(document)["name"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    # A lone surrogate can stand in JSON, and in no database.
    return found[:_LONGEST_NAME].replace("\0", "").encode(errors="replace").decode() if isinstance(found, str) else ""


_HANDLERS: Final[Mapping[str, Callable[[Connection, Event], None]]] = MappingProxyType(
    {
        "Shared": _shared,
        "Assessed": _assessed,
        "Approved": _approved,
        "Rejected": _rejected,
        "Withdrawn": _withdrawn,
    }
)
