"""The contracts that the Directory put in force one after the other, and what belongs to which.

A contract put in force later starts empty and knows nothing of the one before, but makes ids in the same way: so a
maker that uses an old lot number again gets the old lot's id. The index keeps what it had. An event of a later
contract that touches an id of an earlier one is left out, as to add it up with the old quantities would be wrong.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from tcmchain.chain.events import Event
from tcmchain.provenance.readmodel import tables as t
from tcmchain.provenance.readmodel.batch import Batch, step_id

_AT_ONCE: Final = 500
_log = logging.getLogger(__name__)

Gather = Callable[[Sequence[Event]], Batch]
Write = Callable[[Connection, Batch], None]


def write_events(connection: Connection, events: Sequence[Event], gather: Gather, write: Write) -> None:
    """Write events in their order, each run of one contract's events as a whole."""
    for address, run in groupby(events, key=lambda event: event.address):
        found = list(run)
        first = _first_step(connection, address, step_id(found[0]))
        if first == 0:
            write(connection, gather(found))
        elif not _written(connection, gather(found), first, write):
            for event in found:
                if not _written(connection, gather([event]), first, write):
                    _log.error("block %d: %s of a later contract names what an earlier has", event.block, event.name)


def _first_step(connection: Connection, address: str, step: int) -> int:
    """The first step that a contract took; 0 for the contract that came first."""
    known = {row.address: row.first for row in connection.execute(select(t.ledgers))}
    if address not in known:
        known[address] = step if known else 0
        connection.execute(t.ledgers.insert(), {"address": address, "first": known[address]})
    return int(known[address])


def _written(connection: Connection, batch: Batch, first: int, write: Write) -> bool:
    if _of_earlier(connection, batch, first):
        return False
    try:
        with connection.begin_nested():
            write(connection, batch)
    except IntegrityError:
        return False
    return True


def _of_earlier(connection: Connection, batch: Batch, first: int) -> bool:
    """Whether a batch touches a lot, a shipment or a recall that an earlier contract has."""
    lots = {row["lot"] for table in (t.movements, t.lots) for row in batch.inserts.get(table, ())}
    shipments = {row["shipment"] for row in batch.inserts.get(t.shipments, ())} | set(batch.closed)
    recalls = {row["recall"] for table in (t.recalls, t.reached, t.secured) for row in batch.inserts.get(table, ())}
    recalls |= {row["of_recall"] for row in (*batch.released, *batch.ended)}
    recalls |= {row["recall"] for row in batch.secured}
    shipped = t.lines.join(t.lots, t.lots.c.lot == t.lines.c.lot)
    queries = (
        (lots, select(t.lots.c.lot).where(t.lots.c.step < first), t.lots.c.lot),
        (shipments, select(t.lines.c.shipment).select_from(shipped).where(t.lots.c.step < first), t.lines.c.shipment),
        (recalls, select(t.recalls.c.recall).where(t.recalls.c.step < first), t.recalls.c.recall),
    )
    return any(
        connection.execute(query.where(column.in_(part)).limit(1)).first() is not None
        for ids, query, column in queries
        for part in _parts(ids)
    )


def _parts(ids: Collection[str]) -> Iterator[list[str]]:
    found = sorted(ids)
    for first in range(0, len(found), _AT_ONCE):
        yield found[first : first + _AT_ONCE]
