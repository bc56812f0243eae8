"""Questions to the tables of grants and break-glass."""

from typing import Any

from sqlalchemy import Engine, Select, func, select

from tcmchain.consent.model.granted import BreakGlass, EmergencyCount, Granted
from tcmchain.consent.readmodel.projection import glasses, grants
from tcmchain.values import Address, Hash32, MemberId, UnixTime


class ConsentRecords:
    """Reads; every method opens a short connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def grant(self, grant: Hash32) -> Granted | None:
        """A grant by its id."""
        found = self._grants(select(grants).where(grants.c.id == grant))
        return found[0] if found else None

    def grants(self, patient: Address, offset: int = 0, limit: int = 200) -> list[Granted]:
        """Grants of a patient, the newest first."""
        wanted = select(grants).where(grants.c.patient == patient)
        return self._grants(wanted.order_by(grants.c.at.desc(), grants.c.id).offset(offset).limit(limit))

    def in_force(self, patient: Address, at: UnixTime) -> list[Granted]:
        """Grants of a patient that were not withdrawn and have not ended, the newest first."""
        wanted = select(grants).where(grants.c.patient == patient, grants.c.withdrawn == 0, grants.c.until >= at)
        return self._grants(wanted.order_by(grants.c.at.desc(), grants.c.id))

    def break_glass(self, glass: Hash32) -> BreakGlass | None:
        """A break-glass by its id."""
        found = self._glasses(select(glasses).where(glasses.c.id == glass))
        return found[0] if found else None

    def break_glasses(self, patient: Address | None = None, offset: int = 0, limit: int = 100) -> list[BreakGlass]:
        """Break-glass of a patient, or of all, the newest first."""
        wanted = select(glasses)
        if patient is not None:
            wanted = wanted.where(glasses.c.patient == patient)
        return self._glasses(wanted.order_by(glasses.c.place.desc()).offset(offset).limit(limit))

    def unreviewed(self, limit: int = 200) -> list[BreakGlass]:
        """Those that wait for a regulator's review, the most urgent first."""
        wanted = select(glasses).where(glasses.c.review_by > 0, glasses.c.justified.is_(None))
        return self._glasses(wanted.order_by(glasses.c.review_by, glasses.c.id).limit(limit))

    def moved_since(self, place: int, limit: int = 100) -> list[tuple[int, BreakGlass]]:
        """Break-glass to which something happened later in the chain's order than a place, with those places."""
        wanted = select(glasses).where(glasses.c.moved > place).order_by(glasses.c.moved).limit(limit)
        with self._engine.connect() as connection:
            return [(row.moved, _glass(row)) for row in connection.execute(wanted)]

    def counts(self) -> list[EmergencyCount]:
        """How often each member's practitioners broke glass."""
        wanted = select(
            glasses.c.member,
            func.count().label("broken"),
            func.count(glasses.c.second).label("seconded"),
            func.count(glasses.c.justified).label("reviewed"),
            func.count().filter(glasses.c.justified.is_(False)).label("unjustified"),
        ).group_by(glasses.c.member)
        with self._engine.connect() as connection:
            return [
                EmergencyCount(MemberId(row.member), row.broken, row.seconded, row.reviewed, row.unjustified)
                for row in connection.execute(wanted.order_by(func.count().desc(), glasses.c.member))
            ]

    def _grants(self, wanted: Select[Any]) -> list[Granted]:
        with self._engine.connect() as connection:
            return [_grant(row) for row in connection.execute(wanted)]

    def _glasses(self, wanted: Select[Any]) -> list[BreakGlass]:
        with self._engine.connect() as connection:
            return [_glass(row) for row in connection.execute(wanted)]


def _grant(row: Any) -> Granted:
    return Granted(
        id=Hash32(row.id),
        patient=Address(row.patient),
        terms=Hash32(row.terms),
        writer=Hash32(row.writer),
        passer=Hash32(row.passer),
        until=UnixTime(row.until),
        by=Address(row.by),
        at=UnixTime(row.at),
        tx=Hash32(row.tx),
        parent=Hash32(row.parent),
        withdrawn=UnixTime(row.withdrawn),
        withdrawn_by=None if row.withdrawn_by is None else Address(row.withdrawn_by),
    )


def _glass(row: Any) -> BreakGlass:
    return BreakGlass(
        id=Hash32(row.id),
        patient=Address(row.patient),
        first=Address(row.first),
        member=MemberId(row.member),
        reason=Hash32(row.reason),
        reading_key=bytes(row.reading_key),
        until=UnixTime(row.until),
        at=UnixTime(row.at),
        second=None if row.second is None else Address(row.second),
        second_member=None if row.second_member is None else MemberId(row.second_member),
        review_by=UnixTime(row.review_by),
        ended_by=None if row.ended_by is None else Address(row.ended_by),
        ended=UnixTime(row.ended),
        regulator=None if row.regulator is None else MemberId(row.regulator),
        justified=row.justified,
        findings=None if row.findings is None else Hash32(row.findings),
    )
