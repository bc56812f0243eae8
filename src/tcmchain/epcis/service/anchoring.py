"""Anchoring: observations of a member, a thousand to a root, and the proof of each."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.epcis.contract import CHAIN, EpcisCalls
from tcmchain.epcis.model.merkle import leaf_of, proof_of, root_of, tree_of
from tcmchain.epcis.model.refusals import MovedNotAnchored, NoServiceAccount, NotAnchoredYet
from tcmchain.epcis.readmodel.batches import BatchStore
from tcmchain.epcis.readmodel.rows import Batch, Captured
from tcmchain.epcis.service.clock import Clock
from tcmchain.errors import TcmChainError, Unavailable
from tcmchain.values import Hash32, MemberId

A_BATCH: Final = 1_000
_AT_ONCE: Final = 16
_PAUSE: Final = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proof:
    """What leads from an event's hash to a root on the chain; hashes are 32 bytes."""

    event: Captured
    batch: Batch
    position: int
    leaf: bytes
    siblings: tuple[bytes, ...]


class Anchoring:
    """Anchors what was captured: full batches at once, a partial one when its oldest has waited long enough."""

    def __init__(
        self,
        calls: EpcisCalls,
        batches: BatchStore,
        sender: Sender,
        signer_of: Callable[[MemberId], Signer],
        clock: Clock,
        patience: float,
    ) -> None:
        self._calls = calls
        self._batches = batches
        self._sender = sender
        self._signer_of = signer_of
        self._clock = clock
        self._patience = patience
        self._wake = asyncio.Event()
        self._seen: dict[MemberId, int] = {}
        self._work: asyncio.Task[None] | None = None

    def told(self) -> None:
        """Something was captured."""
        self._wake.set()

    async def start(self) -> None:
        """Begin to anchor."""
        self._wake.set()
        self._work = asyncio.create_task(self._carry_on(), name="epcis-anchoring")

    async def stop(self) -> None:
        """Stop; what is not anchored is at the next start."""
        if self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work
            self._work = None

    async def anchor(self, partial: bool = False) -> int:
        """Anchor what is due, or with ``partial`` all there is; answers the number of batches."""
        held_up: set[str] = set()
        for batch in await asyncio.to_thread(self._batches.unanchored):
            if batch.member not in held_up and not await self._sent([batch]):
                held_up.add(batch.member)
        made = 0
        for member in await asyncio.to_thread(self._batches.members):
            try:
                signer = self._signer_of(member)
            except NoServiceAccount:
                # They wait until the node is given an account; nothing is lost.
                continue
            while member not in held_up and (batches := await self._next(member, partial)):
                if not await self._sent(batches, signer):
                    held_up.add(member)
                made += len(batches)
        return made

    async def _sent(self, batches: list[Batch], signer: Signer | None = None) -> bool:
        """Whether batches were sent; what one member may not anchor, such as one suspended, holds no other up."""
        try:
            await self._send(batches, signer)
        except Unavailable:
            raise
        except TcmChainError as error:
            _log.warning("member %s cannot anchor: %s", batches[0].member, error)
            return False
        return True

    def proof(self, event: Captured) -> Proof:
        """An event's proof; raises ``NotAnchoredYet`` or ``MovedNotAnchored``."""
        if event.move is not None:
            raise MovedNotAnchored(id=event.id, tx=event.move)
        batch = self._batches.of(event.member, event.seq)
        if batch is None or not batch.anchored:
            raise NotAnchoredYet(id=event.id)
        leaves = self._batches.leaves(batch)
        position = [seq for seq, _ in leaves].index(event.seq)
        siblings = proof_of(tree_of([digest for _, digest in leaves]), position)
        return Proof(event, batch, position, leaf_of(event.hash), tuple(siblings))

    def newest(self, limit: int) -> list[Batch]:
        """The newest batches of all members."""
        return self._batches.newest(limit)

    async def _carry_on(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._patience):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self.anchor()
            except TcmChainError as error:
                _log.warning("anchoring waits: %s", error)
                await asyncio.sleep(_PAUSE)
                self._wake.set()

    async def _next(self, member: MemberId, partial: bool) -> list[Batch]:
        """A member's batches that are due, kept before they are sent."""
        newest = await asyncio.to_thread(self._batches.newest_event)
        seen = self._seen.get(member, 0)
        leaves = await asyncio.to_thread(self._batches.next_leaves, member, A_BATCH * _AT_ONCE, seen)
        self._seen[member] = leaves[0][0] - 1 if leaves else max(seen, newest)
        now = self._clock.moment()
        parts = [leaves[at : at + A_BATCH] for at in range(0, len(leaves), A_BATCH)]
        due = [part for part in parts if len(part) == A_BATCH or partial or part[0][2] <= now - self._patience * 1000]
        if not due:
            return []
        first = await self._calls.last_batch(member) + 1
        found = []
        for number, part in enumerate(due, first):
            root = root_of(await asyncio.to_thread(tree_of, [digest for _, digest, _ in part]))
            batch = Batch(member, number, part[0][0], part[-1][0], len(part), root, now, None, False)
            await asyncio.to_thread(self._batches.keep, batch)
            found.append(batch)
        return found

    async def _send(self, batches: list[Batch], signer: Signer | None = None) -> None:
        wanted = []
        for batch in batches:
            member = MemberId(batch.member)
            if await self._calls.anchored(member, batch.number) == Hash32("0x" + batch.root.hex()):
                await asyncio.to_thread(self._batches.anchored, batch, None)
            else:
                wanted.append(batch)
        if not wanted:
            return
        signer = signer or self._signer_of(MemberId(wanted[0].member))
        calls = [self._calls.anchor(batch.root, batch.count, batch.number) for batch in wanted]
        for batch, tx in zip(wanted, await self._sender.send(calls, signer), strict=True):
            await self._sender.wait(CHAIN, tx)
            await asyncio.to_thread(self._batches.anchored, batch, tx)
