"""Telling the patient and the family of a break-glass, as soon as the node knows of it."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from tcmchain.consent.model.granted import BreakGlass
from tcmchain.consent.readmodel.notices import NoticeStore
from tcmchain.consent.readmodel.records import ConsentRecords
from tcmchain.crypto.letters import seal_letter
from tcmchain.errors import NotFound, TcmChainError, Unavailable
from tcmchain.letters.service import Letters
from tcmchain.patients.service import Patients
from tcmchain.values import Address

_AT_ONCE: Final = 100
_PAUSE: Final = 1.0
_PADDED_TO: Final = 1024

_log = logging.getLogger(__name__)


class Notices:
    """One sealed letter for each step and each person, with public facts only. Nobody can keep it from being sent.

    ``others`` tell of what else happened, whenever the index has moved.

    ``head`` is the block up to which the index is, ``indexed`` waits until it has come to one; ``sender`` is the node's
    account, named in the letters.
    """

    def __init__(
        self,
        records: ConsentRecords,
        store: NoticeStore,
        patients: Patients,
        letters: Letters,
        sender: Address,
        head: Callable[[], int],
        indexed: Callable[[int], Awaitable[None]],
        others: Sequence[Callable[[], int]] = (),
    ) -> None:
        self._records = records
        self._store = store
        self._patients = patients
        self._letters = letters
        self._sender = sender
        self._head = head
        self._indexed = indexed
        self._others = tuple(others)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to tell, where it was left."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; what was not told is told after the next start."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def tell(self) -> int:
        """Tell everything that happened since; answers how many letters were put in."""
        sent, place = 0, self._store.place()
        while found := self._records.moved_since(place, _AT_ONCE):
            for place, glass in found:  # noqa: B007
                sent += self._tell(glass)
            self._store.move(place)
        return sent

    async def _run(self) -> None:
        while True:
            head = self._head()
            try:
                for tell in (self.tell, *self._others):
                    await run_in_threadpool(tell)
                await self._indexed(head + 1)
            except Unavailable:
                await asyncio.sleep(_PAUSE)
            except (TcmChainError, SQLAlchemyError):
                _log.exception("a notice of break-glass could not be put in, trying again")
                await asyncio.sleep(_PAUSE)

    def _tell(self, glass: BreakGlass) -> int:
        sent = 0
        for account in self._patients.told_of(glass.patient):
            for step in _steps(glass):
                if not self._store.is_told(glass.id, step, account):
                    sent += self._put(account, _content(glass, step, self._sender))
                    self._store.told(glass.id, step, account)
        return sent

    def _put(self, account: Address, content: dict[str, Any]) -> int:
        inbox = self._patients.inbox_of(account)
        if inbox is None:
            return 0
        raw = json.dumps(content, separators=(",", ":")).encode()
        try:
            self._letters.put(account, seal_letter(inbox, raw + b" " * (-len(raw) % _PADDED_TO)))
        except NotFound:
            # A proxy that published no inbox is no recipient; the patient and the other proxies are told.
            return 0
        return 1


def _steps(glass: BreakGlass) -> list[str]:
    happened = {
        "broken": True,
        "seconded": glass.second is not None,
        "ended": glass.ended_by is not None,
        "reviewed": glass.justified is not None,
    }
    return [step for step, has in happened.items() if has]


def _content(glass: BreakGlass, step: str, sender: Address) -> dict[str, Any]:
    """Only what stands on the chain for everybody."""
    return {
        "kind": "notice",
        "from": sender,
        "about": "break-glass",
        "step": step,
        "id": glass.id,
        "patient": glass.patient,
        "first": glass.first,
        "member": glass.member,
        "second": glass.second,
        "secondMember": glass.second_member,
        "reason": glass.reason,
        "at": glass.at,
        "until": glass.until,
        "reviewBy": glass.review_by,
        "justified": glass.justified,
    }
