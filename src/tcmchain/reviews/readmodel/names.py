"""What the chain says of the slice's texts."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from tcmchain.reviews.readmodel import tables as t
from tcmchain.values import Hash32
from tcmchain.web.texts import Change, Standing

_S = t.sayings.c


class ReviewNames:
    """Texts that reviews and reports name, and which of them are to be deleted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def standing(self, digest: Hash32) -> Standing:
        """What the chain says of a text."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_S.erased).where(_S.digest == digest).distinct()).scalars().all()
        if not rows:
            return Standing.UNKNOWN
        return Standing.ERASED if any(rows) else Standing.NAMED

    def changes(self, after: int, limit: int) -> Sequence[Change]:
        """What the chain said after a step."""
        query = select(t.sayings).where(_S.step > after).order_by(_S.step).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Change(row.step, Hash32(row.digest), Standing.ERASED if row.erased else Standing.NAMED) for row in rows]
