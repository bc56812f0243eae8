"""What deeds earned and what was paid of it, as tables."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Select,
    SmallInteger,
    String,
    Table,
    and_,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from tcmchain.chain.events import Event
from tcmchain.index.rows import insert_rows
from tcmchain.rewards.model.earnings import Account, Counted, Deed, Earning, Wish
from tcmchain.values import Address, ChainName, Hash32, MemberId, Points, UnixTime

_earned_metadata: Final = MetaData()
_paid_metadata: Final = MetaData()
_ID = String(66)
_ACCOUNT = String(42)
_LOGS_IN_BLOCK: Final = 1 << 20
_AT_ONCE: Final = 500

_earnings: Final = Table(
    "rewards_earning",
    _earned_metadata,
    Column("id", _ID, primary_key=True),
    Column("account", _ACCOUNT, nullable=False),
    Column("source", _ACCOUNT, nullable=False),
    Column("deed", SmallInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("vests", BigInteger, nullable=False),
    Column("about", _ID, nullable=False),
    Column("happened", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("clawed_back", Boolean, nullable=False),
    Column("votes", Integer, nullable=False),
    Index("rewards_earning_by_account", "account", "step"),
    Index("rewards_earning_by_about", "about"),
    Index("rewards_earning_by_step", "step"),
)
_wishes: Final = Table(
    "rewards_wish",
    _earned_metadata,
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("earning", _ID, nullable=False),
    Column("member", _ID, nullable=False),
    Column("reason", _ID, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tx", _ID, nullable=False),
    Index("rewards_wish_by_earning", "earning"),
)
_paid: Final = Table(
    "rewards_paid",
    _paid_metadata,
    Column("account", _ACCOUNT, primary_key=True),
    Column("source", _ACCOUNT, primary_key=True),
    Column("total", BigInteger, nullable=False),
)
_E = _earnings.c


class EarningsProjection:
    """Earnings and wishes to have them back, fed by the events of the contract Rewards."""

    contract = "Rewards"
    chains: tuple[ChainName, ...] = ("pharmacy",)
    metadata = _earned_metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        earned = [_earned(event) for event in events if event.name == "Earned"]
        if earned:
            insert_rows(connection, _earnings, earned)
        for event in events:
            which = update(_earnings).where(_E.id == event.args["id"])
            if event.name == "Cancelled":
                connection.execute(which.values(cancelled=True))
            elif event.name == "ClawedBack":
                connection.execute(which.values(clawed_back=True))
            elif event.name == "ClawbackSupported":
                connection.execute(which.values(votes=event.args["votes"]))
                connection.execute(insert(_wishes), _wish(event))

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            for table in _earned_metadata.sorted_tables:
                connection.execute(table.delete())


class ClaimsProjection:
    """What was paid, fed by the events of the contract Claims."""

    contract = "Claims"
    chains: tuple[ChainName, ...] = ("care",)
    metadata = _paid_metadata

    def apply(self, connection: Connection, events: Sequence[Event]) -> None:
        """Write the rows of events that follow those applied before."""
        for event in events:
            if event.name != "Paid":
                continue
            account, source, total = (event.args[name] for name in ("account", "source", "total"))
            where = (_paid.c.account == account) & (_paid.c.source == source)
            connection.execute(_paid.delete().where(where))
            connection.execute(insert(_paid), {"account": account, "source": source, "total": total})

    def clear(self, connection: Connection, chain: ChainName) -> None:
        """Remove all rows."""
        if chain in self.chains:
            connection.execute(_paid.delete())


class EarningsRecords:
    """Reads; every method opens a short connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def earning(self, earning: Hash32) -> Earning | None:
        """An earning by its id."""
        return next(iter(self._earnings(select(_earnings).where(_E.id == earning))), None)

    def about(self, about: Hash32) -> list[Earning]:
        """What a formula or a review earned."""
        return self._earnings(select(_earnings).where(_E.about == about))

    def earnings(self, accounts: Collection[Address] | None, limit: int, offset: int = 0) -> list[Earning]:
        """What some accounts earned, or all; newest first."""
        query = select(_earnings).order_by(_E.step.desc()).limit(limit).offset(offset)
        if accounts is not None:
            query = query.where(_E.account.in_(list(accounts)[:_AT_ONCE]))
        return self._earnings(query)

    def account(self, account: Address, now: int) -> Account:
        """What an account has at a moment."""
        void, ripe = or_(_E.cancelled, _E.clawed_back), _E.vests <= now
        sums = {
            "vested": case((and_(~void, ripe), _E.amount), else_=0),
            "vesting": case((and_(~void, ~ripe), _E.amount), else_=0),
            "clawed_back": case((_E.clawed_back, _E.amount), else_=0),
        }
        counted = [func.sum(amount).label(name) for name, amount in sums.items()]
        found = self._rows(select(_E.source, *counted).where(_E.account == account).group_by(_E.source))
        paid = {row.source: row.total for row in self._rows(select(_paid).where(_paid.c.account == account))}
        return Account(tuple(_counted(row, Points(paid.get(row.source, 0))) for row in found))

    def wishes(self, earning: Hash32) -> list[Wish]:
        """Which members want an earning back, in the order in which they said so."""
        rows = self._rows(select(_wishes).where(_wishes.c.earning == earning).order_by(_wishes.c.step))
        return [Wish(MemberId(row.member), Hash32(row.reason), UnixTime(row.at), Hash32(row.tx)) for row in rows]

    def wanted(self, limit: int) -> list[Earning]:
        """Earnings that members want back and that were not taken back yet, the newest wish first."""
        latest = select(_wishes.c.earning, func.max(_wishes.c.step).label("step")).group_by(_wishes.c.earning)
        asked = latest.subquery()
        query = select(_earnings).join(asked, asked.c.earning == _E.id).where(_E.clawed_back.is_(False))
        return self._earnings(query.order_by(asked.c.step.desc()).limit(limit))

    def _earnings(self, query: Select[Any]) -> list[Earning]:
        return [_earning(row) for row in self._rows(query)]

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _counted(row: Any, paid: Points) -> Counted:
    vested, vesting, clawed_back = (Points(int(sum_)) for sum_ in (row.vested, row.vesting, row.clawed_back))
    return Counted(Address(row.source), vested, vesting, clawed_back, paid)


def _earned(event: Event) -> dict[str, Any]:
    return {
        **{name: event.args[name] for name in ("id", "account", "deed", "amount", "vests", "about")},
        "source": event.address,
        "happened": event.timestamp,
        "step": event.block * _LOGS_IN_BLOCK + event.index,
        "tx": event.tx,
        "cancelled": False,
        "clawed_back": False,
        "votes": 0,
    }


def _wish(event: Event) -> dict[str, Any]:
    step = event.block * _LOGS_IN_BLOCK + event.index
    row = {"step": step, "earning": event.args["id"], "member": event.args["member"], "reason": event.args["reason"]}
    return {**row, "at": event.timestamp, "tx": event.tx}


def _earning(row: Any) -> Earning:
    return Earning(
        id=Hash32(row.id),
        account=Address(row.account),
        deed=Deed(row.deed),
        amount=Points(row.amount),
        vests=UnixTime(row.vests),
        about=Hash32(row.about),
        happened=UnixTime(row.happened),
        tx=Hash32(row.tx),
        cancelled=row.cancelled,
        clawed_back=row.clawed_back,
        votes=row.votes,
    )
