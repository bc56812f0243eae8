"""What deeds earned: reading it, having it paid, and taking it back by vote."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Final

from tcmchain.chain.calls import Call
from tcmchain.chain.sender import Sender
from tcmchain.chain.signers import Signer
from tcmchain.rewards.contract import EarningsCalls
from tcmchain.rewards.model.earnings import Account, Earning, Wish, Witness
from tcmchain.rewards.model.errors import EarningUnknown, NoReason, NothingToClaim, NotSeen
from tcmchain.rewards.readmodel.earnings import EarningsRecords
from tcmchain.rewards.service.witnessing import Witnessing
from tcmchain.values import Address, Hash32, Points, UnixTime

CLAIM_SECONDS: Final = 3_600
"""How long a claim holds from when it was made."""

_LONGEST_CLAIM: Final = 2 * CLAIM_SECONDS
_LONGEST_REASON: Final = 2_000

AskClaim = Callable[[Address, Address, Points, UnixTime], Awaitable[Sequence[str]]]
"""Another node's witnesses to a claim: source, account, total, last second."""


class Earnings:
    """Every answer is a replay of the chains' events; no caller may say what has vested."""

    def __init__(
        self,
        calls: EarningsCalls,
        records: EarningsRecords,
        witnessing: Witnessing,
        sender: Sender,
        relay: Signer,
        peers: Sequence[AskClaim] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        self._calls = calls
        self._records = records
        self._witnessing = witnessing
        self._sender = sender
        self._relay = relay
        self._peers = tuple(peers)
        self._now = now

    def now(self) -> int:
        """The moment by which vesting is judged."""
        return int(self._now())

    def account(self, account: Address) -> Account:
        """What an account has earned and was paid."""
        return self._records.account(account, self.now())

    def earning(self, earning: Hash32) -> Earning:
        """An earning; raises ``EarningUnknown``."""
        found = self._records.earning(earning)
        if found is None:
            raise EarningUnknown(id=earning)
        return found

    def about(self, about: Hash32) -> Sequence[Earning]:
        """What a formula or a review earned."""
        return self._records.about(about)

    def earnings(
        self, accounts: Collection[Address] | None = None, limit: int = 50, offset: int = 0
    ) -> Sequence[Earning]:
        """What some accounts earned, or all; newest first."""
        return self._records.earnings(accounts, limit, offset)

    def wishes(self, earning: Hash32) -> Sequence[Wish]:
        """Which members want an earning back."""
        return self._records.wishes(earning)

    def wanted(self, limit: int = 50) -> Sequence[Earning]:
        """Earnings that members want back."""
        return self._records.wanted(limit)

    def claw_back(self, earning: Hash32, reason: str) -> list[Call]:
        """Want an earning back, as a member that votes; raises ``EarningUnknown`` and ``NoReason``.

        The majority of the voting members takes it. Only the reason's SHA-256 stands on the chain.
        """
        found, text = self.earning(earning), reason.strip()
        if found.clawed_back or found.cancelled:
            raise EarningUnknown(id=earning)
        if not text or len(text) > _LONGEST_REASON:
            raise NoReason
        return [self._calls.claw_back(earning, reason_digest(text))]

    async def witness(self, source: Address, account: Address, total: Points, not_after: UnixTime) -> list[Witness]:
        """Signatures of this node's members under a claim; raises ``NotSeen`` when its own index says less."""
        known = await asyncio.to_thread(self.account, account)
        seen = sum(one.vested for one in known.sources if one.source == source)
        if not 0 < total <= seen or not_after > self.now() + _LONGEST_CLAIM:
            raise NotSeen(asked=total, seen=seen)
        _, typed = await self._calls.typed(source, account, total, not_after)
        return await asyncio.to_thread(self._witnessing.sign, typed)

    async def claim(self, account: Address) -> list[Hash32]:
        """Have what vested and was not paid yet paid to an account's purse on ``care``; answers the transactions.

        Anybody may ask, as it is paid to nobody else. Raises ``NothingToClaim``, ``TooFewWitnesses``,
        ``ClaimsCapped``.
        """
        found = await asyncio.to_thread(self.account, account)
        if not found.claimable:
            raise NothingToClaim(account=account, total=found.paid)
        until = UnixTime(self.now() + CLAIM_SECONDS)
        sent = []
        for one in found.sources:
            if not one.claimable:
                continue
            claim, typed = await self._calls.typed(one.source, account, one.vested, until)
            asked = [partial(peer, one.source, account, one.vested, until) for peer in self._peers]
            call = self._calls.claim(claim, await self._witnessing.gather(typed, asked))
            await self._sender.check([call], self._relay.address)
            sent += await self._sender.send([call], self._relay)
        return sent


def reason_digest(reason: str) -> Hash32:
    """What the chain keeps of a reason."""
    return Hash32("0x" + hashlib.sha256(reason.strip().encode()).hexdigest())
