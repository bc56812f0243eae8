"""Reads of reviews; every method opens a short connection of its own."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Select, and_, case, func, select

from tcmchain.reviews.model.outcomes import Evidence, Outcome
from tcmchain.reviews.model.reviews import Answer, Harm, MemberStanding, Opinion, Order, Review, Severity
from tcmchain.reviews.model.vouchers import Dispensing
from tcmchain.reviews.readmodel import tables as t
from tcmchain.values import (
    ZERO_ADDRESS,
    Address,
    BlockNumber,
    FormulaId,
    Hash32,
    MemberId,
    UnixTime,
)

_AT_ONCE: Final = 500
_R, _H = t.reviews.c, t.harms.c
_ORDERS: Final[Mapping[Order, tuple[Any, ...]]] = {
    Order.NEWEST: (_R.step.desc(),),
    Order.OLDEST: (_R.step,),
    Order.BEST: (_R.better.desc(), _R.rating.desc(), _R.step.desc()),
    Order.WORST: (_R.better, _R.rating, _R.step.desc()),
}


class ReviewsRecords:
    """Reviews, reports of harm, counts and dispensings."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def review(self, nullifier: Hash32) -> Review | None:
        """A review by its id."""
        return next(iter(self._reviews(select(t.reviews).where(_R.nullifier == nullifier))), None)

    def reviews(
        self,
        formula: FormulaId,
        version: int | None = None,
        order: Order = Order.NEWEST,
        limit: int = 20,
        offset: int = 0,
    ) -> list[Review]:
        """Reviews of a formula that were not taken back."""
        query = select(t.reviews).where(_of(formula, version)).order_by(*_ORDERS[order])
        return self._reviews(query.limit(limit).offset(offset))

    def of_reviewers(self, accounts: Collection[Address]) -> list[Review]:
        """All reviews under some pseudonyms, also those taken back; newest first."""
        query = select(t.reviews).where(_R.reviewer.in_(list(accounts)[:_AT_ONCE])).order_by(_R.step.desc())
        return self._reviews(query)

    def evidence(
        self, formulas: Sequence[FormulaId], version: int | None = None
    ) -> dict[FormulaId, tuple[Evidence, Mapping[int, int]]]:
        """Outcomes and ratings of formulas that have reviews."""
        found: dict[FormulaId, tuple[Evidence, Mapping[int, int]]] = {}
        graded = [func.sum(case((_R.outcome >= int(grade), 1), else_=0)) for grade in _GRADES]
        stars = [func.sum(case((_R.rating == rating, 1), else_=0)) for rating in range(1, 6)]
        for start in range(0, len(formulas), _AT_ONCE):
            part = list(formulas[start : start + _AT_ONCE])
            where = and_(_R.formula.in_(part), _R.withdrawn.is_(False))
            if version is not None:
                where = and_(where, _R.version == version)
            query = select(_R.formula, func.count(), *graded, *stars).where(where).group_by(_R.formula)
            for formula, n, effective, marked, cured, *ratings in self._rows(query):
                evidence = Evidence(int(n), int(effective), int(marked), int(cured))
                found[FormulaId(formula)] = evidence, {i: int(k) for i, k in enumerate(ratings, 1)}
        return found

    def reviewed(self, limit: int) -> list[FormulaId]:
        """Formulas with reviews, those with most first."""
        counted = func.count().label("n")
        query = select(_R.formula, counted).where(_R.withdrawn.is_(False)).group_by(_R.formula)
        return [FormulaId(row.formula) for row in self._rows(query.order_by(counted.desc()).limit(limit))]

    def harm(self, harm: Hash32) -> Harm | None:
        """A report by its id."""
        return next(iter(self._harms(select(t.harms).where(_H.id == harm))), None)

    def harms(
        self,
        formula: FormulaId | None = None,
        *,
        answered: bool | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Harm]:
        """Reports, those without answer first, of them the gravest first."""
        query = select(t.harms)
        if formula is not None:
            query = query.where(_H.formula == formula)
        if answered is not None:
            query = query.where(_H.answered.is_(answered))
        query = query.order_by(_H.answered, _H.severity.desc(), _H.step.desc())
        return self._harms(query.limit(limit).offset(offset))

    def harm_counts(self, formula: FormulaId) -> Mapping[Severity, int]:
        """How many reports of each severity a formula has.

        One voucher is good for any number of reports; its patient counts once, at the gravest. A practitioner may have
        seen several patients, and counts with each report.
        """
        whose = case((_H.member.is_(None), _H.id), else_=_H.by)
        gravest = (
            select(func.max(_H.severity).label("severity")).where(_H.formula == formula).group_by(whose).subquery()
        )
        query = select(gravest.c.severity, func.count()).group_by(gravest.c.severity)
        return {Severity(severity): int(count) for severity, count in self._rows(query)}

    def waiting_harms(self) -> int:
        """How many reports no regulator has answered."""
        query = select(func.count()).select_from(t.harms).where(_H.answered.is_(False))
        return int(self._rows(query)[0][0])

    def tallied(self, member: MemberId) -> int:
        """How many dispensings of a member are witnessed."""
        rows = self._rows(select(t.tallies.c.count).where(t.tallies.c.member == member))
        return int(rows[0][0]) if rows else 0

    def dispensed(self, member: MemberId) -> int:
        """How many dispensings with a voucher a member had."""
        counted = func.coalesce(func.max(t.dispensings.c.count), 0)
        return int(self._rows(select(counted).where(t.dispensings.c.member == member))[0][0])

    def used(self, member: MemberId) -> int:
        """How many reviews came from a member's dispensings, also those taken back."""
        query = select(func.count()).select_from(t.reviews).where(_R.member == member)
        return int(self._rows(query)[0][0])

    def standing(self, member: MemberId) -> MemberStanding:
        """All three counts of a member."""
        return MemberStanding(member, self.dispensed(member), self.tallied(member), self.used(member))

    def members(self) -> list[MemberId]:
        """Members that had dispensings with a voucher."""
        rows = self._rows(select(t.dispensings.c.member).where(t.dispensings.c.count > 0).distinct())
        return [MemberId(row[0]) for row in rows]

    def dispensing(self, prescription: Hash32) -> Dispensing | None:
        """A prescription's dispensing, once the chain has it."""
        query = (
            select(t.dispensings, t.prescribers.c.prescriber)
            .join(t.prescribers, t.prescribers.c.prescription == t.dispensings.c.prescription, isouter=True)
            .where(t.dispensings.c.prescription == prescription)
        )
        for row in self._rows(query):
            voucher = None if row.voucher is None else Hash32(row.voucher)
            prescriber = Address(row.prescriber or ZERO_ADDRESS)
            where = prescription, MemberId(row.member), voucher, prescriber, Address(row.account)
            return Dispensing(*where, UnixTime(row.happened), Hash32(row.tx))
        return None

    def _reviews(self, query: Select[Any]) -> list[Review]:
        return [_review(row) for row in self._rows(query)]

    def _harms(self, query: Select[Any]) -> list[Harm]:
        rows = self._rows(query)
        wanted = select(t.answers).where(t.answers.c.harm.in_([row.id for row in rows])).order_by(t.answers.c.step)
        answered: dict[str, list[Answer]] = {}
        for one in self._rows(wanted) if rows else ():
            answer = Answer(MemberId(one.member), one.statement, UnixTime(one.at), Hash32(one.tx))
            answered.setdefault(one.harm, []).append(answer)
        return [_harm(row, tuple(answered.get(row.id, ()))) for row in rows]

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


_GRADES: Final = (Outcome.EFFECTIVE, Outcome.MARKED, Outcome.CURED)


def _of(formula: FormulaId, version: int | None) -> ColumnElement[bool]:
    where = and_(_R.formula == formula, _R.withdrawn.is_(False))
    return where if version is None else and_(where, _R.version == version)


def _review(row: Any) -> Review:
    return Review(
        nullifier=Hash32(row.nullifier),
        formula=FormulaId(row.formula),
        version=row.version,
        reviewer=Address(row.reviewer),
        member=MemberId(row.member),
        name=Hash32(row.name),
        opinion=Opinion(row.rating, row.before, row.afterwards, Hash32(row.content)),
        happened=UnixTime(row.happened),
        block=BlockNumber(row.block),
        tx=Hash32(row.tx),
        withdrawn=row.withdrawn,
        erased=row.erased,
    )


def _harm(row: Any, answers: tuple[Answer, ...]) -> Harm:
    return Harm(
        id=Hash32(row.id),
        formula=FormulaId(row.formula),
        version=row.version,
        by=Address(row.by),
        severity=Severity(row.severity),
        member=None if row.member is None else MemberId(row.member),
        content=Hash32(row.content),
        happened=UnixTime(row.happened),
        tx=Hash32(row.tx),
        answers=answers,
    )
