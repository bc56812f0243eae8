"""The slice's use cases, put together, and the work that goes on behind them."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tcmchain.chain.client import ChainClient
from tcmchain.chain.contracts import Contracts
from tcmchain.chain.keystore import Keystore
from tcmchain.chain.sender import Sender
from tcmchain.errors import TcmChainError
from tcmchain.ipfs.store import BlockStore
from tcmchain.letters.service.letters import Letters
from tcmchain.members.service.roll import Roll
from tcmchain.patients.service.patients import Patients
from tcmchain.records.contract import RecordsCalls
from tcmchain.records.readmodel.bodies import BodyTags
from tcmchain.records.readmodel.cards import CardStore
from tcmchain.records.readmodel.folders import FolderRecords
from tcmchain.records.readmodel.private import PrivateRecords
from tcmchain.records.readmodel.uploads import UploadStore
from tcmchain.records.service.authoring import Authoring, Serving
from tcmchain.records.service.desk import Desks, Standing
from tcmchain.records.service.erasing import Erasing
from tcmchain.records.service.folders import Folders
from tcmchain.records.service.handing_in import HandingIn
from tcmchain.records.service.uploads import Uploads
from tcmchain.values import Hash32, UnixTime

_EVERY: Final = 1.0
_SWEEP_EVERY: Final = 600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands between the slice and the chain ``care``; ``serving`` tells which custodians there are."""

    client: ChainClient
    contracts: Contracts
    sender: Sender
    keystore: Keystore
    indexed: Callable[[int], Awaitable[None]]
    serving: Serving


@dataclass(frozen=True, slots=True)
class Choices:
    """What an operator may set: the largest sealed body in bytes, and how long an unfinished upload waits."""

    body_bytes: int
    upload_hours: float


@dataclass(slots=True)
class Records:
    """The use cases of the slice."""

    folders: Folders
    desks: Desks
    authoring: Authoring
    handing_in: HandingIn
    uploads: Uploads
    erasing: Erasing
    patients: Patients
    roll: Roll
    private: PrivateRecords
    _work: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Begin to read letters to desks, to drop what is erased and to sweep uploads."""
        self._work = [
            asyncio.create_task(self._repeat(_EVERY, self.step), name="records"),
            asyncio.create_task(self._repeat(_SWEEP_EVERY, self.uploads.sweep), name="records-sweep"),
        ]

    async def stop(self) -> None:
        """Stop; what is unfinished goes on at the next start."""
        for task in self._work:
            task.cancel()
        for task in self._work:
            with suppress(asyncio.CancelledError):
                await task
        self._work = []
        self.private.close()

    async def step(self) -> None:
        """One round of the work behind: desks' keys, letters, erasures."""
        await self.desks.publish()
        await self.desks.collect(UnixTime(int(time.time())))
        await self.uploads.go_on()
        await self.erasing.go_on()

    async def _repeat(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await work()
            except TcmChainError as error:
                _log.warning("records wait: %s", error.code)
            except (OSError, sqlite3.Error, SQLAlchemyError) as error:
                # A full disk or a locked database passes; what was not done is done in the next round.
                _log.warning("records wait: %s", type(error).__name__)
            await asyncio.sleep(seconds)


def build(
    engine: Engine,
    chain: Chain,
    roll: Roll,
    patients: Patients,
    letters: Letters,
    blocks: BlockStore,
    home: Path,
    choices: Choices,
) -> Records:
    """Build the use cases over the index and a small database of their own in ``home``."""
    private = PrivateRecords(home / "records.db")
    records, calls = FolderRecords(engine), RecordsCalls(chain.contracts, chain.client)
    tags, uploads = BodyTags(private), UploadStore(private, home / "uploads")

    async def grant_of(grant: Hash32) -> Standing:
        return Standing(*await calls.grant(grant))

    desks = Desks(chain.keystore, roll, patients, CardStore(private), letters, chain.sender, grant_of)
    return Records(
        folders=Folders(records, blocks, chain.client),
        desks=desks,
        authoring=Authoring(desks, roll, patients, blocks, calls, chain.sender, tags, chain.indexed, chain.serving),
        handing_in=HandingIn(records, blocks, calls, chain.sender, uploads),
        uploads=Uploads(uploads, records, private, tags, blocks, choices.body_bytes, choices.upload_hours),
        erasing=Erasing(records, private, blocks, tags),
        patients=patients,
        roll=roll,
        private=private,
    )
