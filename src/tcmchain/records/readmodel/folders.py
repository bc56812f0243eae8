"""Reads of folders; every method opens a short connection of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, Row, Select, and_, func, select

from tcmchain.records.model.entries import Appended, Entry, Folder, Tombstone
from tcmchain.records.readmodel.projection import entries, tombstones
from tcmchain.values import ZERO_HASH, Address, BlockNumber, Hash32, MemberId, UnixTime

_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry, whether no later version of its file stands, and whether the file was erased."""

    appended: Appended
    newest: bool
    erased: bool


class FolderRecords:
    """Entries and tombstones of all folders."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def folder(self, patient: Address) -> Folder:
        """Count and head as far as indexed; an unknown folder is empty."""
        wanted = select(entries.c.number, entries.c.head).where(entries.c.patient == patient)
        row = self._one(wanted.order_by(entries.c.number.desc()).limit(1))
        return Folder(patient, 0, ZERO_HASH) if row is None else Folder(patient, row.number, Hash32(row.head))

    def entries(self, patient: Address, first: int, limit: int) -> list[Appended]:
        """Entries from a number on, in order."""
        wanted = select(entries).where(entries.c.patient == patient, entries.c.number >= first)
        return self._appended(wanted.order_by(entries.c.number).limit(min(limit, _MOST)))

    def newest(
        self, patient: Address, before: int | None, limit: int, member: MemberId | None = None, own: bool = False
    ) -> list[Listed]:
        """Entries below a number, newest first.

        ``member`` keeps what one member wrote, ``own`` what the patient supplied.
        """
        wanted = _listing(patient)
        if before is not None:
            wanted = wanted.where(entries.c.number < before)
        if member is not None:
            wanted = wanted.where(entries.c.member == member)
        if own:
            wanted = wanted.where(entries.c.member.is_(None))
        return self._listed(wanted.order_by(entries.c.number.desc()).limit(min(limit, _MOST)))

    def versions(self, patient: Address, file: Hash32) -> list[Appended]:
        """All versions of a file, the first first; none for an unknown file."""
        wanted = select(entries).where(entries.c.file == file, entries.c.patient == patient)
        return self._appended(wanted.order_by(entries.c.version))

    def numbered(self, patient: Address, numbers: Sequence[int]) -> list[Listed]:
        """Entries of these numbers, in order."""
        wanted = _listing(patient).where(entries.c.number.in_(list(numbers)[:_MOST]))
        return self._listed(wanted.order_by(entries.c.number))

    def tombstone(self, patient: Address, file: Hash32) -> Tombstone | None:
        """The tombstone of a file, if it was erased."""
        row = self._one(select(tombstones).where(tombstones.c.patient == patient, tombstones.c.file == file))
        return None if row is None else _tombstone(row)

    def tombstones_from(self, block: int) -> list[Tombstone]:
        """Tombstones of a block and of those after it, in order."""
        wanted = select(tombstones).where(tombstones.c.block >= block).order_by(tombstones.c.block)
        with self._engine.connect() as connection:
            return [_tombstone(row) for row in connection.execute(wanted)]

    def appended_from(self, block: int, limit: int = 500) -> list[Appended]:
        """Entries of a block and of those after it, in order; all of one block together."""
        last = select(entries.c.block).where(entries.c.block >= block).order_by(entries.c.block).limit(limit).subquery()
        wanted = select(entries).where(
            entries.c.block >= block, entries.c.block <= select(func.max(last.c.block)).scalar_subquery()
        )
        return self._appended(wanted.order_by(entries.c.block))

    def appended_since(self, moment: UnixTime) -> list[Appended]:
        """Entries in blocks of a moment and of later ones."""
        return self._appended(select(entries).where(entries.c.at >= moment).order_by(entries.c.block))

    def live(self, patient: Address) -> list[Appended]:
        """Every version of every file that was not erased."""
        gone = and_(tombstones.c.patient == entries.c.patient, tombstones.c.file == entries.c.file)
        wanted = select(entries).outerjoin(tombstones, gone)
        wanted = wanted.where(entries.c.patient == patient, tombstones.c.file.is_(None))
        return self._appended(wanted.order_by(entries.c.number))

    def envelopes(self) -> list[Hash32]:
        """SHA-256 of every envelope of a live file, for whoever checks that they can be had."""
        gone = and_(tombstones.c.patient == entries.c.patient, tombstones.c.file == entries.c.file)
        wanted = select(entries.c.envelope).outerjoin(tombstones, gone).where(tombstones.c.file.is_(None))
        with self._engine.connect() as connection:
            return [Hash32(found) for found in connection.execute(wanted).scalars()]

    def _listed(self, wanted: Select[Any]) -> list[Listed]:
        with self._engine.connect() as connection:
            return [Listed(_appended(row), row.newer == 0, row.gone > 0) for row in connection.execute(wanted)]

    def _one(self, wanted: Select[Any]) -> Row[Any] | None:
        with self._engine.connect() as connection:
            return connection.execute(wanted).first()

    def _appended(self, wanted: Select[Any]) -> list[Appended]:
        with self._engine.connect() as connection:
            return [_appended(row) for row in connection.execute(wanted)]


def _listing(patient: Address) -> Select[Any]:
    """Entries of a folder, with how many later versions and tombstones their files have."""
    later = entries.alias()
    newer = select(func.count()).where(
        later.c.file == entries.c.file, later.c.patient == entries.c.patient, later.c.version > entries.c.version
    )
    gone = select(func.count()).where(tombstones.c.patient == entries.c.patient, tombstones.c.file == entries.c.file)
    wanted = select(entries, newer.scalar_subquery().label("newer"), gone.scalar_subquery().label("gone"))
    return wanted.where(entries.c.patient == patient)


def _appended(row: Row[Any]) -> Appended:
    entry = Entry(
        Address(row.patient),
        Hash32(row.file),
        row.version,
        Hash32(row.envelope),
        Hash32(row.lock),
        Hash32(row.facts),
    )
    member = None if row.member is None else MemberId(row.member)
    return Appended(
        entry,
        row.number,
        Hash32(row.head),
        Address(row.author),
        member,
        BlockNumber(row.block),
        UnixTime(row.at),
        Hash32(row.tx),
    )


def _tombstone(row: Row[Any]) -> Tombstone:
    return Tombstone(
        Address(row.patient),
        Hash32(row.file),
        row.versions,
        Address(row.by),
        BlockNumber(row.block),
        UnixTime(row.at),
        Hash32(row.tx),
    )
