"""How far lots reach through the ledger, forward and backward, and what is where of all of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ARRAY, Engine, Select, any_, cast, func, select, text

from tcmchain.provenance.model.lots import Lot, ShipmentState
from tcmchain.provenance.model.recalls import Reached, Recall, Secured
from tcmchain.provenance.readmodel import tables as t
from tcmchain.provenance.readmodel.rows import lot_of, recall_of
from tcmchain.values import LotId, MemberId, RecallId


@dataclass(frozen=True, slots=True)
class Born:
    """A lot and the number of the step that made it."""

    lot: Lot
    step: int


class ReachRecords:
    """SELECTs for recalls; every one takes a set of lots at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()

    def _each(self, query: Select[Any], column: Any, keys: Iterable[Any]) -> list[Any]:
        """Rows whose column is among the keys, which travel as one value however many they are."""
        wanted = list(keys)
        with self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                listed = func.json_each(orjson.dumps(wanted).decode()).table_valued("value")
                return list(connection.execute(query.where(column.in_(select(listed.c.value)))).all())
            return list(connection.execute(query.where(column == any_(cast(wanted, ARRAY(column.type))))).all())

    def descendants(self, lots: Collection[LotId], limit: int) -> list[Born]:
        """These lots and all that was made of them, each after those it was made of; at most ``limit``."""
        return self._closure(lots, t.edges.c.parent, t.edges.c.child, limit)

    def ancestors(self, lots: Collection[LotId], limit: int) -> list[Born]:
        """These lots and all that went into them, each after those it was made of; at most ``limit``."""
        return self._closure(lots, t.edges.c.child, t.edges.c.parent, limit)

    def _closure(self, lots: Collection[LotId], here: Any, there: Any, limit: int) -> list[Born]:
        start = select(t.lots.c.lot.label("lot")).where(t.lots.c.lot.in_(lots)).cte("reach", recursive=True)
        reach = start.union(select(there).join(start, here == start.c.lot))
        query = select(t.lots).join(reach, reach.c.lot == t.lots.c.lot).limit(limit)
        found = [Born(lot_of(row), row.step) for row in self._rows(query)]
        return sorted(found, key=lambda born: (born.step, born.lot.id))

    def sources(self, births: Collection[int]) -> dict[int, list[tuple[LotId, int]]]:
        """By the step that made a lot, what went in: lots and milligrams, line by line in the step's own order."""
        found: dict[int, list[tuple[LotId, int]]] = defaultdict(list)
        m = t.movements.c
        query = select(m.step, m.lot, m.amount).where(m.delta < 0).order_by(m.step, m.line)
        for row in self._each(query, m.step, births):
            found[row.step].append((row.lot, row.amount))
        return found

    def outflows(self, lots: Collection[LotId]) -> list[Any]:
        """Rows ``lot, holder, flow, amount`` of what is gone: used, repacked, dispensed, retired or lost; summed up."""
        m = t.movements.c
        query = (
            select(m.lot, m.holder, m.flow, func.sum(m.amount).label("amount"))
            .where(text(t.GONE))
            .group_by(m.lot, m.holder, m.flow)
        )
        return self._each(query, m.lot, lots)

    def held(self, lots: Collection[LotId]) -> list[Any]:
        """Rows ``lot, holder, milligrams`` of what is at hand."""
        h = t.holdings.c
        return self._each(select(h.lot, h.holder, h.milligrams).where(h.milligrams > 0), h.lot, lots)

    def transit(self, lots: Collection[LotId]) -> list[Any]:
        """Rows ``lot, consignee, milligrams`` of what is underway."""
        query = (
            select(t.lines.c.lot, t.shipments.c.consignee, func.sum(t.lines.c.shipped).label("milligrams"))
            .join(t.shipments, t.shipments.c.shipment == t.lines.c.shipment)
            .where(t.lines.c.received.is_(None), t.shipments.c.state == ShipmentState.UNDERWAY.value)
            .group_by(t.lines.c.lot, t.shipments.c.consignee)
        )
        return self._each(query, t.lines.c.lot, lots)

    def recall(self, recall: RecallId) -> Recall | None:
        """A recall by its id."""
        rows = self._rows(select(t.recalls).where(t.recalls.c.recall == recall))
        return recall_of(rows[0]) if rows else None

    def recalls(self, limit: int, before: int | None = None, running: bool | None = None) -> list[tuple[int, Recall]]:
        """Recalls, newest first, each with the number of its step; ``before`` is one, for the next page."""
        query = select(t.recalls).order_by(t.recalls.c.step.desc()).limit(limit)
        if before is not None:
            query = query.where(t.recalls.c.step < before)
        if running is not None:
            query = query.where((t.recalls.c.closed == 0) == running)
        return [(row.step, recall_of(row)) for row in self._rows(query)]

    def reached(self, recall: RecallId) -> dict[LotId, Reached]:
        """The lots that a recall has reached."""
        rows = self._rows(select(t.reached).where(t.reached.c.recall == recall))
        return {row.lot: Reached(row.recall, row.lot, row.seed, row.frozen, row.released) for row in rows}

    def holding_up(self, lots: Collection[LotId]) -> dict[LotId, list[Recall]]:
        """The recalls, drills left out, that hold each of these lots; lots that are free are left out."""
        found: dict[LotId, list[Recall]] = defaultdict(list)
        query = (
            select(t.reached.c.lot, t.recalls)
            .join(t.recalls, t.recalls.c.recall == t.reached.c.recall)
            .where(t.reached.c.released == 0, t.recalls.c.drill.is_(False))
            .order_by(t.recalls.c.step)
        )
        for row in self._each(query, t.reached.c.lot, lots):
            found[row.lot].append(recall_of(row))
        return found

    def secured(self, recall: RecallId) -> list[Secured]:
        """What holders say they have put aside."""
        rows = self._rows(select(t.secured).where(t.secured.c.recall == recall))
        return [Secured(row.holder, row.lot, row.milligrams, row.recorded) for row in rows]

    def answered(self, holder: MemberId) -> set[RecallId]:
        """The recalls that a member has answered."""
        query = select(t.secured.c.recall).where(t.secured.c.holder == holder).distinct()
        return {row.recall for row in self._rows(query)}

    def concerning(self, holder: MemberId) -> list[tuple[RecallId, LotId, int]]:
        """Running recalls' frozen lots of which a member has something, with how much."""
        query = (
            select(t.reached.c.recall, t.reached.c.lot, t.holdings.c.milligrams)
            .join(t.holdings, t.holdings.c.lot == t.reached.c.lot)
            .join(t.recalls, t.recalls.c.recall == t.reached.c.recall)
            .where(
                t.holdings.c.holder == holder,
                t.holdings.c.milligrams > 0,
                t.reached.c.released == 0,
                t.recalls.c.closed == 0,
            )
            .order_by(t.recalls.c.step.desc(), t.reached.c.lot)
        )
        return [(row.recall, row.lot, row.milligrams) for row in self._rows(query)]
