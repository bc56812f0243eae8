"""What the replay of bonds and cases says, as the slice's types."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Engine, Select, and_, case, func, or_, select

from tcmchain.guarantees.model.pledges import (
    Bond,
    BondState,
    Case,
    CaseState,
    Claim,
    History,
    Relation,
    SetTariff,
    Share,
    Tariff,
    Totals,
    share_of,
)
from tcmchain.guarantees.readmodel import tables as t
from tcmchain.provenance.model.facts import parse_facts
from tcmchain.values import CaseId, LotId, MemberId, Milligrams, Points

_DECIDED = (CaseState.CONFIRMED.value, CaseState.SETTLED.value)
_HELD = (BondState.LOCKED.value, BondState.ACCUSED.value)


class GuaranteesRecords:
    """SELECTs over the tables of the projection; each method is one short reading."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()

    def tariffs(self, limit: int) -> list[SetTariff]:
        """Tariffs, the one in force first."""
        query = select(t.tariffs).order_by(t.tariffs.c.step.desc()).limit(limit)
        return [_tariff(row) for row in self._rows(query)]

    def bond(self, lot: LotId) -> Bond | None:
        """A lot's bond."""
        rows = self._rows(select(t.bonds).where(t.bonds.c.lot == lot))
        return _bond(rows[0]) if rows else None

    def bonds(self, limit: int, before: int | None, grower: MemberId | None, state: BondState | None) -> list[Bond]:
        """Bonds, newest first."""
        query = select(t.bonds).order_by(t.bonds.c.step.desc()).limit(limit)
        if grower is not None:
            query = query.where(t.bonds.c.grower == grower)
        if state is not None:
            query = query.where(t.bonds.c.state == state.value)
        if before is not None:
            query = query.where(t.bonds.c.step < before)
        return [_bond(row) for row in self._rows(query)]

    def case(self, id: CaseId) -> Case | None:
        """A case by its id."""
        rows = self._rows(select(t.cases).where(t.cases.c["case"] == id))
        return _case(rows[0]) if rows else None

    def cases(
        self,
        limit: int,
        before: int | None = None,
        grower: MemberId | None = None,
        states: Collection[CaseState] = (),
        lot: LotId | None = None,
    ) -> list[Case]:
        """Cases, newest first."""
        query = select(t.cases).order_by(t.cases.c.step.desc()).limit(limit)
        if grower is not None:
            query = query.where(t.cases.c.grower == grower)
        if states:
            query = query.where(t.cases.c.state.in_([state.value for state in states]))
        if lot is not None:
            query = query.where(t.cases.c.lot == lot)
        if before is not None:
            query = query.where(t.cases.c.step < before)
        return [_case(row) for row in self._rows(query)]

    def claims(self, id: CaseId) -> list[Claim]:
        """What was claimed for in a case, in the order of claiming."""
        query = select(t.claims).where(t.claims.c["case"] == id).order_by(t.claims.c.step)
        return [Claim(row.case, row.member, row.lot, row.milligrams, row.happened) for row in self._rows(query)]

    def claimed(self, member: MemberId, lots: Collection[LotId]) -> dict[LotId, Milligrams]:
        """What a member has claimed for of each lot, in all cases together."""
        query = (
            select(t.claims.c.lot, func.sum(t.claims.c.milligrams).label("amount"))
            .where(t.claims.c.member == member, t.claims.c.lot.in_(lots))
            .group_by(t.claims.c.lot)
        )
        return {row.lot: Milligrams(int(row.amount)) for row in self._rows(query)}

    def shares(self, of: Case) -> list[Share]:
        """Every claimant's part in a case, the largest first."""
        c, s = t.claims.c, t.shares.c
        # A claim made after an earlier one was struck out stands again.
        standing = or_(s.struck.is_(None), s.struck.is_(False), c.step > s.step)
        struck = func.sum(case((s.struck, 1), else_=0))
        weight = func.sum(c.milligrams).filter(standing).label("weight")
        query = (
            select(
                c.member,
                weight,
                func.max(s.collected).label("collected"),
                struck.label("struck"),
            )
            .join_from(t.claims, t.shares, and_(s["case"] == c["case"], s.member == c.member), isouter=True)
            .where(c["case"] == of.id)
            .group_by(c.member)
            .order_by(weight.desc(), c.member)
        )
        return [_share(of, row) for row in self._rows(query)]

    def relations(self, member: MemberId | None, limit: int) -> list[Relation]:
        """What regulators said of relations, newest first; the first of a pair is what holds."""
        query = select(t.relations).order_by(t.relations.c.step.desc()).limit(limit)
        if member is not None:
            query = query.where(or_(t.relations.c.a == member, t.relations.c.b == member))
        return [
            Relation(row.a, row.b, row.related, row.by, row.happened, parse_facts(row.facts))
            for row in self._rows(query)
        ]

    def history(self, grower: MemberId) -> History:
        """A grower's sums."""
        b, c = t.bonds.c, t.cases.c
        held = func.coalesce(func.sum(b.amount).filter(b.state.in_(_HELD)), 0)
        returned = b.state == BondState.RETURNED.value
        bonds = select(
            func.count().label("entries"),
            func.coalesce(func.sum(b.milligrams), 0).label("milligrams"),
            func.coalesce(func.sum(b.fee), 0).label("fees"),
            held.label("locked"),
            func.count().filter(returned).label("returned"),
            func.coalesce(func.sum(b.amount).filter(b.state == BondState.TAKEN.value), 0).label("taken"),
        ).where(b.grower == grower)
        cases = select(
            func.count().filter(c.state.in_(_DECIDED)).label("verdicts"),
            func.count().filter(c.state == CaseState.OPEN.value).label("open_cases"),
            func.count().filter(c.state == CaseState.DISMISSED.value).label("dismissed"),
        ).where(c.grower == grower)
        last = select(func.coalesce(func.max(b.changed), 0).label("step")).where(
            b.grower == grower, b.state == BondState.TAKEN.value
        )
        sums, verdicts, taken = self._rows(bonds)[0], self._rows(cases)[0], self._rows(last)[0].step
        clean = select(func.count().label("n")).where(b.grower == grower, returned, b.changed > taken)
        return History(
            entries=sums.entries,
            milligrams=Milligrams(int(sums.milligrams)),
            fees=Points(int(sums.fees)),
            locked=Points(int(sums.locked)),
            returned=sums.returned,
            clean=self._rows(clean)[0].n,
            verdicts=verdicts.verdicts,
            open_cases=verdicts.open_cases,
            dismissed=verdicts.dismissed,
            taken=Points(int(sums.taken)),
        )

    def totals(self) -> Totals:
        """Sums over all bonds and cases."""
        b, c = t.bonds.c, t.cases.c
        held = b.state.in_(_HELD)
        bonds = self._rows(
            select(
                func.count().filter(held).label("count"),
                func.coalesce(func.sum(b.amount).filter(held), 0).label("locked"),
                func.coalesce(func.sum(b.fee), 0).label("fees"),
            )
        )[0]
        decided = c.state.in_(_DECIDED)
        cases = self._rows(
            select(
                func.count().filter(c.state == CaseState.OPEN.value).label("open"),
                func.count().filter(decided).label("verdicts"),
                func.coalesce(func.sum(c.pot).filter(decided), 0).label("pots"),
            )
        )[0]
        paid = self._rows(select(func.coalesce(func.sum(t.shares.c.collected), 0).label("paid")))[0].paid
        return Totals(
            locked_bonds=bonds.count,
            locked=Points(int(bonds.locked)),
            fees=Points(int(bonds.fees)),
            open_cases=cases.open,
            verdicts=cases.verdicts,
            in_pots=Points(int(cases.pots) - int(paid)),
            compensated=Points(int(paid)),
        )

    def newest(self) -> int:
        """A number that grows whenever a bond or what came of it changes."""
        return int(self._rows(select(func.coalesce(func.max(t.bonds.c.changed), 0).label("n")))[0].n)


def _tariff(row: Any) -> SetTariff:
    tariff = Tariff(
        row.fee, row.bond, row.bond_rate, row.compensation, int(row.cover), int(row.term), int(row.claim_window)
    )
    return SetTariff(tariff, row.by, row.happened, parse_facts(row.facts))


def _bond(row: Any) -> Bond:
    return Bond(
        lot=row.lot,
        grower=row.grower,
        milligrams=row.milligrams,
        fee=row.fee,
        amount=row.amount,
        until=row.until,
        state=BondState(row.state),
        posted=row.posted,
        closed=row.closed,
        step=row.step,
    )


def _case(row: Any) -> Case:
    same = (
        "lot", "grower", "lab", "findings", "opened", "until", "regulator", "recall",
        "decided", "weight", "pot", "due", "from_fund", "to_fund", "settled", "step",
    )  # fmt: skip
    return Case(
        id=CaseId(row.case),
        state=CaseState(row.state),
        facts=parse_facts(row.facts),
        reason=parse_facts(row.reason),
        **{name: getattr(row, name) for name in same},
    )


def _share(of: Case, row: Any) -> Share:
    weight, collected = Milligrams(int(row.weight or 0)), row.collected or 0
    struck = bool(row.struck) and not weight
    settled = of.state is CaseState.SETTLED
    done = collected > 0 or struck
    waiting = share_of(of.pot, weight, of.weight) if settled and not done else Points(0)
    return Share(of.id, row.member, weight, Points(collected), waiting, struck, done)
