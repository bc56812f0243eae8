"""Which notices of break-glass a node has sent, and up to where it has looked: private to the node."""

from typing import Final

from sqlalchemy import BigInteger, Column, Engine, MetaData, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from tcmchain.values import Address, Hash32

_metadata: Final = MetaData()

_notices: Final = Table(
    "consent_notice",
    _metadata,
    Column("glass", String(66), primary_key=True),
    Column("step", String(10), primary_key=True),
    Column("account", String(42), primary_key=True),
)
_looked: Final = Table(
    "consent_notice_place",
    _metadata,
    Column("only", BigInteger, primary_key=True, autoincrement=False),
    Column("place", BigInteger, nullable=False),
)


class NoticeStore:
    """Each notice once, however often the index is made anew; its tables are made with it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        _metadata.create_all(engine)

    def place(self) -> int:
        """How far into the chain's order was looked; -1 at first."""
        with self._engine.connect() as connection:
            found = connection.execute(select(_looked.c.place)).scalar()
        return -1 if found is None else int(found)

    def move(self, place: int) -> None:
        """Note how far was looked."""
        with self._engine.begin() as connection:
            if connection.execute(update(_looked).values(place=place)).rowcount == 0:
                connection.execute(insert(_looked), {"only": 1, "place": place})

    def is_told(self, glass: Hash32, step: str, account: Address) -> bool:
        """Whether an account was told of a step."""
        mine = (_notices.c.glass == glass) & (_notices.c.step == step) & (_notices.c.account == account)
        with self._engine.connect() as connection:
            return connection.execute(select(_notices.c.glass).where(mine)).first() is not None

    def told(self, glass: Hash32, step: str, account: Address) -> None:
        """Note that an account was told of a step."""
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_notices), {"glass": glass, "step": step, "account": account})
        except IntegrityError:
            return
