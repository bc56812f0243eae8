"""Batches of observations: what waits to be anchored, what was, and what a proof is made of."""

from typing import Any, Final

from sqlalchemy import Engine, func, insert, select, update

from tcmchain.epcis.readmodel import tables
from tcmchain.epcis.readmodel.rows import Batch
from tcmchain.epcis.readmodel.writing import writing
from tcmchain.values import MemberId

MEMBER: Final = "member"
"""The words under which the store lists who captured something."""


class BatchStore:
    """Reads and writes of batches."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def members(self) -> list[MemberId]:
        """Members that captured something."""
        kept = tables.words.c
        with self._engine.connect() as connection:
            found = connection.execute(select(kept.word).where(kept.facet == MEMBER)).scalars()
            return [MemberId(member) for member in found]

    def newest_event(self) -> int:
        """The number of the newest event."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.coalesce(func.max(tables.events.c.seq), 0))).scalar_one())

    def next_leaves(self, member: MemberId, limit: int, seen: int = 0) -> list[tuple[int, bytes, int]]:
        """``seq``, hash and moment of a member's observations that are in no batch yet, the oldest first.

        ``seen`` is an event up to which there is none.
        """
        kept, made = tables.events.c, tables.batches.c
        with self._engine.connect() as connection:
            last = connection.execute(select(func.max(made.last)).where(made.member == member)).scalar() or 0
            wanted = (
                select(kept.seq, kept.hash, kept.record_time)
                .where(kept.member == member, kept.move.is_(None), kept.seq > max(last, seen))
                .order_by(kept.seq)
                .limit(limit)
            )
            return [(row.seq, bytes(row.hash), row.record_time) for row in connection.execute(wanted)]

    def leaves(self, batch: Batch) -> list[tuple[int, bytes]]:
        """``seq`` and hash of the observations of a batch, in the order of its leaves."""
        kept = tables.events.c
        wanted = (
            select(kept.seq, kept.hash)
            .where(kept.member == batch.member, kept.move.is_(None), kept.seq >= batch.first, kept.seq <= batch.last)
            .order_by(kept.seq)
        )
        with self._engine.connect() as connection:
            return [(row.seq, bytes(row.hash)) for row in connection.execute(wanted)]

    def keep(self, batch: Batch) -> None:
        """Keep a batch before it is sent, so that it is sent again as it is."""
        with writing(self._engine) as connection:
            connection.execute(
                insert(tables.batches),
                {
                    "member": batch.member,
                    "number": batch.number,
                    "first": batch.first,
                    "last": batch.last,
                    "count": batch.count,
                    "root": batch.root,
                    "created": batch.created,
                    "tx": batch.tx,
                    "state": int(batch.anchored),
                },
            )

    def anchored(self, batch: Batch, tx: str | None) -> None:
        """Keep that a batch stands on the chain."""
        made = tables.batches.c
        which = (made.member == batch.member) & (made.number == batch.number)
        with writing(self._engine) as connection:
            connection.execute(update(tables.batches).where(which).values(state=1, tx=tx))

    def unanchored(self) -> list[Batch]:
        """Batches that are kept and not known to stand on the chain, in their order."""
        made = tables.batches.c
        with self._engine.connect() as connection:
            wanted = select(tables.batches).where(made.state == 0).order_by(made.member, made.number)
            return [_batch(row) for row in connection.execute(wanted)]

    def of(self, member: str, seq: int) -> Batch | None:
        """The batch that an observation is in, if it is in one."""
        made = tables.batches.c
        wanted = select(tables.batches).where(made.member == member, made.first <= seq, made.last >= seq)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _batch(row)

    def newest(self, limit: int) -> list[Batch]:
        """The newest batches of all members."""
        made = tables.batches.c
        with self._engine.connect() as connection:
            wanted = select(tables.batches).order_by(made.created.desc(), made.number.desc()).limit(limit)
            return [_batch(row) for row in connection.execute(wanted)]


def _batch(row: Any) -> Batch:
    return Batch(
        row.member,
        row.number,
        row.first,
        row.last,
        row.count,
        bytes(row.root),
        row.created,
        row.tx,
        bool(row.state),
    )
