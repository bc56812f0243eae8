"""A custodian's own small database: sealed fragments, receipts, their batches, and one-time numbers that were used.

One thread writes. What waits meanwhile goes into one transaction and through to the disk with one fsync, and only
then is anybody answered. Receipts get their numbers there, so that numbers have no gaps and none is given twice.
"""

import asyncio
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from tcmchain.custodians.model.errors import StoreStuck
from tcmchain.custodians.model.fragments import Fragment
from tcmchain.custodians.model.receipts import Batch, Decision, Outcome, Receipt, Signed
from tcmchain.custodians.readmodel.own_tables import TABLES
from tcmchain.errors import TcmChainError
from tcmchain.values import Address, BlockNumber, Hash32, UnixTime

Sign = Callable[[int, Decision], Signed]
"""Signs a decision under a number."""

_MOST_AT_ONCE: Final = 256
_Work = tuple[Callable[[sqlite3.Connection], Any], asyncio.Future[Any] | None]

_KEEP_FRAGMENT: Final = "INSERT OR REPLACE INTO fragment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_KEEP_RECEIPT: Final = "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_KEEP_BATCH: Final = "INSERT OR REPLACE INTO batch VALUES (?, ?, ?, ?, ?)"
_KEEP_NONCE: Final = "INSERT OR REPLACE INTO nonce VALUES (?, ?)"
_RECEIPTS: Final = "SELECT * FROM receipt WHERE patient = ? AND number > ? ORDER BY number LIMIT ?"
_DIGESTS: Final = "SELECT digest FROM receipt WHERE number BETWEEN ? AND ? ORDER BY number"
_BATCH_OF: Final = "SELECT * FROM batch WHERE first <= ? AND tx IS NOT NULL ORDER BY first DESC LIMIT 1"
_FAULTS: Final = (sqlite3.Error, OSError, ValueError, TypeError, OverflowError, TcmChainError)


class Journal:
    """The database of one custodian; ``sign`` is called in the writing thread."""

    def __init__(self, file: Path, custodian: Address, sign: Sign) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Created before SQLite opens it, so that it is never readable by others.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._custodian = custodian
        self._sign = sign
        self._writing = _connect(file)
        self._writing.executescript(TABLES)
        self._reading = _connect(file)
        self._reading_lock = threading.Lock()
        self._last: int = self._writing.execute("SELECT coalesce(max(number), 0) FROM receipt").fetchone()[0]
        self._nonces: dict[bytes, int] = dict(self._writing.execute("SELECT nonce, until FROM nonce"))
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_all, name="custodian-journal", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what waits, and give the database back."""
        self._queue.put(None)
        self._thread.join()
        self._writing.close()
        self._reading.close()

    # One-time numbers ------------------------------------------------------------------------------------------------

    def use(self, nonce: bytes, until: int, now: int) -> bool:
        """Note a number until a moment; ``False`` when it stands there already.

        It is on the disk before whatever is written after it, so before any answer that a write precedes.
        """
        if self._nonces.get(nonce, -1) >= now:
            return False
        if len(self._nonces) % 1024 == 0:
            self._nonces = {known: end for known, end in self._nonces.items() if end >= now}
            self._queue.put((lambda database: database.execute("DELETE FROM nonce WHERE until < ?", (now,)), None))
        self._nonces[nonce] = until
        self._queue.put((lambda database: database.execute(_KEEP_NONCE, (nonce, until)), None))
        return True

    # Fragments -------------------------------------------------------------------------------------------------------

    async def keep(self, fragment: Fragment) -> None:
        """Keep a fragment, in place of an earlier one for the same grant and epoch; raises :class:`StoreStuck`."""
        row = (
            fragment.grant,
            fragment.epoch,
            fragment.patient,
            fragment.label,
            fragment.sealed,
            fragment.verifying,
            fragment.delegating,
            fragment.reading,
            fragment.until,
        )
        await self._written(lambda database: database.execute(_KEEP_FRAGMENT, row))

    async def drop(self, grant: Hash32) -> None:
        """Drop the fragments of a grant that holds no longer."""
        await self._written(lambda database: database.execute("DELETE FROM fragment WHERE grant_id = ?", (grant,)))

    async def drop_expired(self, now: int) -> int:
        """Drop fragments whose time is over; answers how many."""
        made = await self._written(
            lambda database: database.execute("DELETE FROM fragment WHERE until < ?", (now,)).rowcount
        )
        return int(made)

    def fragment(self, grant: Hash32, epoch: int) -> Fragment | None:
        """The fragment for a grant and an epoch."""
        row = self._one("SELECT * FROM fragment WHERE grant_id = ? AND epoch = ?", (grant, epoch))
        if row is None:
            return None
        return Fragment(
            Hash32(row[0]), row[1], Address(row[2]), Hash32(row[3]), row[4], row[5], row[6], row[7], UnixTime(row[8])
        )

    # Receipts --------------------------------------------------------------------------------------------------------

    async def decide(self, decision: Decision) -> Signed:
        """Number, sign and keep a decision; answers when it is on the disk. Raises :class:`StoreStuck`."""
        return await self._written(lambda database: self._keep_receipt(database, decision))  # type: ignore[no-any-return]

    def _keep_receipt(self, database: sqlite3.Connection, decision: Decision) -> Signed:
        signed = self._sign(self._last + 1, decision)
        database.execute(_KEEP_RECEIPT, _row(signed))
        self._last += 1
        return signed

    def receipts_of(self, patient: Address, after: int, limit: int) -> list[Signed]:
        """A patient's receipts beyond a number, in order."""
        return [self._signed(row) for row in self._all(_RECEIPTS, (patient, after, limit))]

    def digests(self, first: int, last: int) -> list[bytes]:
        """Digests of the receipts ``first`` to ``last``."""
        return [row[0] for row in self._all(_DIGESTS, (first, last))]

    def counts(self) -> tuple[int, int]:
        """How many fragments and how many receipts are kept."""
        found = self._one("SELECT (SELECT count(*) FROM fragment), (SELECT coalesce(max(number), 0) FROM receipt)")
        return (0, 0) if found is None else (found[0], found[1])

    # Batches ---------------------------------------------------------------------------------------------------------

    def last_receipt(self) -> int:
        """Number of the last receipt on the disk."""
        found = self._one("SELECT coalesce(max(number), 0) FROM receipt")
        return 0 if found is None else int(found[0])

    def last_batch(self) -> Batch | None:
        """The batch made last, anchored or not."""
        row = self._one("SELECT * FROM batch ORDER BY number DESC LIMIT 1")
        return None if row is None else _batch(row)

    def batch_of(self, number: int) -> Batch | None:
        """The anchored batch of a receipt's number."""
        row = self._one(_BATCH_OF, (number,))
        found = None if row is None else _batch(row)
        return found if found is not None and number <= found.last else None

    async def keep_batch(self, batch: Batch) -> None:
        """Keep a batch before it is sent, or what became of it."""
        row = (batch.number, batch.first, batch.last, batch.root, batch.tx)
        await self._written(lambda database: database.execute(_KEEP_BATCH, row))

    # Writing and reading ---------------------------------------------------------------------------------------------

    async def _written(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.put((work, done))
        return await done

    def _write_all(self) -> None:
        while True:
            part = self._next_part()
            works = [work for work in part if work is not None]
            if works:
                self._write(works)
            if None in part:
                return

    def _next_part(self) -> list[_Work | None]:
        part = [self._queue.get()]
        while len(part) < _MOST_AT_ONCE and part[-1] is not None:
            try:
                part.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return part

    def _write(self, works: Sequence[_Work]) -> None:
        before = self._last
        try:
            self._writing.execute("BEGIN IMMEDIATE")
            answers = [work(self._writing) for work, _ in works]
            self._writing.execute("COMMIT")
        except _FAULTS as error:
            self._last = before
            if self._writing.in_transaction:
                self._writing.execute("ROLLBACK")
            stuck = StoreStuck()
            stuck.__cause__ = error
            _tell(works, [stuck] * len(works))
        else:
            _tell(works, answers)

    def _one(self, asked: str, values: Sequence[Any] = ()) -> Any:
        found = self._all(asked, values)
        return found[0] if found else None

    def _all(self, asked: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of an answer; raises :class:`StoreStuck`, so that work in the background waits and goes on."""
        try:
            with self._reading_lock:
                return self._reading.execute(asked, values).fetchall()
        except sqlite3.Error as error:
            raise StoreStuck from error

    def _signed(self, row: Sequence[Any]) -> Signed:
        number, patient, file, version, grant, reader, outcome, purpose, block, at, digest, signature = row
        decision = Decision(
            Address(patient),
            Hash32(file),
            version,
            Hash32(grant),
            Address(reader),
            Outcome(outcome),
            Hash32(purpose),
            BlockNumber(block),
            UnixTime(at),
        )
        return Signed(Receipt(self._custodian, number, decision), digest, signature)


def _connect(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database


def _tell(works: Sequence[_Work], answers: Sequence[Any]) -> None:
    told = [(done, answer) for (_, done), answer in zip(works, answers, strict=True) if done is not None]
    if told:
        try:
            told[0][0].get_loop().call_soon_threadsafe(_settle, told)
        except RuntimeError:
            # The loop is gone with everybody who waited.
            return


def _settle(told: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for done, answer in told:
        if done.done():
            continue
        if isinstance(answer, Exception):
            done.set_exception(answer)
        else:
            done.set_result(answer)


def _batch(row: Sequence[Any]) -> Batch:
    return Batch(row[0], row[1], row[2], row[3], None if row[4] is None else Hash32(row[4]))


def _row(signed: Signed) -> tuple[Any, ...]:
    decision = signed.receipt.decision
    return (
        signed.receipt.number,
        decision.patient,
        decision.file,
        decision.version,
        decision.grant,
        decision.reader,
        int(decision.outcome),
        decision.purpose,
        decision.block,
        decision.at,
        signed.digest,
        signed.signature,
    )
