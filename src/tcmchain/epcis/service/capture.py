"""Capture: documents are kept first, then read, moved on the ledger where they move goods, and written."""

import asyncio
import logging
import secrets
from array import array
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tcmchain.epcis.model.jobs import CaptureJob, ErrorBehaviour, Fault, JobId
from tcmchain.epcis.model.moves import Move
from tcmchain.epcis.model.refusals import EventIdTaken, EventOfAnother, JobUnknown, NoMember, TooManyEvents
from tcmchain.epcis.readmodel.batches import MEMBER
from tcmchain.epcis.readmodel.events import EventStore
from tcmchain.epcis.readmodel.jobs import JobStore
from tcmchain.epcis.readmodel.rows import Captured, Marks, Prepared, hash_id
from tcmchain.epcis.readmodel.writing import writing
from tcmchain.epcis.service.clock import Clock
from tcmchain.epcis.service.reading import Readers, Reading, count_events, read_single
from tcmchain.errors import TcmChainError, Unavailable
from tcmchain.values import Address, MemberId

EVENT_LIMIT: Final = 10_000
"""Events that a document may hold."""

_AHEAD: Final = 4
_LONGEST_PAUSE: Final = 60.0
_MOST_FAULTS: Final = 1_000

_log = logging.getLogger(__name__)


class Mover(Protocol):
    """Makes steps of the ledger out of events that move goods, signed by the member's service account."""

    async def move(
        self, member: MemberId, steps: Mapping[bytes, Move], together: bool
    ) -> Mapping[bytes, str | TcmChainError]:
        """Take steps in their order; answers the transaction or the refusal of each.

        ``together`` takes all or none. Raises ``Unavailable`` when the chain does not answer.
        """
        ...

    async def found(self, member: MemberId, hashes: Mapping[bytes, bytes], since: int) -> Mapping[bytes, str]:
        """Of moves that were begun, those that the ledger has, by the event's key, with their transactions."""
        ...


@dataclass(frozen=True, slots=True)
class _Sorted:
    """A document's events told apart: to be written, known already, and wrong."""

    new: tuple[Prepared, ...]
    marks: Marks
    known: int
    aliases: Mapping[str, int]
    faults: tuple[Fault, ...]


_NOTHING: Final = _Sorted((), Marks(array("q"), array("q")), 0, {}, ())


class Capture:
    """Takes documents in and carries them out one after the other; what is unfinished goes on at the next start."""

    def __init__(
        self,
        engine: Engine,
        jobs: JobStore,
        events: EventStore,
        readers: Readers,
        mover: Mover,
        clock: Clock,
        told: Callable[[], None],
        may_act: Callable[[MemberId], bool],
    ) -> None:
        self._engine = engine
        self._jobs = jobs
        self._events = events
        self._readers = readers
        self._mover = mover
        self._clock = clock
        self._told = told
        self._may_act = may_act
        self._wake = asyncio.Event()
        self._writing = asyncio.Lock()
        self._work: asyncio.Task[None] | None = None
        self._taken = 0

    async def start(self) -> None:
        """Begin to carry out jobs, those left from the last time first."""
        self._taken = 0
        self._work = asyncio.create_task(self._carry_on(), name="epcis-capture")

    async def stop(self) -> None:
        """Stop; a job that is under way is carried out at the next start."""
        if self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work
            self._work = None
        self._readers.close()

    async def hand_in(
        self, member: MemberId, account: Address, payload: bytes, behaviour: ErrorBehaviour
    ) -> CaptureJob:
        """Keep a document for capture; by an operator of an active member.

        Raises ``NoMember``, ``TooManyEvents``, and ``DocumentUnreadable`` when it is none.
        """
        await self._check(member)
        total = await asyncio.to_thread(count_events, payload)
        if total > EVENT_LIMIT:
            raise TooManyEvents(limit=EVENT_LIMIT, given=total)
        name = JobId(secrets.token_hex(16))
        job = CaptureJob(name, member, account, behaviour, self._clock.moment(), None, True, total, 0, 0, 0, ())
        await asyncio.to_thread(self._jobs.hand_in, job, payload)
        self._wake.set()
        return job

    async def capture_event(self, member: MemberId, payload: bytes) -> Captured:
        """Capture one event at once; one that is known already is answered as it stands.

        Raises ``EventInvalid``, ``EventIdTaken``, ``EventOfAnother`` or what the ledger refused with.
        """
        await self._check(member)
        reading = await asyncio.to_thread(read_single, payload)
        async with self._writing:
            told = await asyncio.to_thread(self._sort, reading, member)
            if told.faults:
                raise _refusal(told.faults[0])
            moved, refused = await self._move(member, reading, told.new, ErrorBehaviour.ROLLBACK)
            for error in refused.values():
                raise error
            await asyncio.to_thread(self._write, None, member, told, moved, ())
        self._told()
        (event,) = reading.events
        found = await asyncio.to_thread(self._events.by_id, event.id)
        return next(each for each in found if each.hash == event.hash)

    async def _check(self, member: MemberId) -> None:
        if not await asyncio.to_thread(self._may_act, member):
            raise NoMember

    def job(self, job: JobId, member: MemberId) -> CaptureJob:
        """A member's own job; raises ``JobUnknown``."""
        found = self._jobs.job(job)
        if found is None or found.member != member:
            raise JobUnknown(id=job[:64])
        return found

    def jobs(self, member: MemberId, limit: int, before: int | None = None) -> list[tuple[int, CaptureJob]]:
        """A member's jobs with their numbers, newest first."""
        return self._jobs.jobs(member, limit, before)

    async def _carry_on(self) -> None:
        pause = 0.5
        ahead: deque[tuple[CaptureJob, asyncio.Task[Reading]]] = deque()
        try:
            while True:
                try:
                    await self._read_ahead(ahead)
                    if not ahead:
                        await self._wake.wait()
                        continue
                    job, reading = ahead[0]
                    await self._carry_out(job, await reading)
                    ahead.popleft()
                    pause = 0.5
                except Unavailable as error:
                    _log.warning("capture waits: %s", error)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
                except Exception:
                    # Whatever the trouble with one document, those behind it are not to wait for ever.
                    _log.exception("capture job %s failed", ahead[0][0].id if ahead else "")
                    await asyncio.sleep(pause)
                    if ahead:
                        await self._give_up(ahead.popleft()[0])
        finally:
            for _, task in ahead:
                task.cancel()

    async def _read_ahead(self, ahead: deque[tuple[CaptureJob, asyncio.Task[Reading]]]) -> None:
        self._wake.clear()
        if len(ahead) > _AHEAD // 2:
            return
        for number, job, payload in await asyncio.to_thread(self._jobs.unfinished, self._taken, _AHEAD - len(ahead)):
            self._taken = number
            ahead.append((job, asyncio.create_task(self._readers.read(payload, job.behaviour))))

    async def _carry_out(self, job: CaptureJob, reading: Reading) -> None:
        async with self._writing:
            told = await asyncio.to_thread(self._sort, reading, job.member)
            faults = [*reading.faults, *told.faults]
            moved: Mapping[bytes, str] = {}
            refused: Mapping[bytes, TcmChainError] = {}
            if not (faults and job.behaviour is ErrorBehaviour.ROLLBACK):
                moved, refused = await self._move(job.member, reading, told.new, job.behaviour)
                faults += _refused(told.new, refused)
                told = replace(told, new=tuple(event for event in told.new if event.key not in refused))
            if faults and job.behaviour is ErrorBehaviour.ROLLBACK:
                told = _NOTHING
                moved = {}
            finished = replace(
                job,
                finished=self._clock.moment(),
                success=not faults,
                events=reading.total,
                captured=len(told.new),
                known=told.known,
                moved=len(moved),
                faults=tuple(faults[:_MOST_FAULTS]),
            )
            await asyncio.to_thread(self._write, finished, job.member, told, moved, list(refused))
        self._told()

    async def _give_up(self, job: CaptureJob) -> None:
        failed = replace(
            job, finished=self._clock.moment(), success=False, faults=(Fault(None, "", "internal", "error"),)
        )
        with suppress(SQLAlchemyError):
            await asyncio.to_thread(self._write, failed, job.member, _NOTHING, {}, ())

    def _sort(self, reading: Reading, member: MemberId) -> _Sorted:
        """Tell new events from known ones, from those that take another's id, and that call another's event wrong."""
        known = self._events.known([event.key for event in reading.events])
        named = (
            event
            for event in reading.events
            if event.id not in (hash_id(event.hash), known.get(event.key, ("", ""))[1])
        )
        taken = self._events.taken({event.id for event in named})
        others = self._events.of_others([event.hash for event in reading.events if event.declared], member)
        new: dict[bytes, Prepared] = {}
        aliases: dict[str, int] = {}
        faults = []
        for event in reading.events:
            place = f"/epcisBody/eventList/{event.index}"
            if taken.setdefault(event.id, event.hash) != event.hash:
                faults.append(Fault(event.index, f"{place}/eventID", "event-id", EventIdTaken.code, {"id": event.id}))
            elif event.key in known:
                seq, name = known[event.key]
                if name != event.id:
                    aliases[event.id] = seq
            elif event.declared and event.hash in others:
                where, details = f"{place}/errorDeclaration", {"id": event.id}
                faults.append(Fault(event.index, where, "error-declaration", EventOfAnother.code, details))
            else:
                new.setdefault(event.key, event)
        count = len(reading.events) - len(new) - len(faults)
        return _Sorted(tuple(new.values()), reading.marks, count, aliases, tuple(faults))

    async def _move(
        self, member: MemberId, reading: Reading, new: Sequence[Prepared], behaviour: ErrorBehaviour
    ) -> tuple[dict[bytes, str], dict[bytes, TcmChainError]]:
        """Take the steps of new events on the ledger: what moved, and what was refused."""
        hashes = {event.key: event.hash for event in new if event.index in reading.steps}
        if not hashes:
            return {}, {}
        begun = await asyncio.to_thread(self._jobs.begun, list(hashes))
        done = dict(await self._mover.found(member, hashes, min(begun.values()))) if begun else {}
        steps = {e.key: reading.steps[e.index] for e in new if e.key in hashes and e.key not in done}
        if not steps:
            return done, {}
        await asyncio.to_thread(
            self._jobs.begin_moves, member, {key: hashes[key] for key in steps}, self._clock.moment()
        )
        answers = await self._mover.move(member, steps, behaviour is ErrorBehaviour.ROLLBACK)
        done.update((key, answer) for key, answer in answers.items() if isinstance(answer, str))
        return done, {key: answer for key, answer in answers.items() if isinstance(answer, TcmChainError)}

    def _write(
        self,
        job: CaptureJob | None,
        member: MemberId,
        told: _Sorted,
        moved: Mapping[bytes, str],
        refused: Sequence[bytes],
    ) -> None:
        """Write events, what is known of their moves and the job in one transaction."""
        with writing(self._engine) as connection:
            if job is not None:
                # First, as it takes the writer's place before anything is read.
                self._jobs.finish(connection, job)
            if told.new:
                first = replace(told.new[0], words=(*told.new[0].words, (MEMBER, member)))
                self._events.add(connection, [first, *told.new[1:]], told.marks, member, self._clock.moment(), moved)
            self._events.alias(connection, told.aliases)
            self._jobs.end_moves(connection, [*moved, *refused])


def _refusal(fault: Fault) -> TcmChainError:
    return (EventOfAnother if fault.code == EventOfAnother.code else EventIdTaken)(**fault.details)


def _refused(events: Sequence[Prepared], refused: Mapping[bytes, TcmChainError]) -> list[Fault]:
    found = []
    for event in events:
        error = refused.get(event.key)
        if error is not None:
            place = f"/epcisBody/eventList/{event.index}"
            found.append(Fault(event.index, place, error.code, error.code, _plain(error.details)))
    return found


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, str | int | float) else str(value) for name, value in details.items()}
