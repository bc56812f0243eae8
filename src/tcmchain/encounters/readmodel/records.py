"""What the replay of visits says, as the slice's types."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, Select, func, select

from tcmchain.encounters.model.visits import Visit, VisitState
from tcmchain.encounters.readmodel import tables as t
from tcmchain.values import Address, Hash32, LotId, MemberId, Milligrams, UnixTime, VisitId

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Dispensing:
    """A quantity of a lot that a member dispensed under a commitment, in a transaction."""

    step: int
    commitment: Hash32
    member: MemberId
    lot: LotId
    milligrams: Milligrams
    happened: UnixTime
    tx: Hash32


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visits are looked for; what is ``None`` does not matter."""

    member: MemberId | None = None
    practitioner: Address | None = None
    patient: Address | None = None
    state: VisitState | None = None
    terms: Hash32 | None = None


class EncountersRecords:
    """SELECTs over the tables of the projections; each method is one short reading."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def visit(self, visit: VisitId) -> Visit | None:
        """A visit by its id."""
        rows = self._rows(select(t.visits).where(t.visits.c.id == visit))
        return _visit(rows[0]) if rows else None

    def visits(self, wanted: Wanted, limit: int, before: int | None = None) -> list[Visit]:
        """Visits, the last requested first; ``before`` is the ``step`` of the last one shown."""
        query = select(t.visits).order_by(t.visits.c.step.desc()).limit(limit)
        for name in ("member", "practitioner", "patient", "state", "terms"):
            value = getattr(wanted, name)
            if value is not None:
                query = query.where(t.visits.c[name] == value)
        if before is not None:
            query = query.where(t.visits.c.step < before)
        return [_visit(row) for row in self._rows(query)]

    def requests_of(self, practitioner: Address) -> int:
        """How many requests a practitioner has made."""
        counted = select(func.count()).select_from(t.visits).where(t.visits.c.practitioner == practitioner)
        return int(self._rows(counted)[0][0])

    def dispensings(self, commitments: Sequence[Hash32]) -> list[Dispensing]:
        """What was dispensed under any of some commitments, in the order of the chain."""
        found: list[Dispensing] = []
        for start in range(0, len(commitments), _AT_ONCE):
            part = commitments[start : start + _AT_ONCE]
            query = select(t.dispensings).where(t.dispensings.c.commitment.in_(part)).order_by(t.dispensings.c.step)
            found += [_dispensing(row) for row in self._rows(query)]
        return found

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _visit(row: Any) -> Visit:
    return Visit(
        id=VisitId(row.id),
        member=MemberId(row.member),
        practitioner=Address(row.practitioner),
        state=VisitState(row.state),
        whom=Hash32(row.whom),
        terms=Hash32(row.terms),
        until=UnixTime(row.until),
        requested=UnixTime(row.requested),
        patient=None if row.patient is None else Address(row.patient),
        permission=None if row.permission is None else Hash32(row.permission),
        answered=None if row.answered is None else UnixTime(row.answered),
        ended=None if row.ended is None else UnixTime(row.ended),
        ended_by=None if row.ended_by is None else Address(row.ended_by),
        step=row.step,
    )


def _dispensing(row: Any) -> Dispensing:
    return Dispensing(
        step=row.step,
        commitment=Hash32(row.commitment),
        member=MemberId(row.member),
        lot=LotId(row.lot),
        milligrams=Milligrams(row.milligrams),
        happened=UnixTime(row.happened),
        tx=Hash32(row.tx),
    )
