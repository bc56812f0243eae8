"""Counts of dispensings, carried from ``care`` to ``pharmacy`` by itself.

The dispensing member's node notices that the count has grown, gathers the witnesses of two other voting members and
brings them to the chain with its relay account. Reviews cannot be more than what is counted so.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.errors import TcmChainError
from tcmchain.reviews.contract import ReviewsCalls
from tcmchain.reviews.model.errors import NotSeen
from tcmchain.reviews.readmodel.records import ReviewsRecords
from tcmchain.rewards.model.earnings import Witness
from tcmchain.rewards.service.witnessing import Witnessing
from tcmchain.values import Hash32, MemberId

_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 300.0

AskTally = Callable[[MemberId, int], Awaitable[Sequence[str]]]
"""Another node's witnesses to a member's count."""

_log = logging.getLogger(__name__)


class Tallies:
    """Bears witness to counts of others, and carries over those of its own members."""

    def __init__(
        self,
        calls: ReviewsCalls,
        records: ReviewsRecords,
        witnessing: Witnessing,
        sender: Sender,
        relay: Signer,
        peers: Sequence[AskTally] = (),
    ) -> None:
        self._calls = calls
        self._records = records
        self._witnessing = witnessing
        self._sender = sender
        self._relay = relay
        self._peers = tuple(peers)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to carry counts over."""
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Stop; a count that is not carried over yet waits."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def witness(self, member: MemberId, count: int) -> list[Witness]:
        """Signatures of this node's members under a count; raises ``NotSeen`` when its own index says less."""
        seen = await asyncio.to_thread(self._records.dispensed, member)
        if not 0 < count <= seen:
            raise NotSeen(member=member, count=count, seen=seen)
        _, typed = await self._calls.tally(member, count)
        return await asyncio.to_thread(self._witnessing.sign, typed, member)

    async def carry_over(self, member: MemberId) -> Hash32 | None:
        """Carry a member's count over; answers the transaction, ``None`` when nothing has grown.

        Raises ``TooFewWitnesses``, and what the chain refuses.
        """
        standing = await asyncio.to_thread(self._records.standing, member)
        if standing.dispensed <= standing.tallied:
            return None
        tally, typed = await self._calls.tally(member, standing.dispensed)
        asked = [partial(peer, member, standing.dispensed) for peer in self._peers]
        call = self._calls.carry_over(tally, await self._witnessing.gather(typed, asked, member))
        await self._sender.check([call], self._relay.address)
        (tx,) = await self._sender.send([call], self._relay)
        return tx

    async def level(self) -> int:
        """Carry over what has grown of this node's members; answers how many counts."""
        done = 0
        for member in await asyncio.to_thread(self._witnessing.members):
            tx = await self.carry_over(member)
            if tx is not None:
                await self._sender.wait("pharmacy", tx)
                done += 1
        return done

    async def _follow(self) -> None:
        pause = _PAUSE
        while True:
            try:
                await self.level()
                pause = _PAUSE
            except TcmChainError as error:
                # Witnesses may be away for long; reviews wait meanwhile, and nothing else does.
                _log.warning("counts of dispensings wait: %s", error.code)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except (OSError, sqlite3.Error, SQLAlchemyError) as error:
                # A full disk or a locked database passes; what was not carried over is in the next round.
                _log.warning("counts of dispensings wait: %s", type(error).__name__)
                pause = min(2 * pause, _LONGEST_PAUSE)
            await asyncio.sleep(pause)
