"""What the replayed ledger says, as the slice's types."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Engine, Select, and_, func, or_, select

from tcmchain.provenance.model.certificate import Edge
from tcmchain.provenance.model.lots import DeclaredForm, Lot, Quota, Shipment, ShipmentState, Yield
from tcmchain.provenance.model.steps import Flow, Step, StepKind
from tcmchain.provenance.model.stock import Holding
from tcmchain.provenance.readmodel import tables as t
from tcmchain.provenance.readmodel.rows import (
    form_of,
    lot_of,
    quota_of,
    shipment_of,
    step_of,
    yield_of,
)
from tcmchain.values import Address, FormId, LotId, MemberId, QuotaId, ShipmentId

_AT_ONCE = 900


class ProvenanceRecords:
    """SELECTs over the tables of the projection; each method is one short reading.

    ``ledger`` tells the contract in force: forms and yields are those that it knows, not an earlier contract's.
    """

    def __init__(self, engine: Engine, ledger: Callable[[], Address] | None = None) -> None:
        self._engine = engine
        self._ledger = ledger

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()

    def newest_step(self) -> int:
        """Number of the newest step, 0 before the first."""
        return int(self._rows(select(func.coalesce(func.max(t.steps.c.step), 0)))[0][0])

    def forms(self) -> list[DeclaredForm]:
        query = select(t.forms).order_by(t.forms.c.rank, t.forms.c.form)
        return [form_of(row) for row in self._rows(self._in_force(query, t.forms.c.ledger))]

    def yields(self) -> list[Yield]:
        query = select(t.yields).order_by(t.yields.c.source, t.yields.c.target)
        return [yield_of(row) for row in self._rows(self._in_force(query, t.yields.c.ledger))]

    def _in_force(self, query: Select[Any], ledger: Column[str]) -> Select[Any]:
        return query if self._ledger is None else query.where(ledger == self._ledger())

    def quota(self, quota: QuotaId) -> Quota | None:
        rows = self._rows(select(t.quotas).where(t.quotas.c.quota == quota))
        return quota_of(rows[0]) if rows else None

    def quotas(self, grower: MemberId | None = None, ids: Collection[QuotaId] | None = None) -> list[Quota]:
        """Quotas of a grower, or of all, the one that lapses last first."""
        query = select(t.quotas).order_by(t.quotas.c.not_after.desc(), t.quotas.c.reference)
        if grower is not None:
            query = query.where(t.quotas.c.grower == grower)
        if ids is not None:
            query = query.where(t.quotas.c.quota.in_(ids))
        return [quota_of(row) for row in self._rows(query)]

    def lot(self, lot: LotId) -> Lot | None:
        rows = self._rows(select(t.lots).where(t.lots.c.lot == lot))
        return lot_of(rows[0]) if rows else None

    def lots(self, ids: Collection[LotId]) -> dict[LotId, Lot]:
        """The lots among ``ids`` that exist."""
        found: dict[LotId, Lot] = {}
        wanted = list(dict.fromkeys(ids))
        for at in range(0, len(wanted), _AT_ONCE):
            for row in self._rows(select(t.lots).where(t.lots.c.lot.in_(wanted[at : at + _AT_ONCE]))):
                found[row.lot] = lot_of(row)
        return found

    def lots_by_gtin(self, gtin: str, reference: str) -> list[Lot]:
        query = select(t.lots).where(t.lots.c.reference == reference, t.lots.c.gtin == gtin)
        return [lot_of(row) for row in self._rows(query.order_by(t.lots.c.step))]

    def lots_by_reference(self, maker: MemberId, references: Collection[str]) -> dict[str, Lot]:
        """A maker's lots by their numbers."""
        found: dict[str, Lot] = {}
        wanted = list(dict.fromkeys(references))
        for at in range(0, len(wanted), _AT_ONCE):
            part = t.lots.c.reference.in_(wanted[at : at + _AT_ONCE])
            for row in self._rows(select(t.lots).where(part, t.lots.c.maker == maker)):
                found[row.reference] = lot_of(row)
        return found

    def lots_by_prefix(self, prefix: str, limit: int = 2) -> list[Lot]:
        """Lots whose id begins with ``prefix`` (``0x`` and hex digits)."""
        query = select(t.lots).where(t.lots.c.lot >= prefix, t.lots.c.lot < prefix + "g").limit(limit)
        return [lot_of(row) for row in self._rows(query)]

    def search(self, text: str, forms: Collection[FormId], makers: Collection[MemberId]) -> "LotSearch":
        """Lots by number, GTIN, form or maker."""
        return LotSearch(self._engine, _matches(text, forms, makers))

    def ancestors(self, lot: LotId, limit: int) -> list[Edge]:
        """Edges from a lot back to all that went into it, at most ``limit``."""
        start = select(t.edges).where(t.edges.c.child == lot).cte("way", recursive=True)
        further = select(t.edges).join(start, t.edges.c.child == start.c.parent)
        way = start.union(further)
        rows = self._rows(select(way).limit(limit))
        return [Edge(row.parent, row.child, row.step, row.milligrams) for row in rows]

    def steps_on_the_way(self, lot: LotId, behind: Collection[str], limit: int) -> list[Step]:
        """Every step of a lot, and those of the lots and quotas behind it that a way can lead over.

        What went out of a lot behind it to elsewhere is left out; what was sent is not, as it may come this way. In
        chain order, each with all its movements.
        """
        m = t.movements.c
        own = select(m.step).where(m.lot == lot).distinct().limit(limit)
        ids = {row.step for row in self._rows(own)}
        leading = or_(m.delta >= 0, m.flow == Flow.SHIPPED.value)
        wanted = list(behind)
        for at in range(0, len(wanted), _AT_ONCE):
            passed = select(m.step).where(m.lot.in_(wanted[at : at + _AT_ONCE]), leading).distinct()
            ids.update(row.step for row in self._rows(passed.limit(limit)))
        return self.steps_by_id(sorted(ids)[:limit])

    def steps_by_id(self, ids: Sequence[int]) -> list[Step]:
        found: list[Step] = []
        for at in range(0, len(ids), _AT_ONCE):
            part = ids[at : at + _AT_ONCE]
            moved = defaultdict(list)
            query = select(t.movements).where(t.movements.c.step.in_(part))
            for row in self._rows(query.order_by(t.movements.c.step, t.movements.c.line)):
                moved[row.step].append(row)
            steps = select(t.steps).where(t.steps.c.step.in_(part)).order_by(t.steps.c.step)
            found += [step_of(row, moved[row.step]) for row in self._rows(steps)]
        return found

    def steps(
        self,
        member: MemberId | None = None,
        lot: str | None = None,
        kind: StepKind | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Step]:
        """Newest steps first; ``before`` is the number of a step, for the next page."""
        query = select(t.steps.c.step).order_by(t.steps.c.step.desc()).limit(limit)
        if member is not None:
            query = query.where(or_(t.steps.c.member == member, t.steps.c.other == member))
        if lot is not None:
            query = query.where(t.steps.c.step.in_(select(t.movements.c.step).where(t.movements.c.lot == lot)))
        if kind is not None:
            query = query.where(t.steps.c.kind == kind.value)
        if before is not None:
            query = query.where(t.steps.c.step < before)
        found = self.steps_by_id(sorted(row.step for row in self._rows(query)))
        return found[::-1]

    def moved_since(self, step: int) -> set[str]:
        """Lots and quotas that steps after ``step`` concern."""
        query = select(t.movements.c.lot).where(t.movements.c.step > step).distinct()
        return {row.lot for row in self._rows(query)}

    def shipment(self, shipment: ShipmentId) -> Shipment | None:
        found = self._shipments(select(t.shipments).where(t.shipments.c.shipment == shipment))
        return found[0] if found else None

    def shipments(
        self, member: MemberId, incoming: bool, state: ShipmentState | None = None, limit: int = 200
    ) -> list[Shipment]:
        """A member's shipments, newest first."""
        party = t.shipments.c.consignee if incoming else t.shipments.c.sender
        query = select(t.shipments).where(party == member)
        if state is not None:
            query = query.where(t.shipments.c.state == state.value)
        return self._shipments(query.order_by(t.shipments.c.shipped.desc()).limit(limit))

    def shipments_by_reference(self, reference: str, limit: int = 20) -> list[Shipment]:
        """Shipments under a sender's number, the first one first."""
        query = select(t.shipments).where(t.shipments.c.reference == reference)
        return self._shipments(query.order_by(t.shipments.c.shipped).limit(limit))

    def _shipments(self, query: Select[Any]) -> list[Shipment]:
        rows = self._rows(query)
        lines = defaultdict(list)
        for at in range(0, len(rows), _AT_ONCE):
            wanted = select(t.lines).where(t.lines.c.shipment.in_([r.shipment for r in rows[at : at + _AT_ONCE]]))
            for line in self._rows(wanted.order_by(t.lines.c.shipment, t.lines.c.line)):
                lines[line.shipment].append(line)
        return [shipment_of(row, lines[row.shipment]) for row in rows]

    def holdings(
        self, holder: MemberId | None = None, form: FormId | None = None, lot: LotId | None = None
    ) -> list[Holding]:
        """Lots at hand, that which expires first first."""
        query = select(t.lots, t.holdings.c.holder, t.holdings.c.milligrams).join(
            t.holdings, t.holdings.c.lot == t.lots.c.lot
        )
        query = query.where(t.holdings.c.milligrams > 0)
        if holder is not None:
            query = query.where(t.holdings.c.holder == holder)
        if form is not None:
            query = query.where(t.lots.c.form == form)
        if lot is not None:
            query = query.where(t.lots.c.lot == lot)
        never_last = (t.lots.c.expires == 0, t.lots.c.expires, t.lots.c.step)
        return [Holding(lot_of(row), row.holder, row.milligrams) for row in self._rows(query.order_by(*never_last))]

    def held(self, holder: MemberId, lots: Collection[LotId]) -> dict[LotId, int]:
        """What a holder has of each of these lots; those without any are left out."""
        found: dict[LotId, int] = {}
        wanted = list(dict.fromkeys(lots))
        for at in range(0, len(wanted), _AT_ONCE):
            part = t.holdings.c.lot.in_(wanted[at : at + _AT_ONCE])
            for row in self._rows(select(t.holdings).where(t.holdings.c.holder == holder, part)):
                found[row.lot] = row.milligrams
        return found


class LotSearch:
    """A search: how many lots it finds, and a page of them, newest first."""

    def __init__(self, engine: Engine, condition: ColumnElement[bool]) -> None:
        self._engine = engine
        self._condition = condition

    def count(self) -> int:
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(t.lots).where(self._condition)
            return int(connection.execute(query).scalar_one())

    def page(self, limit: int, offset: int = 0) -> list[Lot]:
        packed_first = t.lots.c.gtin == ""
        query = select(t.lots).where(self._condition).order_by(packed_first, t.lots.c.step.desc())
        with self._engine.connect() as connection:
            return [lot_of(row) for row in connection.execute(query.limit(limit).offset(offset))]


def _matches(text: str, forms: Collection[FormId], makers: Collection[MemberId]) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if text:
        upper = text + "\U0010ffff"
        conditions.append(and_(t.lots.c.reference >= text, t.lots.c.reference < upper))
        if text.isascii() and text.isdigit():
            conditions.append(t.lots.c.gtin == text.zfill(14))
    if forms:
        conditions.append(t.lots.c.form.in_(forms))
    if makers:
        conditions.append(t.lots.c.maker.in_(makers))
    return or_(*conditions) if conditions else t.lots.c.step >= 0
