"""Which notices of recoveries a node has sent: private to the node."""

from typing import Final

from sqlalchemy import BigInteger, Column, Engine, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from tcmchain.values import Address

_metadata: Final = MetaData()

_notices: Final = Table(
    "patients_notice",
    _metadata,
    Column("patient", String(42), primary_key=True),
    Column("round", BigInteger, primary_key=True, autoincrement=False),
    Column("step", String(10), primary_key=True),
    Column("account", String(42), primary_key=True),
)


class RecoveryNotices:
    """Each notice once, however often the index is made anew; its table is made with it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        _metadata.create_all(engine)

    def is_told(self, patient: Address, recovery: int, step: str, account: Address) -> bool:
        """Whether an account was told of a step of a patient's recovery."""
        table = _notices.c
        mine = (
            (table.patient == patient) & (table.round == recovery) & (table.step == step) & (table.account == account)
        )
        with self._engine.connect() as connection:
            return connection.execute(select(table.patient).where(mine)).first() is not None

    def told(self, patient: Address, recovery: int, step: str, account: Address) -> None:
        """Note that an account was told."""
        row = {"patient": patient, "round": recovery, "step": step, "account": account}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_notices), row)
        except IntegrityError:
            return
