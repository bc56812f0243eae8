"""Capture jobs: handed in, carried out, told of; and the moves that were begun for them."""

import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from tcmchain.epcis.model.jobs import CaptureJob, ErrorBehaviour, Fault, JobId
from tcmchain.epcis.readmodel import tables
from tcmchain.epcis.readmodel.writing import writing
from tcmchain.values import Address, MemberId

_IN_ONE: Final = 500
_FAST: Final = 1
_HEAD: Final = [column for column in tables.jobs.c if column.name != "payload"]


class JobStore:
    """Reads and writes of jobs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._numbering = threading.Lock()

    def hand_in(self, job: CaptureJob, payload: bytes) -> None:
        """Keep a job and its document; what this has returned from is never lost."""
        row = {
            "id": job.id,
            "member": job.member,
            "account": job.account,
            "behaviour": job.behaviour.value,
            "created": job.created,
            "finished": job.finished,
            "success": job.success,
            "events": job.events,
            "captured": job.captured,
            "known": job.known,
            "moved": job.moved,
            "faults": None,
            "payload": zlib.compress(payload, _FAST),
        }
        with self._numbering, writing(self._engine) as connection:
            connection.execute(insert(tables.jobs), {**row, "number": _next_number(connection)})

    def job(self, job: JobId) -> CaptureJob | None:
        """A job by its id."""
        with self._engine.connect() as connection:
            row = connection.execute(select(*_HEAD).where(tables.jobs.c.id == job)).first()
        return None if row is None else _job(row)

    def jobs(self, member: MemberId, limit: int, before: int | None = None) -> list[tuple[int, CaptureJob]]:
        """A member's jobs with their numbers, newest first."""
        kept = tables.jobs.c
        wanted = select(*_HEAD).where(kept.member == member).order_by(kept.number.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(kept.number < before)
        with self._engine.connect() as connection:
            return [(row.number, _job(row)) for row in connection.execute(wanted)]

    def unfinished(self, after: int, limit: int) -> list[tuple[int, CaptureJob, bytes]]:
        """Jobs to be carried out with their numbers and documents, in the order handed in, after a number."""
        kept = tables.jobs.c
        wanted = select(tables.jobs).where(kept.finished.is_(None), kept.number > after).order_by(kept.number)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.limit(limit)).all()
        return [(row.number, _job(row), zlib.decompress(row.payload)) for row in rows]

    def finish(self, connection: Connection, job: CaptureJob) -> None:
        """Write what became of a job."""
        faults = orjson.dumps([asdict(fault) for fault in job.faults]) if job.faults else None
        values: dict[str, Any] = {
            "finished": job.finished,
            "success": job.success,
            "events": job.events,
            "captured": job.captured,
            "known": job.known,
            "moved": job.moved,
            "faults": faults,
            "payload": None,
        }
        connection.execute(update(tables.jobs).where(tables.jobs.c.id == job.id).values(**values))

    def begin_moves(self, member: MemberId, moves: Mapping[bytes, bytes], sent: int) -> None:
        """Keep that moves of these keys and hashes are about to be sent."""
        rows = [
            {"key": key, "member": member, "hash": digest, "sent": sent, "tx": None} for key, digest in moves.items()
        ]
        with writing(self._engine) as connection:
            self.end_moves(connection, list(moves))
            connection.execute(insert(tables.moves), rows)

    def begun(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Which of these moves were begun and not ended, with the moment of it: the node stopped in between."""
        kept = tables.moves.c
        if not keys:
            return {}
        with self._engine.connect() as connection:
            rows = connection.execute(select(kept.key, kept.sent)).all()
        wanted = set(keys)
        return {bytes(row.key): row.sent for row in rows if bytes(row.key) in wanted}

    def end_moves(self, connection: Connection, keys: Sequence[bytes]) -> None:
        """Forget moves that were begun: what became of them is written with this."""
        for at in range(0, len(keys), _IN_ONE):
            connection.execute(delete(tables.moves).where(tables.moves.c.key.in_(keys[at : at + _IN_ONE])))


def _next_number(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(tables.jobs.c.number), 0))).scalar_one()) + 1


def _job(row: Any) -> CaptureJob:
    faults = orjson.loads(row.faults) if row.faults else []
    return CaptureJob(
        JobId(row.id),
        MemberId(row.member),
        Address(row.account),
        ErrorBehaviour(row.behaviour),
        row.created,
        row.finished,
        bool(row.success),
        row.events,
        row.captured,
        row.known,
        row.moved,
        tuple(Fault(**fault) for fault in faults),
    )
