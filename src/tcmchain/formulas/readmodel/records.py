"""Reads of formulas; every method opens a short connection of its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, func, select

from tcmchain.formulas.model.formula import FormulaClass
from tcmchain.formulas.model.shared import Judgement, SharedFormula, SharedVersion
from tcmchain.formulas.readmodel import tables as t
from tcmchain.values import Address, FormulaId, Hash32, MemberId, UnixTime

_F = t.formulas.c
_V = t.versions.c
_J = t.judgements.c
_AT_ONCE: Final = 500


class FormulasRecords:
    """What the index knows of formulas."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def formula(self, formula: FormulaId) -> SharedFormula | None:
        """A formula by its id."""
        found = self._formulas(select(t.formulas).where(_F.formula == formula))
        return found[0] if found else None

    def formulas(
        self,
        limit: int,
        before: int | None = None,
        kind: FormulaClass | None = None,
        author: Address | None = None,
        waiting: bool = False,
    ) -> Sequence[SharedFormula]:
        """Formulas before a step, newest first; ``waiting`` leaves those that a licensed practitioner may sign."""
        wanted = select(t.formulas).order_by(_F.step.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(_F.step < before)
        if kind is not None:
            wanted = wanted.where(_F.kind == int(kind))
        if author is not None:
            wanted = wanted.where(_F.author == author)
        if waiting:
            wanted = wanted.where(_F.kind == int(FormulaClass.FOLK), _F.approved.is_(False), _F.withdrawn == 0)
        return self._formulas(wanted)

    def named(self, ids: Iterable[FormulaId]) -> Mapping[FormulaId, SharedFormula]:
        """Several formulas by their ids."""
        wanted = list(dict.fromkeys(ids))
        found: dict[FormulaId, SharedFormula] = {}
        for at in range(0, len(wanted), _AT_ONCE):
            some = select(t.formulas).where(_F.formula.in_(wanted[at : at + _AT_ONCE]))
            found |= {one.id: one for one in self._formulas(some)}
        return found

    def called(self, name: str, limit: int = 50) -> Sequence[SharedFormula]:
        """Formulas of exactly this name, the oldest first."""
        return self._formulas(select(t.formulas).where(_F.name == name).order_by(_F.step).limit(limit))

    def changed(self, after: int, limit: int = _AT_ONCE) -> Sequence[SharedFormula]:
        """Formulas of which something happened after a step, in the order of their last change.

        After a replay the steps are the same ones again, so a keeper of its own tables notes the last ``changed``.
        """
        return self._formulas(select(t.formulas).where(_F.changed > after).order_by(_F.changed).limit(limit))

    def last_change(self) -> int:
        """Step of the last change, 0 when nothing was shared."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.max(_F.changed))).scalar() or 0)

    def counts(self) -> Mapping[FormulaClass, int]:
        """How many formulas there are of each class, withdrawn ones left out."""
        wanted = select(_F.kind, func.count()).where(_F.withdrawn == 0).group_by(_F.kind)
        with self._engine.connect() as connection:
            return {FormulaClass(kind): int(count) for kind, count in connection.execute(wanted)}

    def version(self, formula: FormulaId, number: int) -> SharedVersion | None:
        """One version of a formula."""
        found = self._versions(select(t.versions).where(_V.formula == formula, _V.version == number))
        return found[0] if found else None

    def versions(self, formula: FormulaId) -> Sequence[SharedVersion]:
        """All versions of a formula, the first first."""
        return self._versions(select(t.versions).where(_V.formula == formula).order_by(_V.version))

    def newest(self, formulas: Sequence[SharedFormula]) -> Mapping[FormulaId, SharedVersion]:
        """The newest version of each of several formulas."""
        found: dict[FormulaId, SharedVersion] = {}
        for at in range(0, len(formulas), _AT_ONCE):
            ids = [one.id for one in formulas[at : at + _AT_ONCE]]
            joined = (_F.formula == _V.formula) & (_F.versions == _V.version)
            wanted = select(t.versions).join(t.formulas, joined).where(_V.formula.in_(ids))
            found |= {one.formula: one for one in self._versions(wanted)}
        return found

    def versions_after(self, step: int, limit: int = _AT_ONCE) -> Sequence[SharedVersion]:
        """Versions shared after a step, in order."""
        return self._versions(select(t.versions).where(_V.step > step).order_by(_V.step).limit(limit))

    def last_step(self) -> int:
        """Step of the last version, -1 when nothing was shared."""
        with self._engine.connect() as connection:
            found = connection.execute(select(func.max(_V.step))).scalar()
        return -1 if found is None else int(found)

    def by_content(self, content: Hash32) -> SharedVersion | None:
        """The version that has this document."""
        found = self._versions(select(t.versions).where(_V.content == content))
        return found[0] if found else None

    def contents(self) -> frozenset[Hash32]:
        """The digests of all documents that were shared."""
        with self._engine.connect() as connection:
            return frozenset(Hash32(found) for found in connection.execute(select(_V.content)).scalars())

    def names_doses(self, doses: Hash32) -> bool:
        """Whether a version names these sealed doses."""
        with self._engine.connect() as connection:
            return connection.execute(select(_V.doses).where(_V.doses == doses).limit(1)).first() is not None

    def _formulas(self, wanted: Select[Any]) -> list[SharedFormula]:
        with self._engine.connect() as connection:
            return [_formula(row) for row in connection.execute(wanted)]

    def _versions(self, wanted: Select[Any]) -> list[SharedVersion]:
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
            said = _judgements(connection, [row.formula for row in rows])
        return [_version(row, said.get((row.formula, row.version), ())) for row in rows]


def _judgements(connection: Connection, formulas: Sequence[str]) -> Mapping[tuple[str, int], Sequence[Judgement]]:
    found: dict[tuple[str, int], list[Judgement]] = {}
    ids = list(dict.fromkeys(formulas))
    for at in range(0, len(ids), _AT_ONCE):
        wanted = select(t.judgements).where(_J.formula.in_(ids[at : at + _AT_ONCE])).order_by(_J.step)
        for row in connection.execute(wanted):
            said = Judgement(bool(row.approves), Address(row.by), row.statement, UnixTime(row.at), Hash32(row.tx))
            found.setdefault((row.formula, row.version), []).append(said)
    return found


def _formula(row: Any) -> SharedFormula:
    return SharedFormula(
        id=FormulaId(row.formula),
        author=Address(row.author),
        kind=FormulaClass(row.kind),
        name=row.name,
        versions=row.versions,
        approved=bool(row.approved),
        withdrawn=UnixTime(row.withdrawn),
        shared=UnixTime(row.shared),
        step=row.step,
        changed=row.changed,
    )


def _version(row: Any, said: Sequence[Judgement]) -> SharedVersion:
    return SharedVersion(
        formula=FormulaId(row.formula),
        number=row.version,
        content=Hash32(row.content),
        doses=None if row.doses is None else Hash32(row.doses),
        document=row.document,
        shared=UnixTime(row.shared),
        tx=Hash32(row.tx),
        step=row.step,
        assessed_by=None if row.assessed_by is None else MemberId(row.assessed_by),
        assessed=UnixTime(row.assessed),
        nearest=None if row.nearest is None else FormulaId(row.nearest),
        likeness=row.likeness,
        judgements=tuple(said),
    )
