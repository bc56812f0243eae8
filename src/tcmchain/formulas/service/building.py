"""The slice's use cases, put together, and the work that goes on by itself."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.keystore import Keystore
from tcmchain.chain.sender import Sender
from tcmchain.errors import TcmChainError
from tcmchain.formulas.client.peers import PeerDesks
from tcmchain.formulas.contract import FormulasCalls
from tcmchain.formulas.readmodel.handed_in import HandedIn
from tcmchain.formulas.readmodel.records import FormulasRecords
from tcmchain.formulas.service.acting import Acting
from tcmchain.formulas.service.assessing import Assessing, Chain
from tcmchain.formulas.service.desks import DoseDesks, OwnDesk
from tcmchain.formulas.service.doses import Doses, Stores
from tcmchain.formulas.service.seeding import Seeding, seeds
from tcmchain.formulas.service.sharing import Sharing
from tcmchain.formulas.service.shelf import Shelf
from tcmchain.ipfs.store import BlockStore
from tcmchain.members.service.roll import Roll
from tcmchain.practitioners.service import Practitioners
from tcmchain.values import Address

_EVERY: Final = 1.0
_SWEEP_EVERY: Final = 3_600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Below:
    """The slices and kits that this one stands on, and from above it: published inbox keys, and this node's desks."""

    roll: Roll
    practitioners: Practitioners
    published: Callable[[Address], bytes | None]
    desks: Callable[[], Sequence[OwnDesk]]
    blocks: BlockStore
    keystore: Keystore
    sender: Sender


@dataclass(slots=True)
class Formulas:
    """The use cases of the slice."""

    records: FormulasRecords
    shelf: Shelf
    sharing: Sharing
    doses: Doses
    assessing: Assessing
    seeding: Seeding
    roll: Roll
    _work: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Begin to share the classics, to compare what is shared, and to drop doses that no formula names."""
        self._work = [
            asyncio.create_task(self._repeat(_EVERY, self.seeding.go_on), name="formulas-classics"),
            asyncio.create_task(self._repeat(_EVERY, self.assessing.go_on), name="formulas-assessing"),
            asyncio.create_task(self._repeat(_SWEEP_EVERY, self.doses.sweep), name="formulas-sweep"),
        ]

    async def stop(self) -> None:
        """Stop; what is unfinished goes on at the next start."""
        for task in self._work:
            task.cancel()
        for task in self._work:
            with suppress(asyncio.CancelledError):
                await task
        self._work = []

    async def _repeat(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await work()
            except TcmChainError as error:
                _log.warning("formulas wait: %s", error.code)
            except (OSError, sqlite3.Error, SQLAlchemyError) as error:
                # A full disk or a locked database passes; what was not done is done in the next round.
                _log.warning("formulas wait: %s", type(error).__name__)
            await asyncio.sleep(seconds)


def build(
    database: Engine,
    private: Engine,
    client: ChainClient,
    contracts: Contracts,
    below: Below,
    peers: Iterable[str],
    founded: bool,
) -> Formulas:
    """Build the use cases; ``founded`` says that this node founded the consortium, and so shares the classics."""
    records, calls = FormulasRecords(database), FormulasCalls(contracts, client)
    acting = Acting(below.keystore, below.roll)
    desks = DoseDesks(below.desks, below.roll, below.published, [PeerDesks(peer) for peer in peers])
    stores = Stores(below.blocks, HandedIn(private))
    doses = Doses(records, stores, desks, below.practitioners, below.roll, time.time)
    shelf = Shelf(records, doses)
    chain = Chain(calls, below.sender, acting)
    return Formulas(
        records=records,
        shelf=shelf,
        sharing=Sharing(calls, records, shelf, below.practitioners, below.roll),
        doses=doses,
        assessing=Assessing(records, doses, below.roll, chain, seeds),
        seeding=Seeding(records, chain, founded),
        roll=below.roll,
    )
