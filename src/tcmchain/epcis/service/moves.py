"""Moves: events that move goods become steps of the ledger, many in a transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.epcis.model.moves import Move
from tcmchain.epcis.model.refusals import TooManyMoves
from tcmchain.epcis.service.writing import StepWriter
from tcmchain.errors import NotFound, TcmChainError, Unavailable
from tcmchain.provenance.service.ledger import Ledger
from tcmchain.provenance.service.steps import Steps
from tcmchain.values import Hash32, MemberId

_STEPS_IN_ONE: Final = 50
_BYTES_IN_ONE: Final = 60_000
_MOST_TOGETHER: Final = 200
_LOOKED_BACK: Final = 2_000
_SLACK: Final = 300

_log = logging.getLogger(__name__)

Answers = dict[bytes, str | TcmChainError]


class Moves:
    """Signs moves with the member's service account, and follows them until they are indexed."""

    def __init__(
        self,
        writer: StepWriter,
        steps: Steps,
        ledger: Ledger,
        sender: Sender,
        signer_of: Callable[[MemberId], Signer],
        indexed: Callable[[int], Awaitable[None]],
    ) -> None:
        self._writer = writer
        self._steps = steps
        self._ledger = ledger
        self._sender = sender
        self._signer_of = signer_of
        self._indexed = indexed

    async def move(self, member: MemberId, steps: Mapping[bytes, Move], together: bool) -> Answers:
        """Take steps in their order; answers the transaction or the refusal of each, by the event's key.

        ``together`` takes all or none; more than 200 are too many for that. Raises ``Unavailable`` when the chain
        does not answer.
        """
        try:
            signer = await asyncio.to_thread(self._signer_of, member)
            if together and len(steps) > _MOST_TOGETHER:
                raise TooManyMoves(limit=_MOST_TOGETHER, given=len(steps))
        except Unavailable:
            raise
        except TcmChainError as error:
            return dict.fromkeys(steps, error)
        if together:
            return await self._together(member, steps, signer)
        answers: Answers = {}
        left = list(steps.items())
        while left:
            calls, left = await asyncio.to_thread(self._written, member, left, answers)
            # What is left names lots that the calls before it make.
            answers.update(await self._send(calls, signer))
        return answers

    async def found(self, member: MemberId, hashes: Mapping[bytes, bytes], since: int) -> dict[bytes, str]:
        """Of moves that were begun (``since``, in milliseconds), those that the ledger has, by the event's key."""
        wanted = {digest.hex(): key for key, digest in hashes.items()}
        return await asyncio.to_thread(self._look_back, member, wanted, since // 1000 - _SLACK)

    def _look_back(self, member: MemberId, wanted: Mapping[str, bytes], since: int) -> dict[bytes, str]:
        found: dict[bytes, str] = {}
        before: int | None = None
        for _ in range(_LOOKED_BACK):
            steps = self._ledger.steps(member=member, before=before, limit=200)
            for step in steps:
                key = wanted.get(str(step.facts.get("epcis", "")))
                if key is not None:
                    found[key] = step.tx
            if not steps or steps[-1].recorded < since:
                break
            before = steps[-1].id
        return found

    def _written(
        self, member: MemberId, left: Sequence[tuple[bytes, Move]], answers: Answers
    ) -> tuple[list[tuple[bytes, Call]], list[tuple[bytes, Move]]]:
        """Calls of steps up to the first that waits for one before it, and the steps from there on."""
        calls: list[tuple[bytes, Call]] = []
        for at, (key, step) in enumerate(left):
            try:
                calls.append((key, self._writer.call(step, member)))
            except NotFound as error:
                if calls:
                    return calls, list(left[at:])
                answers[key] = error
            except TcmChainError as error:
                answers[key] = error
        return calls, []

    async def _together(self, member: MemberId, steps: Mapping[bytes, Move], signer: Signer) -> Answers:
        answers: Answers = {}
        calls, left = await asyncio.to_thread(self._written, member, list(steps.items()), answers)
        for key, step in left:
            try:
                await asyncio.to_thread(self._writer.call, step, member)
            except TcmChainError as error:
                answers[key] = error
        if answers or not calls:
            return answers
        culprit = await self._first_refused(calls, signer)
        if culprit is not None:
            return {culprit[0]: culprit[1]}
        return await self._send_one(calls, signer)

    async def _first_refused(
        self, calls: Sequence[tuple[bytes, Call]], signer: Signer
    ) -> tuple[bytes, TcmChainError] | None:
        """The first call that would be refused after those before it, found by halving."""
        refusal = await self._refusal(calls, signer)
        if refusal is None:
            return None
        good, bad = 0, len(calls)
        while bad - good > 1:
            middle = (good + bad) // 2
            error = await self._refusal(calls[:middle], signer)
            if error is None:
                good = middle
            else:
                bad, refusal = middle, error
        return calls[bad - 1][0], refusal

    async def _refusal(self, calls: Sequence[tuple[bytes, Call]], signer: Signer) -> TcmChainError | None:
        try:
            await self._sender.check([self._steps.together([call for _, call in calls])], signer.address)
        except Unavailable:
            raise
        except TcmChainError as error:
            return error
        return None

    async def _send(self, calls: Sequence[tuple[bytes, Call]], signer: Signer) -> Answers:
        groups = _grouped(calls)
        if not groups:
            return {}
        sent = await self._sender.send([self._steps.together([c for _, c in group]) for group in groups], signer)
        answers: Answers = {}
        block = 0
        refused: list[list[tuple[bytes, Call]]] = []
        for group, tx in zip(groups, sent, strict=True):
            try:
                block = max(block, (await self._sender.wait("care", tx)).block)
                answers.update((key, tx) for key, _ in group)
            except Unavailable:
                raise
            except TcmChainError as error:
                if len(group) == 1:
                    answers[group[0][0]] = error
                else:
                    refused.append(group)
        await self._indexed(block)
        for group in refused:
            middle = len(group) // 2
            answers.update(await self._send(group[:middle], signer))
            answers.update(await self._send(group[middle:], signer))
        return answers

    async def _send_one(self, calls: Sequence[tuple[bytes, Call]], signer: Signer) -> Answers:
        (tx,) = await self._sender.send([self._steps.together([call for _, call in calls])], signer)
        answer: Hash32 | TcmChainError = tx
        try:
            await self._indexed((await self._sender.wait("care", tx)).block)
        except Unavailable:
            raise
        except TcmChainError as error:
            answer = error
        return {key: answer for key, _ in calls}


def _grouped(calls: Sequence[tuple[bytes, Call]]) -> list[list[tuple[bytes, Call]]]:
    groups: list[list[tuple[bytes, Call]]] = []
    size = 0
    for key, call in calls:
        length = len(call.data) // 2
        if not groups or len(groups[-1]) == _STEPS_IN_ONE or size + length > _BYTES_IN_ONE:
            groups.append([])
            size = 0
        groups[-1].append((key, call))
        size += length
    return groups
