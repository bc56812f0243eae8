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
        """What the chain says of a text.

        Whoever named it first decides: otherwise somebody could name another's text and have it deleted.
        """
        query = select(_S.source, _S.erased).where(_S.digest == digest).order_by(_S.step)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return Standing.UNKNOWN
        first = rows[0].source
        return Standing.ERASED if any(row.erased and row.source == first for row in rows) else Standing.NAMED

    def changes(self, after: int, limit: int) -> Sequence[Change]:
        """What the chain said after a step."""
        query = select(t.sayings).where(_S.step > after).order_by(_S.step).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Change(row.step, Hash32(row.digest), Standing.ERASED if row.erased else Standing.NAMED) for row in rows]
