"""The index's own tables, and the one transaction in which everything moves on together."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DataError, IntegrityError, NoResultFound
from sqlalchemy.schema import CreateIndex, CreateTable

from tcmchain.chain.abi import MalformedData
from tcmchain.chain.artifacts import Artifact
from tcmchain.chain.client import Block
from tcmchain.chain.events import Event, RawLog
from tcmchain.index import tables
from tcmchain.index.feed import Stretch
from tcmchain.index.in_force import InForce
from tcmchain.index.packing import packed, unpacked
from tcmchain.index.projection import Projection
from tcmchain.values import ZERO_HASH, Address, BlockNumber, ChainName, Hash32, UnixTime

_REPLAYED_AT_ONCE: Final = 200
_UNFIT: Final = (IntegrityError, DataError, NoResultFound, ArithmeticError, LookupError, ValueError)
"""What an entry that nobody should have written meets; trouble with the database itself is none of it."""

_MOVE_ON = text(
    "INSERT INTO index_checkpoint (chain, block, hash, timestamp) VALUES (:chain, :block, :hash, :timestamp) "
    "ON CONFLICT (chain) DO UPDATE SET block = excluded.block, hash = excluded.hash, timestamp = excluded.timestamp"
)
_KEEP_BLOCK = text(
    "INSERT INTO index_event (chain, block, hash, timestamp, installs, logs) "
    "VALUES (:chain, :block, :hash, :timestamp, :installs, :logs) ON CONFLICT (chain, block) DO NOTHING"
)

_log = logging.getLogger(__name__)


class Store:
    """Writes of the index; everything here is blocking and one writer works at a time."""

    def __init__(
        self, engine: Engine, projections: Sequence[Projection], genesis: Mapping[tuple[ChainName, str], Address]
    ) -> None:
        self._engine = engine
        self._projections = tuple(projections)
        self._genesis = dict(genesis)
        self._writing = Lock()

    def prepare(self) -> None:
        """Make missing tables and replay the kept events into projections that are new or have changed."""
        with self._writing:
            tables.metadata.create_all(self._engine)
            for projection in self._projections:
                self._bring_up(projection)

    def checkpoint(self, chain: ChainName) -> Block | None:
        """The block up to which a chain is indexed; its parent is not kept."""
        with self._engine.connect() as connection:
            row = connection.execute(select(tables.checkpoints).where(tables.checkpoints.c.chain == chain)).first()
        return None if row is None else _block(row)

    def in_force(self, chain: ChainName) -> InForce:
        """The contracts in force at the checkpoint."""
        found = self._first_contracts(chain)
        with self._engine.connect() as connection:
            for logs in self._kept(connection, chain, installs=True):
                for _ in found.walk(logs):
                    pass
        return found

    def advance(self, chain: ChainName, stretch: Stretch, contracts: InForce) -> None:
        """Write a stretch; ``contracts`` moves on with it. All of it is written or nothing."""
        with self._writing, self._engine.begin() as connection:
            # First, as it takes the writer's place before anything is read.
            self._move_on(connection, chain, stretch.last)
            named = list(contracts.walk(stretch.logs))
            rows = [packed(list(logs)) for _, logs in groupby((log for _, log in named), key=lambda log: log.block)]
            if not rows or rows[-1]["block"] != stretch.last.number:
                rows.append({**_checkpoint_row(chain, stretch.last), "installs": False, "logs": None})
            connection.execute(_KEEP_BLOCK, rows)
            _apply(connection, self._projections, named)

    def remembered(self, chain: ChainName, below: int) -> list[Block]:
        """Up to 64 blocks under ``below`` whose hash was kept, newest first."""
        kept = tables.blocks
        wanted = select(kept).where(kept.c.chain == chain, kept.c.block < below).order_by(kept.c.block.desc())
        with self._engine.connect() as connection:
            return [_block(row) for row in connection.execute(wanted.limit(64))]

    def go_back(self, chain: ChainName, to: Block | None) -> None:
        """Forget what came after a block, or everything, and replay what is left."""
        with self._writing, self._engine.begin() as connection:
            if to is None:
                connection.execute(delete(tables.checkpoints).where(tables.checkpoints.c.chain == chain))
            else:
                self._move_on(connection, chain, to)
            last = -1 if to is None else to.number
            kept = tables.blocks
            connection.execute(delete(kept).where(kept.c.chain == chain, kept.c.block > last))
            concerned = [p for p in self._projections if chain in p.chains]
            for projection in concerned:
                projection.clear(connection, chain)
            self._replay(connection, chain, concerned)

    def _move_on(self, connection: Connection, chain: ChainName, block: Block) -> None:
        connection.execute(_MOVE_ON, _checkpoint_row(chain, block))

    def _bring_up(self, projection: Projection) -> None:
        name, print_now = _name(projection), _fingerprint(projection)
        with self._engine.begin() as connection:
            kept = tables.projections
            found = connection.execute(select(kept.c.fingerprint).where(kept.c.name == name)).scalar()
            if found == print_now:
                projection.metadata.create_all(connection)
                return
            projection.metadata.drop_all(connection)
            projection.metadata.create_all(connection)
            connection.execute(delete(kept).where(kept.c.name == name))
            connection.execute(insert(kept), {"name": name, "fingerprint": print_now})
            for chain in projection.chains:
                self._replay(connection, chain, [projection])

    def _replay(self, connection: Connection, chain: ChainName, projections: Sequence[Projection]) -> None:
        contracts = self._first_contracts(chain)
        for logs in self._kept(connection, chain):
            _apply(connection, projections, list(contracts.walk(logs)))

    def _kept(self, connection: Connection, chain: ChainName, installs: bool = False) -> Iterator[list[RawLog]]:
        kept = tables.blocks
        wanted = select(kept).where(kept.c.chain == chain, kept.c.logs.is_not(None)).order_by(kept.c.block)
        if installs:
            wanted = wanted.where(kept.c.installs)
        block = -1
        while rows := connection.execute(wanted.where(kept.c.block > block).limit(_REPLAYED_AT_ONCE)).all():
            yield [log for row in rows for log in unpacked(chain, row)]
            block = rows[-1].block

    def _first_contracts(self, chain: ChainName) -> InForce:
        return InForce({name: address for (on, name), address in self._genesis.items() if on == chain})


def _apply(connection: Connection, projections: Sequence[Projection], named: Sequence[tuple[str, RawLog]]) -> None:
    if not named:
        return
    chain = named[0][1].chain
    by_contract: dict[str, list[RawLog]] = defaultdict(list)
    for contract, log in named:
        by_contract[contract].append(log)
    for projection in projections:
        if chain in projection.chains and projection.contract in by_contract:
            _project(connection, projection, _decoded(projection.contract, by_contract[projection.contract]))


def _project(connection: Connection, projection: Projection, events: Sequence[Event]) -> None:
    """Write events; one that contradicts what stands already, or has a value that no column holds, is left out.

    So nobody can stop an index with it. A contract put in force later may use an id again that the one before used.
    """
    try:
        with connection.begin_nested():
            projection.apply(connection, events)
    except _UNFIT as error:
        if len(events) == 1:
            (event,) = events
            what = "contradicts what stands already" if isinstance(error, IntegrityError) else "has no place in a table"
            _log.error("%s: %s in block %d %s", event.chain, event.name, event.block, what)
            return
        for event in events:
            _project(connection, projection, [event])


def _decoded(contract: str, logs: Sequence[RawLog]) -> list[Event]:
    artifact = Artifact.load(contract)
    found = []
    for log in logs:
        try:
            event = artifact.decode_log(log)
        except MalformedData:
            _log.warning("%s: log %s of %s is no event of %s", log.chain, log.index, log.tx, contract)
            continue
        if event is not None:
            found.append(event)
    return found


def _name(projection: Projection) -> str:
    kind = type(projection)
    return f"{kind.__module__}.{kind.__qualname__}"[-100:]


def _fingerprint(projection: Projection) -> str:
    """A hash of the tables' shape and of the projection's ``version``, if it counts one."""
    parts = [str(getattr(projection, "version", 0)), ",".join(projection.chains)]
    for table in projection.metadata.sorted_tables:
        parts.append(str(CreateTable(table).compile(dialect=sqlite.dialect())))
        found = (str(CreateIndex(index).compile(dialect=sqlite.dialect())) for index in table.indexes)
        parts.extend(sorted(found))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _checkpoint_row(chain: ChainName, block: Block) -> dict[str, Any]:
    return {"chain": chain, "block": block.number, "hash": block.hash, "timestamp": block.timestamp}


def _block(row: Any) -> Block:
    return Block(BlockNumber(row.block), Hash32(row.hash), ZERO_HASH, UnixTime(row.timestamp))
