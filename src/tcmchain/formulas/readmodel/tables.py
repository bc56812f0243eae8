"""Tables of formulas, their versions and what was said of these."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, SmallInteger, String, Table, Text

metadata: Final = MetaData()
_ID = String(66)
_ADDRESS = String(42)

formulas: Final = Table(
    "formulas_formula",
    metadata,
    Column("formula", _ID, primary_key=True),
    Column("author", _ADDRESS, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("versions", Integer, nullable=False),
    Column("approved", Boolean, nullable=False),
    Column("withdrawn", BigInteger, nullable=False),
    Column("name", String(200), nullable=False),
    Column("shared", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Index("formulas_formula_by_step", "step"),
    Index("formulas_formula_by_change", "changed"),
    Index("formulas_formula_by_author", "author", "step"),
)
versions: Final = Table(
    "formulas_version",
    metadata,
    Column("formula", _ID, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", _ID, nullable=False, unique=True),
    Column("doses", _ID, nullable=True),
    Column("document", Text, nullable=False),
    Column("shared", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("assessed_by", _ID, nullable=True),
    Column("assessed", BigInteger, nullable=False),
    Column("nearest", _ID, nullable=True),
    Column("likeness", Integer, nullable=False),
    Index("formulas_version_by_doses", "doses"),
    Index("formulas_version_by_step", "step"),
)
judgements: Final = Table(
    "formulas_judgement",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("formula", _ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("approves", Boolean, nullable=False),
    Column("by", _ADDRESS, nullable=False),
    Column("statement", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("formulas_judgement_by_version", "formula", "version"),
)
