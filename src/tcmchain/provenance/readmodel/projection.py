"""Events of the contract into rows."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, text

from tcmchain.chain.events import Event
from tcmchain.index.rows import insert_rows
from tcmchain.provenance.readmodel import tables
from tcmchain.provenance.readmodel.batch import Batch
from tcmchain.provenance.readmodel.handlers import HANDLERS
from tcmchain.provenance.readmodel.ledgers import write_events
from tcmchain.provenance.readmodel.recalling import write_recalls
from tcmchain.values import ChainName

_HOLD = text(
    "INSERT INTO provenance_holding (holder, lot, milligrams) VALUES (:holder, :lot, :delta) "
    "ON CONFLICT (holder, lot) DO UPDATE SET milligrams = provenance_holding.milligrams + excluded.milligrams"
)
_DECLARE = text(
    "INSERT INTO provenance_form (form, ledger, rank, facts) VALUES (:form, :ledger, :rank, :facts) "
    "ON CONFLICT (form) DO UPDATE SET ledger = excluded.ledger, rank = excluded.rank, facts = excluded.facts"
)
# A contract put in force later knows no quota of the one before: what is certified anew counts from nothing.
_CERTIFY = text(
    "INSERT INTO provenance_quota "
    "(quota, grower, form, certifier, reference, total, drawn, not_after, withdrawn, facts) VALUES "
    "(:quota, :grower, :form, :certifier, :reference, :total, :drawn, :not_after, :withdrawn, :facts) "
    "ON CONFLICT (quota) DO UPDATE SET total = excluded.total, drawn = 0, not_after = excluded.not_after, "
    "withdrawn = excluded.withdrawn, facts = excluded.facts, form = excluded.form, grower = excluded.grower"
)
_UPSERTS = {tables.forms: _DECLARE, tables.quotas: _CERTIFY}
_SET_YIELD = text(
    "INSERT INTO provenance_yield (source, target, ledger, ppm, auxiliary_ppm) "
    "VALUES (:source, :target, :ledger, :ppm, :auxiliary_ppm) ON CONFLICT (source, target) "
    "DO UPDATE SET ledger = excluded.ledger, ppm = excluded.ppm, auxiliary_ppm = excluded.auxiliary_ppm"
)


class ProvenanceProjection:
    """The slice's read model, fed by the index."""

    contract = "Provenance"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = tables.metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        write_events(connection, events, _gathered, _write)

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(table.delete())


def _gathered(events: Sequence[Event]) -> Batch:
    batch = Batch()
    for event in events:
        handler = HANDLERS.get(event.name)
        if handler is not None:
            handler(batch, event)
    return batch


def _write(connection: Connection, batch: Batch) -> None:
    for table, rows in batch.inserts.items():
        if (statement := _UPSERTS.get(table)) is not None:
            connection.execute(statement, list(rows))
        else:
            insert_rows(connection, table, rows)
    if batch.yields:
        connection.execute(_SET_YIELD, list(batch.yields.values()))
    if batch.held:
        connection.execute(
            _HOLD, [{"holder": holder, "lot": lot, "delta": delta} for (holder, lot), delta in batch.held.items()]
        )
    if batch.drawn:
        draw = tables.quotas.update().where(tables.quotas.c.quota == bindparam("of_quota"))
        connection.execute(
            draw.values(drawn=tables.quotas.c.drawn + bindparam("more")),
            [{"of_quota": quota, "more": more} for quota, more in batch.drawn.items()],
        )
    if batch.withdrawn:
        connection.execute(
            tables.quotas.update().where(tables.quotas.c.quota.in_(batch.withdrawn)).values(withdrawn=True)
        )
    _close(connection, batch)
    write_recalls(connection, batch)


def _close(connection: Connection, batch: Batch) -> None:
    if batch.closed:
        close = tables.shipments.update().where(tables.shipments.c.shipment == bindparam("of_shipment"))
        connection.execute(
            close.values(state=bindparam("now")),
            [{"of_shipment": shipment, "now": state.value} for shipment, state in batch.closed.items()],
        )
    if batch.received:
        lines = tables.lines
        receive = lines.update().where(
            lines.c.shipment == bindparam("of_shipment"), lines.c.line == bindparam("of_line")
        )
        connection.execute(receive.values(received=bindparam("amount")), batch.received)
