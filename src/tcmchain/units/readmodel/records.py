"""Reads of what the chain says of units; every method opens a short connection of its own."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, select

from tcmchain.units.model.codes import Serial
from tcmchain.units.model.opening import Opened, Opening, Purpose
from tcmchain.units.model.sightings import Dispensing
from tcmchain.units.readmodel import projection as t
from tcmchain.values import BlockNumber, Hash32, LotId, MemberId, UnixTime

_TRACE_CODE: Final = 20


@dataclass(frozen=True, slots=True)
class Packed:
    """How a lot was packed; ``root`` is ``None`` when its units have no codes."""

    lot: LotId
    root: Hash32 | None
    units: int
    tx: Hash32


class UnitsRecords:
    """Openings, roots, sales regions, dispensed serials and trace codes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def packed(self, lot: LotId) -> Packed | None:
        """How a lot was packed, ``None`` when it was not."""
        with self._engine.connect() as connection:
            row = connection.execute(select(t.packs).where(t.packs.c.lot == lot)).first()
        return None if row is None else Packed(lot, row.root and Hash32(row.root), row.units, Hash32(row.tx))

    def roots(self, limit: int = 5_000) -> list[tuple[Hash32, LotId]]:
        """Roots and their lots."""
        wanted = select(t.packs.c.root, t.packs.c.lot).where(t.packs.c.root.is_not(None)).limit(limit)
        with self._engine.connect() as connection:
            return [(Hash32(row.root), LotId(row.lot)) for row in connection.execute(wanted)]

    def opened(self, lot: LotId, serial: Serial) -> Opened | None:
        """The opening of a unit."""
        wanted = select(t.openings).where(t.openings.c.lot == lot, t.openings.c.serial == serial)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        opening = Opening(lot, serial, Purpose(row.purpose), UnixTime(row.happened), row.place)
        return Opened(opening, UnixTime(row.recorded), BlockNumber(row.block), Hash32(row.tx))

    def dispensings(self, lot: LotId, serial: Serial) -> list[Dispensing]:
        """Transactions that handed the unit to a patient, in order of time; the service fills in their places."""
        table = t.dispensings
        wanted = select(table).where(table.c.serial == serial, table.c.lot == lot).order_by(table.c.happened).limit(20)
        with self._engine.connect() as connection:
            found = {
                row.tx: Dispensing(UnixTime(row.happened), MemberId(row.member), 0, Hash32(row.tx))
                for row in connection.execute(wanted)
            }
        return list(found.values())

    def channels(self, lot: LotId) -> tuple[int, ...]:
        """Regions that a lot was packed or shipped for, by GB/T 2260 code."""
        wanted = select(t.channels.c.channel).where(t.channels.c.lot == lot).distinct().limit(100)
        with self._engine.connect() as connection:
            return tuple(connection.execute(wanted).scalars())

    def by_trace_code(self, code: str) -> list[LotId]:
        """Lots whose packing names a trace code of twenty digits; none for any other text."""
        if len(code) != _TRACE_CODE or not (code.isascii() and code.isdigit()):
            return []
        table = t.trace_codes
        wanted = select(table.c.lot).where(table.c.first <= code, table.c.last >= code).distinct().limit(20)
        with self._engine.connect() as connection:
            return [LotId(lot) for lot in connection.execute(wanted).scalars()]
