"""Points as the chain's events tell them: purses, moves, and sums by reason."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    func,
    or_,
    select,
    text,
)

from tcmchain.chain.events import Event
from tcmchain.index.rows import insert_rows
from tcmchain.rewards.model import Flow, HolderId, Move, Place, Purse, place_of
from tcmchain.values import ZERO_HASH, ChainName, Hash32, Points, UnixTime, from_short_text

_metadata: Final = MetaData()
_ID = String(66)
_LOGS_IN_BLOCK: Final = 1 << 20
_HALF: Final = 34

_purses: Final = Table(
    "rewards_purse",
    _metadata,
    Column("holder", _ID, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Index("rewards_purse_by_amount", "amount"),
)
_moves: Final = Table(
    "rewards_move",
    _metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("sender", _ID),
    Column("receiver", _ID, nullable=False),
    Column("why", String(66), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("about", _ID),
    Column("happened", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("rewards_move_by_sender", "sender", "step"),
    Index("rewards_move_by_receiver", "receiver", "step"),
)
_flows: Final = Table(
    "rewards_flow",
    _metadata,
    Column("source", String(12), primary_key=True),
    Column("sink", String(12), primary_key=True),
    Column("why", String(66), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("moves", Integer, nullable=False),
)
_FILL: Final = text(
    "INSERT INTO rewards_purse (holder, amount) VALUES (:holder, :amount) "
    "ON CONFLICT (holder) DO UPDATE SET amount = rewards_purse.amount + excluded.amount"
)
_SUM: Final = text(
    "INSERT INTO rewards_flow (source, sink, why, amount, moves) VALUES (:source, :sink, :why, :amount, :moves) "
    "ON CONFLICT (source, sink, why) DO UPDATE SET amount = rewards_flow.amount + excluded.amount, "
    "moves = rewards_flow.moves + excluded.moves"
)


class RewardsProjection:
    """The slice's read model, fed by the index."""

    contract = "RewardToken"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = _metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        rows = [_row(event) for event in events if event.name == "Moved"]
        if not rows:
            return
        insert_rows(connection, _moves, rows)
        purses: dict[str, int] = defaultdict(int)
        flows: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for row in rows:
            purses[row["receiver"]] += row["amount"]
            if row["sender"] is not None:
                purses[row["sender"]] -= row["amount"]
            flow = flows[place_of(row["sender"]).value, place_of(row["receiver"]).value, row["why"]]
            flow[0] += row["amount"]
            flow[1] += 1
        connection.execute(_FILL, [{"holder": holder, "amount": amount} for holder, amount in purses.items()])
        connection.execute(
            _SUM,
            [
                {"source": source, "sink": sink, "why": why, "amount": amount, "moves": moves}
                for (source, sink, why), (amount, moves) in flows.items()
            ],
        )

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            for table in reversed(_metadata.sorted_tables):
                connection.execute(table.delete())


class RewardsRecords:
    """Reads; every method opens a short connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def purse(self, holder: HolderId) -> Purse:
        """What a holder has, nothing if it never had any."""
        rows = self._rows(select(_purses.c.amount).where(_purses.c.holder == holder))
        return Purse(holder, Points(rows[0].amount if rows else 0))

    def purses(self, limit: int, offset: int = 0) -> list[Purse]:
        """Holders with points, the one with most first."""
        order = (_purses.c.amount.desc(), _purses.c.holder)
        query = select(_purses).where(_purses.c.amount > 0).order_by(*order).limit(limit).offset(offset)
        return [Purse(row.holder, row.amount) for row in self._rows(query)]

    def places(self) -> dict[Place, Points]:
        """How many points are in each place."""
        found: dict[Place, Points] = defaultdict(lambda: Points(0))
        outside = _purses.c.holder.not_like("0x%")
        for row in self._rows(select(_purses).where(outside)):
            place = place_of(row.holder)
            found[place] = Points(found[place] + row.amount)
        members = select(func.coalesce(func.sum(_purses.c.amount), 0).label("amount")).where(~outside)
        found[Place.MEMBERS] = Points(int(self._rows(members)[0].amount))
        return found

    def flows(self) -> list[Flow]:
        """Sums by reason and way, the largest first."""
        query = select(_flows).order_by(_flows.c.amount.desc(), _flows.c.why)
        return [Flow(Place(row.source), Place(row.sink), row.why, row.amount, row.moves) for row in self._rows(query)]

    def moves(self, holder: HolderId | None, limit: int, before: int | None = None) -> list[Move]:
        """Moves to and from a holder, or all, newest first; ``before`` is the last page's last step."""
        query = select(_moves).order_by(_moves.c.step.desc()).limit(limit)
        if holder is not None:
            query = query.where(or_(_moves.c.sender == holder, _moves.c.receiver == holder))
        if before is not None:
            query = query.where(_moves.c.step < before)
        return [_move(row) for row in self._rows(query)]

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _row(event: Event) -> dict[str, Any]:
    args = event.args
    return {
        "step": event.block * _LOGS_IN_BLOCK + event.index,
        "sender": None if args["from"] == ZERO_HASH else _holder(args["from"]),
        "receiver": _holder(args["to"]),
        "why": _holder(args["why"]),
        "amount": args["amount"],
        "about": None if args["about"] == ZERO_HASH else args["about"],
        "happened": event.timestamp,
        "tx": event.tx,
    }


def _holder(word: str) -> str:
    """Short text, which fills no more than the first half; what fills both is an id and stays hex."""
    if word[_HALF:].strip("0"):
        return word
    try:
        found = from_short_text(word)
    except UnicodeDecodeError:
        return word
    return found if found and found.isascii() and found.isprintable() else word


def _move(row: Any) -> Move:
    sender = None if row.sender is None else HolderId(row.sender)
    about = None if row.about is None else Hash32(row.about)
    return Move(
        row.step,
        sender,
        HolderId(row.receiver),
        row.why,
        Points(row.amount),
        about,
        UnixTime(row.happened),
        Hash32(row.tx),
    )
