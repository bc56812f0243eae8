"""Whether what was made of every lot is accounted for, in one question over all lots."""

from typing import Final

from sqlalchemy import Engine, func, select, text

from tcmchain.provenance.model.conservation import OpenLot
from tcmchain.provenance.model.lots import ShipmentState
from tcmchain.provenance.readmodel import tables as t
from tcmchain.values import LotId, Milligrams

_MOST: Final = 100


class ConservationRecords:
    """Sums over all lots; the same parts as a certificate's balance, which is of one lot."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self) -> int:
        """How many lots there are."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(t.lots)).scalar_one())

    def open_lots(self) -> list[OpenLot]:
        """Lots whose parts do not add up to what was made, up to a hundred."""
        m = t.movements.c
        went = select(m.lot, func.sum(m.amount).label("parts")).where(text(t.GONE)).group_by(m.lot).subquery()
        held = select(t.holdings.c.lot, func.sum(t.holdings.c.milligrams).label("parts")).group_by("lot").subquery()
        underway = (
            select(t.lines.c.lot, func.sum(t.lines.c.shipped).label("parts"))
            .join(t.shipments, t.shipments.c.shipment == t.lines.c.shipment)
            .where(t.shipments.c.state == ShipmentState.UNDERWAY.value)
            .group_by(t.lines.c.lot)
            .subquery()
        )
        found = sum((func.coalesce(s.c.parts, 0) for s in (held, underway, went)), start=func.coalesce(0, 0))
        query = select(t.lots.c.lot, t.lots.c.made, found.label("found"))
        for parts in (held, underway, went):
            query = query.outerjoin(parts, parts.c.lot == t.lots.c.lot)
        query = query.where(t.lots.c.made != found).order_by(t.lots.c.lot).limit(_MOST)
        with self._engine.connect() as connection:
            return [
                OpenLot(LotId(row.lot), Milligrams(int(row.made)), Milligrams(int(row.found)))
                for row in connection.execute(query)
            ]
