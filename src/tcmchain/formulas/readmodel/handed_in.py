"""Which sealed doses were handed in when: the node's own note, so that what no formula names is dropped again."""

from typing import Final

from sqlalchemy import BigInteger, Column, Engine, MetaData, String, Table, delete, select

from tcmchain.values import Hash32, UnixTime

_metadata: Final = MetaData()
_doses: Final = Table(
    "formulas_doses",
    _metadata,
    Column("doses", String(66), primary_key=True),
    Column("at", BigInteger, nullable=False),
)


class HandedIn:
    """Digests that wait for a version to name them."""

    def __init__(self, private: Engine) -> None:
        self._engine = private
        _metadata.create_all(private)

    def note(self, doses: Hash32, at: UnixTime) -> None:
        """Note sealed doses; handed in again, they wait anew."""
        with self._engine.begin() as connection:
            connection.execute(delete(_doses).where(_doses.c.doses == doses))
            connection.execute(_doses.insert().values(doses=doses, at=at))

    def before(self, at: UnixTime, limit: int = 500) -> list[Hash32]:
        """What was handed in before a moment."""
        wanted = select(_doses.c.doses).where(_doses.c.at < at).order_by(_doses.c.at).limit(limit)
        with self._engine.connect() as connection:
            return [Hash32(found) for found in connection.execute(wanted).scalars()]

    def forget(self, doses: Hash32) -> None:
        """Forget a note: a version names the doses, or they were dropped."""
        with self._engine.begin() as connection:
            connection.execute(delete(_doses).where(_doses.c.doses == doses))
