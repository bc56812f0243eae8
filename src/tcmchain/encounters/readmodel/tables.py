"""Tables of visits, and of the dispensings that may belong to one."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, MetaData, SmallInteger, String, Table

metadata: Final = MetaData()
dispensing_metadata: Final = MetaData()

_ID = String(66)
_ACCOUNT = String(42)

visits: Final = Table(
    "encounters_visit",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("member", _ID, nullable=False),
    Column("practitioner", _ACCOUNT, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("whom", _ID, nullable=False),
    Column("terms", _ID, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("requested", BigInteger, nullable=False),
    Column("patient", _ACCOUNT),
    Column("permission", _ID),
    Column("answered", BigInteger),
    Column("ended", BigInteger),
    Column("ended_by", _ACCOUNT),
    Column("step", BigInteger, nullable=False),
    Index("encounters_visit_by_member", "member", "step"),
    Index("encounters_visit_by_practitioner", "practitioner", "step"),
    Index("encounters_visit_by_patient", "patient", "step"),
    Index("encounters_visit_by_terms", "terms"),
    Index("encounters_visit_by_step", "step", unique=True),
)

dispensings: Final = Table(
    "encounters_dispensing",
    dispensing_metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("commitment", _ID, nullable=False),
    Column("member", _ID, nullable=False),
    Column("lot", _ID, nullable=False),
    Column("milligrams", BigInteger, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("encounters_dispensing_by_commitment", "commitment"),
)
