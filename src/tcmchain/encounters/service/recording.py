"""What is recorded in a visit by itself: each drug dispensed under one of its codes, and each device used.

The record is sealed in this process's memory and appended under the patient's grant by the member's service account.
Its file id follows from its source, so that a node that stopped anywhere in between records nothing twice.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from tcmchain.encounters.model.desk import Desk
from tcmchain.encounters.readmodel.records import Dispensing, EncountersRecords
from tcmchain.encounters.service.desks import Desks
from tcmchain.encounters.service.visits import Visits
from tcmchain.errors import TcmChainError
from tcmchain.values import Hash32, MemberId, UnixTime, VisitId

_PAUSE: Final = 0.5
_PAUSE_AFTER_TROUBLE: Final = 5.0
_KEEP_AFTER: Final = 86_400
_SWEEP_EVERY: Final = 600

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceUse:
    """A device, by its GIAI, and from when to when it was used."""

    device: str
    name: str
    starts: UnixTime
    ends: UnixTime


class Scribe(Protocol):
    """Writes a record, seals it and appends it, unless its file stands already."""

    async def dispensed(self, member: MemberId, desk: Desk, file: Hash32, dispensing: Dispensing) -> None:
        """Record a dispensing."""
        ...

    async def used(self, member: MemberId, desk: Desk, file: Hash32, use: DeviceUse) -> None:
        """Record the use of a device."""
        ...


class Recording:
    """Follows the ledger for dispensings that belong to a visit, and takes in the use of devices."""

    def __init__(
        self,
        visits: Visits,
        desks: Desks,
        records: EncountersRecords,
        scribe: Scribe,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._visits = visits
        self._desks = desks
        self._records = records
        self._scribe = scribe
        self._now = now
        self._nudge = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        desks.told = self._nudge.set

    async def start(self) -> None:
        """Go on where it was left."""
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Stop; what is unfinished goes on at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def use_device(self, member: MemberId, visit: VisitId, use: DeviceUse) -> Hash32:
        """Record a device's use in an open visit; answers its file, the same for the same device and beginning.

        Raises ``NotOpen``, ``DeskUnknown``, and what sealing and appending raise.
        """
        found = await asyncio.to_thread(self._visits.open_at, visit, member)
        desk = await asyncio.to_thread(self._desks.desk, found.id)
        file = self._desks.file_of(visit, f"device/{use.device}/{use.starts}")
        await self._scribe.used(member, desk, file, use)
        return file

    async def catch_up(self) -> int:
        """Record what was dispensed and is not recorded yet; answers how many dispensings.

        One that cannot be recorded holds no other up; what kept the first one is raised at the end.
        """
        waiting = await asyncio.to_thread(self._desks.waiting)
        if not waiting:
            return 0
        done, trouble = 0, None
        for dispensing in await asyncio.to_thread(self._records.dispensings, list(waiting)):
            member, desk = waiting[dispensing.commitment]
            source = f"{dispensing.tx}/{dispensing.step}"
            # Whoever saw a code can use it anywhere; only what the visit's own member dispensed is part of it.
            if source in desk.done or dispensing.member != member:
                continue
            file = self._desks.file_of(desk.visit, source)
            try:
                await self._scribe.dispensed(member, desk, file, dispensing)
                await asyncio.to_thread(self._desks.note_done, desk.visit, member, source)
                done += 1
            except TcmChainError as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble
        return done

    async def _follow(self) -> None:
        swept = 0.0
        while True:
            self._nudge.clear()
            pause = _PAUSE if await _succeeds(self.catch_up()) else _PAUSE_AFTER_TROUBLE
            # Also after trouble, so that a record which can never be written ends with its desk.
            if self._now() - swept > _SWEEP_EVERY:
                swept = self._now()
                await _succeeds(asyncio.to_thread(self._desks.sweep, UnixTime(int(swept) - _KEEP_AFTER)))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._nudge.wait()


async def _succeeds(work: Awaitable[object]) -> bool:
    try:
        await work
    except TcmChainError as error:
        # Which record it was must not stand in a log; its kind is enough to act on.
        _log.warning("a record of a visit waits: %s", error.code)
        return False
    return True
