"""Questions to the replay."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, Select, func, select

from tcmchain.index.tables import checkpoints
from tcmchain.members.model.agreements import Agreement, AgreementSignature
from tcmchain.members.model.membership import Account, HistoryEntry, Kind, Member, Role, Standing, Turn
from tcmchain.members.model.motions import CarriedMotion, Matter
from tcmchain.members.model.profile import Profile
from tcmchain.members.readmodel import tables
from tcmchain.values import CHAINS, Address, BlockNumber, ChainName, Hash32, MemberId, UnixTime

REFERENCE: Final[ChainName] = "care"
"""The chain whose rows answer where no chain is named."""

_INDEXED: Final = select(checkpoints.c.block).where(checkpoints.c.chain == REFERENCE)


@dataclass(frozen=True, slots=True)
class MembersPage:
    """Some members of those found, as of a block."""

    members: tuple[Member, ...]
    total: int
    block: BlockNumber


class MembersRecords:
    """Reads; every method opens a short connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(
        self,
        text: str = "",
        kinds: Collection[Kind] = (),
        standing: Standing | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> MembersPage:
        """Members whose names, pinyin, place or id have every word of ``text``, in the order of admission."""
        table = tables.members
        wanted = select(table).where(table.c.chain == REFERENCE)
        for word in text.replace("\0", " ").lower().split():
            wanted = wanted.where(table.c.words.contains(word, autoescape=True) | table.c.member.startswith(word))
        if kinds:
            wanted = wanted.where(table.c.kind.in_([int(kind) for kind in kinds]))
        if standing is not None:
            wanted = wanted.where(table.c.standing == int(standing))
        ordered = wanted.order_by(table.c.since, table.c.name_zh, table.c.member).offset(offset).limit(limit)
        with self._engine.connect() as connection:
            block = connection.execute(_INDEXED).scalar()
            total = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
            rows = connection.execute(ordered).all()
        return MembersPage(tuple(_member(row) for row in rows), total, BlockNumber(-1 if block is None else block))

    def member(self, member: MemberId, chain: ChainName = REFERENCE) -> Member | None:
        """A member as a chain knows it."""
        table = tables.members
        row = self._first(select(table).where(table.c.chain == chain, table.c.member == member))
        return None if row is None else _member(row)

    def members(self, ids: Collection[MemberId]) -> dict[MemberId, Member]:
        """Those of some members that are known."""
        table = tables.members
        rows = self._all(select(table).where(table.c.chain == REFERENCE, table.c.member.in_(set(ids))))
        return {MemberId(row.member): _member(row) for row in rows}

    def by_gln(self, gln: str) -> Member | None:
        """The member that was first to state a Global Location Number."""
        table = tables.members
        wanted = select(table).where(table.c.chain == REFERENCE, table.c.gln == gln).order_by(table.c.since)
        row = self._first(wanted.limit(1))
        return None if row is None else _member(row)

    def account(self, account: Address, chain: ChainName = REFERENCE) -> Account | None:
        """Whom an account acts for."""
        table = tables.accounts
        row = self._first(select(table).where(table.c.chain == chain, table.c.account == account))
        return None if row is None else _account(row)

    def accounts(self, member: MemberId) -> list[Account]:
        """The officer and the operators of a member."""
        table = tables.accounts
        wanted = select(table).where(table.c.chain == REFERENCE, table.c.member == member)
        return [_account(row) for row in self._all(wanted.order_by(table.c.role, table.c.since, table.c.account))]

    def voters(self) -> dict[Address, MemberId]:
        """Officers who may vote now."""
        table = tables.members
        wanted = select(table.c.officer, table.c.member).where(
            table.c.chain == REFERENCE, table.c.voting, table.c.standing == int(Standing.ACTIVE)
        )
        return {Address(row.officer): MemberId(row.member) for row in self._all(wanted)}

    def agreement(self) -> Agreement | None:
        """The newest version of the agreement."""
        table = tables.agreements
        row = self._first(select(table).where(table.c.chain == REFERENCE).order_by(table.c.version.desc()).limit(1))
        return None if row is None else _agreement(row)

    def agreements(self) -> list[Agreement]:
        """All versions, newest first."""
        table = tables.agreements
        rows = self._all(select(table).where(table.c.chain == REFERENCE).order_by(table.c.version.desc()))
        return [_agreement(row) for row in rows]

    def signatures(self, version: int) -> list[AgreementSignature]:
        """Who signed a version, in order."""
        table = tables.signatures
        wanted = select(table).where(table.c.chain == REFERENCE, table.c.version == version)
        return [
            AgreementSignature(MemberId(row.member), row.version, UnixTime(row.at), Hash32(row.tx))
            for row in self._all(wanted.order_by(table.c.at, table.c.member))
        ]

    def unsigned_on(self, member: MemberId, version: int) -> list[ChainName]:
        """Chains on which a member has not signed a version yet."""
        table = tables.members
        behind = select(table.c.chain).where(table.c.member == member, table.c.agreement < version)
        found = {row.chain for row in self._all(behind)}
        return [chain for chain in CHAINS if chain in found]

    def appointments(self, member: MemberId) -> dict[ChainName, int]:
        """Serial of a member's last appointment on each chain."""
        table = tables.members
        rows = self._all(select(table.c.chain, table.c.appointments).where(table.c.member == member))
        found = {row.chain: row.appointments for row in rows}
        return {chain: found[chain] for chain in CHAINS if chain in found}

    def carried(self, chain: ChainName = REFERENCE) -> list[CarriedMotion]:
        """Motions that a chain has carried, newest first."""
        table = tables.motions
        rows = self._all(select(table).where(table.c.chain == chain).order_by(table.c.serial.desc()))
        return [_carried(row) for row in rows]

    def serials(self) -> dict[ChainName, int]:
        """How many motions each chain has carried."""
        table = tables.motions
        rows = self._all(select(table.c.chain, func.max(table.c.serial).label("serial")).group_by(table.c.chain))
        found = {row.chain: row.serial for row in rows}
        return {chain: found.get(chain, 0) for chain in CHAINS}

    def carried_on(self, motion: Hash32) -> tuple[ChainName, ...]:
        """Chains that have carried a motion."""
        table = tables.motions
        found = {row.chain for row in self._all(select(table.c.chain).where(table.c.motion == motion))}
        return tuple(chain for chain in CHAINS if chain in found)

    def history(self, member: MemberId) -> list[HistoryEntry]:
        """What was decided about a member, newest first."""
        table = tables.history
        wanted = select(table).where(table.c.chain == REFERENCE, table.c.member == member)
        return [_entry(row) for row in self._all(wanted.order_by(table.c.block.desc(), table.c.log.desc()))]

    def addresses(self) -> dict[tuple[ChainName, str], Address]:
        """Contracts in force by chain and name."""
        table = tables.contracts
        rows = self._all(select(table).order_by(table.c.at, table.c.name))
        return {(chain, row.name): Address(row.address) for chain in CHAINS for row in rows if row.chain == chain}

    def counts(self) -> Mapping[Kind, int]:
        """How many active members there are of each kind."""
        table = tables.members
        active = select(table.c.kind, func.count().label("number")).where(
            table.c.chain == REFERENCE, table.c.standing == int(Standing.ACTIVE)
        )
        return {Kind(row.kind): row.number for row in self._all(active.group_by(table.c.kind))}

    def _first(self, wanted: Select[Any]) -> Any:
        with self._engine.connect() as connection:
            return connection.execute(wanted).first()

    def _all(self, wanted: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(wanted).all()


def _member(row: Any) -> Member:
    return Member(
        id=MemberId(row.member),
        kind=Kind(row.kind),
        standing=Standing(row.standing),
        voting=row.voting,
        officer=Address(row.officer),
        agreement=row.agreement,
        appointments=row.appointments,
        profile=Profile(**{name: getattr(row, name) for name in Profile.__dataclass_fields__}),
        since=UnixTime(row.since),
    )


def _account(row: Any) -> Account:
    return Account(Address(row.account), MemberId(row.member), Role(row.role), UnixTime(row.since))


def _agreement(row: Any) -> Agreement:
    return Agreement(row.version, Hash32(row.digest), UnixTime(row.starts), row.title)


def _carried(row: Any) -> CarriedMotion:
    votes = tuple(Address(vote) for vote in row.votes.split(",") if vote)
    return CarriedMotion(row.serial, Matter(row.matter), Hash32(row.motion), votes, UnixTime(row.at), Hash32(row.tx))


def _entry(row: Any) -> HistoryEntry:
    digest = None if row.digest is None else Hash32(row.digest)
    return HistoryEntry(Turn(row.turn), row.reason, digest, UnixTime(row.at), Hash32(row.tx))
