"""Events of Consultations to tables."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    text,
    update,
)

from tcmchain.chain.events import Event
from tcmchain.values import ZERO_HASH, ChainName

metadata: Final = MetaData()
_ID = String(66)
_LOGS_IN_BLOCK: Final = 1 << 20

questions: Final = Table(
    "consultations_question",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("step", BigInteger, nullable=False, unique=True),
    Column("asker", String(42), nullable=False),
    Column("content", _ID, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("helped", Integer, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("erased", Boolean, nullable=False),
    Index("consultations_question_by_asker", "asker", "step"),
    Index("consultations_question_by_tx", "tx"),
)
answers: Final = Table(
    "consultations_answer",
    metadata,
    Column("question", _ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("practitioner", String(42), nullable=False),
    Column("content", _ID, nullable=False),
    Column("formula", _ID),
    Column("version", Integer, nullable=False),
    Column("answered", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("helped", Boolean, nullable=False),
    Index("consultations_answer_by_practitioner", "practitioner", "step"),
    Index("consultations_answer_by_formula", "formula", "step"),
)
named: Final = Table(
    "consultations_text",
    metadata,
    Column("digest", _ID, primary_key=True),
    Column("question", _ID, nullable=False),
    Column("answer", Integer, nullable=False),
)
"""What named a text first decides about it, so that nobody erases another's by naming it too."""
changes: Final = Table(
    "consultations_change",
    metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", _ID, nullable=False),
)
_NAME: Final = text(
    "INSERT INTO consultations_text (digest, question, answer) VALUES (:digest, :question, :answer) "
    "ON CONFLICT (digest) DO NOTHING"
)


class ConsultationsProjection:
    """The slice's read model, fed by the index."""

    contract = "Consultations"
    chains: tuple[ChainName, ...] = ("pharmacy",)
    metadata = metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            step = event.block * _LOGS_IN_BLOCK + event.index
            match event.name:
                case "Asked":
                    _asked(connection, event, step)
                case "Answered":
                    _answered(connection, event, step)
                case "Helped":
                    _helped(connection, event)
                case "Closed":
                    _set(connection, event, closed=True)
                case "Erased":
                    _set(connection, event, closed=True, erased=True)
                    content = questions.select().where(questions.c.id == event.args["question"])
                    row = connection.execute(content).one()
                    connection.execute(changes.insert().values(step=step, digest=row.content))

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())


def _asked(connection: Connection, event: Event, step: int) -> None:
    args = event.args
    values: dict[str, Any] = {
        "id": args["question"],
        "step": step,
        "asker": args["asker"],
        "content": args["content"],
        "asked": event.timestamp,
        "tx": event.tx,
    }
    connection.execute(questions.insert().values(**values, answers=0, helped=0, closed=False, erased=False))
    _name(connection, step, args["content"], args["question"], 0)


def _answered(connection: Connection, event: Event, step: int) -> None:
    args = event.args
    values: dict[str, Any] = {
        "question": args["question"],
        "number": args["answer"],
        "step": step,
        "practitioner": args["practitioner"],
        "content": args["content"],
        "formula": None if args["formula"] == ZERO_HASH else args["formula"],
        "version": args["version"],
        "answered": event.timestamp,
        "tx": event.tx,
    }
    connection.execute(answers.insert().values(**values, helped=False))
    _set(connection, event, answers=args["answer"])
    _name(connection, step, args["content"], args["question"], args["answer"])


def _helped(connection: Connection, event: Event) -> None:
    mine = (answers.c.question == event.args["question"]) & (answers.c.number == event.args["answer"])
    # The asker may say so twice; it counts once.
    if connection.execute(update(answers).where(mine, ~answers.c.helped).values(helped=True)).rowcount:
        _set(connection, event, helped=questions.c.helped + 1)


def _set(connection: Connection, event: Event, **values: Any) -> None:
    connection.execute(update(questions).where(questions.c.id == event.args["question"]).values(**values))


def _name(connection: Connection, step: int, digest: str, question: str, answer: int) -> None:
    connection.execute(_NAME, {"digest": digest, "question": question, "answer": answer})
    connection.execute(changes.insert().values(step=step, digest=digest))
