"""Custodians and their roots, read from the index."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, func, select

from tcmchain.custodians.model.custodians import Custodian, Root
from tcmchain.custodians.readmodel.projection import custodians, roots
from tcmchain.values import Address, BlockNumber, Hash32, MemberId, UnixTime


class CustodiansRecords:
    """What the index knows of custodians."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def all(self) -> list[Custodian]:
        """Every custodian there was, in the order of their enrolling."""
        counted = (
            select(roots.c.custodian, func.count().label("batches"), func.sum(roots.c.count).label("receipts"))
            .group_by(roots.c.custodian)
            .subquery()
        )
        wanted = (
            select(custodians, counted.c.batches, counted.c.receipts)
            .outerjoin(counted, counted.c.custodian == custodians.c.account)
            .order_by(custodians.c.enrolled, custodians.c.account)
        )
        with self._database.connect() as connection:
            return [_custodian(row) for row in connection.execute(wanted)]

    def one(self, account: Address) -> Custodian | None:
        """A custodian by its account."""
        return next((found for found in self.all() if found.account == account), None)

    def roots_of(self, custodian: Address, before: int | None, limit: int) -> Sequence[Root]:
        """A custodian's roots before a number, the newest first."""
        wanted = select(roots).where(roots.c.custodian == custodian).order_by(roots.c.batch.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(roots.c.batch < before)
        with self._database.connect() as connection:
            return [_root(row) for row in connection.execute(wanted)]

    def root(self, custodian: Address, batch: int) -> Root | None:
        """One root."""
        wanted = select(roots).where(roots.c.custodian == custodian, roots.c.batch == batch)
        with self._database.connect() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _root(row)


def _custodian(row: Any) -> Custodian:
    return Custodian(
        Address(row.account),
        MemberId(row.member),
        row.inbox,
        row.url,
        UnixTime(row.enrolled),
        Hash32(row.tx),
        None if row.retired is None else UnixTime(row.retired),
        int(row.batches or 0),
        int(row.receipts or 0),
    )


def _root(row: Any) -> Root:
    return Root(
        Address(row.custodian),
        row.batch,
        Hash32(row.root),
        row.count,
        UnixTime(row.at),
        BlockNumber(row.block),
        Hash32(row.tx),
    )
