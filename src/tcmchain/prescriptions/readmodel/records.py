"""What the replay of prescriptions says, as the slice's types."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select

from tcmchain.prescriptions.model.rights import Counts, Fulfilment, Override, PublishedRules, Right, RightState
from tcmchain.prescriptions.readmodel import tables as t
from tcmchain.values import Address, Hash32, MemberId, PrescriptionId, UnixTime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which prescriptions are looked for; what is ``None`` does not matter."""

    member: MemberId | None = None
    prescriber: Address | None = None
    dispensed_by: MemberId | None = None
    state: RightState | None = None
    content: Hash32 | None = None


class PrescriptionsRecords:
    """SELECTs over the tables of the projection; each method is one short reading."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def right(self, prescription: PrescriptionId) -> Right | None:
        """A prescription's right by its id."""
        found = self._rights(select(t.rights).where(t.rights.c.id == prescription))
        return found[0] if found else None

    def rights(self, wanted: Wanted, limit: int, before: int | None = None) -> list[Right]:
        """Rights, the last issued first; ``before`` is the ``step`` of the last one shown."""
        query = select(t.rights).order_by(t.rights.c.step.desc()).limit(limit)
        for name in ("member", "prescriber", "dispensed_by", "state", "content"):
            value = getattr(wanted, name)
            if value is not None:
                query = query.where(t.rights.c[name] == value)
        if before is not None:
            query = query.where(t.rights.c.step < before)
        return self._rights(query)

    def counts(self, wanted: Wanted) -> Counts:
        """How many prescriptions there are of a member or prescriber, and what became of them."""
        picked = select(t.rights.c.id, t.rights.c.state)
        for name in ("member", "prescriber"):
            value = getattr(wanted, name)
            if value is not None:
                picked = picked.where(t.rights.c[name] == value)
        of = picked.subquery()
        by_state = {row[0]: row[1] for row in self._rows(select(of.c.state, func.count()).group_by(of.c.state))}
        overridden = select(func.count(t.overrides.c.prescription.distinct())).where(
            t.overrides.c.prescription.in_(select(of.c.id))
        )
        return Counts(
            issued=sum(by_state.values()),
            dispensed=by_state.get(int(RightState.DISPENSED), 0),
            cancelled=by_state.get(int(RightState.CANCELLED), 0),
            overridden=int(self._rows(overridden)[0][0]),
        )

    def rules(self, version: int | None = None) -> PublishedRules | None:
        """A rule set of a number, or the one in force."""
        query = select(t.rules).order_by(t.rules.c.version.desc()).limit(1)
        rows = self._rows(query if version is None else query.where(t.rules.c.version == version))
        return _rules(rows[0]) if rows else None

    def all_rules(self) -> list[PublishedRules]:
        """All rule sets that were signed, the newest first."""
        return [_rules(row) for row in self._rows(select(t.rules).order_by(t.rules.c.version.desc()).limit(1000))]

    def _rights(self, query: Select[Any]) -> list[Right]:
        rows = self._rows(query)
        if not rows:
            return []
        of = t.overrides
        wanted = select(of).where(of.c.prescription.in_([row.id for row in rows])).order_by(of.c.step)
        overrides: dict[str, list[Override]] = {}
        for row in self._rows(wanted):
            signed = None if row.signed_by is None else Address(row.signed_by)
            overrides.setdefault(row.prescription, []).append(Override(Hash32(row.finding), row.second, signed))
        return [_right(row, overrides.get(row.id, ())) for row in rows]

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _right(row: Row[Any], overrides: Sequence[Override]) -> Right:
    return Right(
        id=PrescriptionId(row.id),
        member=MemberId(row.member),
        prescriber=Address(row.prescriber),
        key=Address(row.key),
        content=Hash32(row.content),
        rules=row.rules,
        issued=UnixTime(row.issued),
        until=UnixTime(row.until),
        state=RightState(row.state),
        step=row.step,
        tx=Hash32(row.tx),
        overrides=tuple(overrides),
        fulfilment=None if row.commitment is None else _fulfilment(row),
    )


def _fulfilment(row: Row[Any]) -> Fulfilment:
    return Fulfilment(
        member=MemberId(row.dispensed_by),
        account=Address(row.account),
        commitment=Hash32(row.commitment),
        voucher=None if row.voucher is None else Hash32(row.voucher),
        at=UnixTime(row.ended),
        tx=Hash32(row.ended_tx),
    )


def _rules(row: Row[Any]) -> PublishedRules:
    name, changes = _facts(row.facts)
    return PublishedRules(
        version=row.version,
        digest=Hash32(row.digest),
        pharmacist=Address(row.pharmacist),
        name=name,
        changes=changes,
        at=UnixTime(row.at),
        tx=Hash32(row.tx),
    )


def _facts(text: str) -> tuple[str, str]:
    """Name and changes as the pharmacist stated them; whatever cannot be read counts as not stated."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(content, dict):
        return "", ""
    return str(content.get("name", ""))[:200], str(content.get("changes", ""))[:2000]
