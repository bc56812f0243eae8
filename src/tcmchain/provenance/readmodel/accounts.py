"""Sums over the ledger's movements."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Function, Row, and_, case, func, select

from tcmchain.provenance.model.lots import ShipmentState
from tcmchain.provenance.model.steps import Flow
from tcmchain.provenance.model.stock import Account, Balance
from tcmchain.provenance.readmodel import tables as t
from tcmchain.values import FormId, LotId, MemberId, Milligrams, UnixTime


@dataclass(frozen=True, slots=True)
class FormAccount:
    """A holder's account of one form, the lots that make it up, and the first that expires (0 if none does)."""

    form: FormId
    account: Account
    lots: int
    earliest_expiry: UnixTime


class ProvenanceAccounts:
    """Stock as sums: every figure is a replay of the movements."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by_form(self, holder: MemberId, start: UnixTime, end: UnixTime) -> list[FormAccount]:
        """A holder's accounts over the deeds of ``start`` to ``end``, both included."""
        m, lots = t.movements.c, t.lots.c
        inside = and_(m.happened >= start, m.flow != Flow.REPACKED.value)
        query = (
            select(
                lots.form,
                _sum(case((m.happened < start, m.delta), else_=0)).label("opening"),
                _sum(case((and_(inside, m.delta > 0), m.delta), else_=0)).label("came_in"),
                _sum(case((and_(inside, m.delta < 0), -m.delta), else_=0)).label("went_out"),
            )
            .join(t.lots, lots.lot == m.lot)
            .where(m.holder == holder, m.happened <= end, m.delta != 0)
            .group_by(lots.form)
            .order_by(lots.form)
        )
        expiries = self._at_hand(holder)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            FormAccount(
                row.form,
                Account(*(Milligrams(int(part)) for part in (row.opening, row.came_in, row.went_out))),
                *expiries.get(row.form, (0, UnixTime(0))),
            )
            for row in rows
        ]

    def _at_hand(self, holder: MemberId) -> dict[str, tuple[int, UnixTime]]:
        expires = case((t.lots.c.expires > 0, t.lots.c.expires), else_=None)
        query = (
            select(t.lots.c.form, func.count().label("lots"), func.min(expires).label("first"))
            .join(t.holdings, t.holdings.c.lot == t.lots.c.lot)
            .where(t.holdings.c.holder == holder, t.holdings.c.milligrams > 0)
            .group_by(t.lots.c.form)
        )
        with self._engine.connect() as connection:
            return {row.form: (row.lots, UnixTime(row.first or 0)) for row in connection.execute(query)}

    def outflow(self, holder: MemberId, since: UnixTime) -> dict[FormId, int]:
        """What went out of a holder's stock since a moment, by form."""
        m = t.movements.c
        query = (
            select(t.lots.c.form, _sum(-m.delta).label("out"))
            .join(t.lots, t.lots.c.lot == m.lot)
            .where(m.holder == holder, m.happened >= since, m.delta < 0, m.flow != Flow.REPACKED.value)
            .group_by(t.lots.c.form)
        )
        with self._engine.connect() as connection:
            return {row.form: int(row.out) for row in connection.execute(query)}

    def balance(self, lot: LotId) -> Balance:
        """Where all that was made of a lot is."""
        m = t.movements.c
        flows = select(m.flow, _sum(m.amount).label("amount"), _sum(m.delta).label("delta"))
        flows = flows.where(m.lot == lot).group_by(m.flow)
        held = select(_sum(t.holdings.c.milligrams)).where(t.holdings.c.lot == lot)
        made = select(t.lots.c.made).where(t.lots.c.lot == lot)
        transit = (
            select(_sum(t.lines.c.shipped))
            .join(t.shipments, t.shipments.c.shipment == t.lines.c.shipment)
            .where(
                t.lines.c.lot == lot, t.lines.c.received.is_(None), t.shipments.c.state == ShipmentState.UNDERWAY.value
            )
        )
        with self._engine.connect() as connection:
            amounts = {row.flow: row for row in connection.execute(flows)}
            at_hand = int(connection.execute(held).scalar_one())
            underway = int(connection.execute(transit).scalar_one())
            total = int(connection.execute(made).scalar_one_or_none() or 0)
        went = {flow: int(row.amount) for flow, row in amounts.items()}
        repacked = amounts.get(Flow.REPACKED.value)
        # A lot is born by one movement of its own flow; what REPACKED took from it later is used up.
        used = went.get(Flow.USED.value, 0) + _taken_by_repacking(repacked)
        return Balance(
            made=Milligrams(total),
            held=Milligrams(at_hand),
            in_transit=Milligrams(underway),
            used=Milligrams(used),
            dispensed=Milligrams(went.get(Flow.DISPENSED.value, 0)),
            retired=Milligrams(went.get(Flow.RETIRED.value, 0)),
            lost=Milligrams(went.get(Flow.LOST.value, 0)),
        )


def _sum(column: Any) -> Function[Any]:
    return func.coalesce(func.sum(column), 0)


def _taken_by_repacking(row: Row[Any] | None) -> int:
    return 0 if row is None else (int(row.amount) - int(row.delta)) // 2
