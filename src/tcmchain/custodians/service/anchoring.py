"""The roots of a custodian's receipts on the chain, and the proof of each receipt."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Final

from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.custodians.contract import CHAIN, CustodiansCalls
from tcmchain.custodians.model.errors import UnknownCustodian
from tcmchain.custodians.model.receipts import Batch, Proven, Signed
from tcmchain.custodians.readmodel.journal import Journal
from tcmchain.custodians.service.questions import Questions
from tcmchain.epcis.model.merkle import Rows, proof_of, root_of, tree_of
from tcmchain.errors import TcmChainError
from tcmchain.values import ZERO_HASH

MOST: Final = 4096
"""No root stands over more receipts than this."""

_log = logging.getLogger(__name__)


class Anchoring:
    """Anchors what was decided since the last root, every few seconds; what a kill interrupts is found again."""

    def __init__(
        self,
        calls: CustodiansCalls,
        questions: Questions,
        journal: Journal,
        sender: Sender,
        signer: Signer,
        seconds: float,
    ) -> None:
        self._calls = calls
        self._questions = questions
        self._journal = journal
        self._sender = sender
        self._signer = signer
        self._seconds = seconds
        self._work: asyncio.Task[None] | None = None
        self._rows = lru_cache(maxsize=16)(self._tree)

    async def start(self) -> None:
        """Begin to anchor."""
        self._work = asyncio.create_task(self._carry_on(), name="custodian-anchoring")

    async def stop(self) -> None:
        """Stop; what is not anchored is at the next start."""
        if self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work
            self._work = None

    async def anchor(self) -> int:
        """Anchor everything there is; answers how many roots that took."""
        made = 0
        while (batch := await self._next()) is not None:
            await self._send(batch)
            made += 1
        return made

    def proven(self, receipts: Sequence[Signed]) -> list[Proven]:
        """Receipts with what leads from them to a root; those not anchored yet without."""
        return [self._proven(signed) for signed in receipts]

    def _proven(self, signed: Signed) -> Proven:
        batch = self._journal.batch_of(signed.receipt.number)
        if batch is None:
            return Proven(signed)
        siblings = proof_of(self._rows(batch.first, batch.last), signed.receipt.number - batch.first)
        return Proven(signed, batch.number, tuple(siblings))

    def _tree(self, first: int, last: int) -> Rows:
        return tree_of(self._journal.digests(first, last))

    async def _next(self) -> Batch | None:
        """The batch that is to be sent next: one that was begun before, or a new one, kept before it is sent."""
        last = await asyncio.to_thread(self._journal.last_batch)
        if last is not None and last.tx is None:
            return last
        first = 1 if last is None else last.last + 1
        newest = await asyncio.to_thread(self._journal.last_receipt)
        if newest < first:
            return None
        end = min(newest, first + MOST - 1)
        rows = await asyncio.to_thread(self._tree, first, end)
        batch = Batch(1 if last is None else last.number + 1, first, end, root_of(rows))
        await self._journal.keep_batch(batch)
        return batch

    async def _send(self, batch: Batch) -> None:
        tx = ZERO_HASH
        # Only this account anchors for itself, so a root of this number is this one.
        if await self._questions.last_batch(self._signer.address) < batch.number:
            calls = [self._calls.anchor(batch.root, batch.count, batch.number)]
            await self._sender.check(calls, self._signer.address)
            (tx,) = await self._sender.send(calls, self._signer)
            await self._sender.wait(CHAIN, tx)
        await self._journal.keep_batch(Batch(batch.number, batch.first, batch.last, batch.root, tx))

    async def _carry_on(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await self.anchor()
            except UnknownCustodian:
                # Not enrolled yet: receipts wait.
                continue
            except TcmChainError as error:
                _log.warning("anchoring waits: %s", error)
