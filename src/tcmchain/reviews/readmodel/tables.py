"""Tables of reviews, reports of harm, counts, and the dispensings that vouchers come from."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, SmallInteger, String, Table, Text

metadata: Final = MetaData()
care_metadata: Final = MetaData()
_ID = String(66)
_ACCOUNT = String(42)

reviews: Final = Table(
    "reviews_review",
    metadata,
    Column("nullifier", _ID, primary_key=True),
    Column("formula", _ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("reviewer", _ACCOUNT, nullable=False),
    Column("member", _ID, nullable=False),
    Column("name", _ID, nullable=False),
    Column("rating", SmallInteger, nullable=False),
    Column("before", SmallInteger, nullable=False),
    Column("afterwards", SmallInteger, nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("better", Integer, nullable=False),
    Column("content", _ID, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("erased", Boolean, nullable=False),
    Index("reviews_review_by_formula", "formula", "step"),
    Index("reviews_review_by_member", "member"),
    Index("reviews_review_by_content", "content"),
    Index("reviews_review_by_reviewer", "reviewer"),
)
harms: Final = Table(
    "reviews_harm",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("formula", _ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("by", _ACCOUNT, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("member", _ID, nullable=True),
    Column("content", _ID, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("answered", Boolean, nullable=False),
    Index("reviews_harm_by_formula", "formula", "step"),
    Index("reviews_harm_by_answered", "answered", "severity", "step"),
    Index("reviews_harm_by_content", "content"),
)
answers: Final = Table(
    "reviews_answer",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("harm", _ID, nullable=False),
    Column("member", _ID, nullable=False),
    Column("statement", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("reviews_answer_by_harm", "harm"),
)
tallies: Final = Table(
    "reviews_tally",
    metadata,
    Column("member", _ID, primary_key=True),
    Column("count", BigInteger, nullable=False),
)
sayings: Final = Table(
    "reviews_saying",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", _ID, nullable=False),
    Column("source", _ID, nullable=False),
    Column("erased", Boolean, nullable=False),
    Index("reviews_saying_by_digest", "digest", "step"),
)
dispensings: Final = Table(
    "reviews_dispensing",
    care_metadata,
    Column("prescription", _ID, primary_key=True),
    Column("member", _ID, nullable=False),
    Column("voucher", _ID, nullable=True),
    Column("count", BigInteger, nullable=False),
    Column("account", _ACCOUNT, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("reviews_dispensing_by_member", "member", "count"),
)
prescribers: Final = Table(
    "reviews_prescriber",
    care_metadata,
    Column("prescription", _ID, primary_key=True),
    Column("prescriber", _ACCOUNT, nullable=False),
)
