"""Sealed prescriptions: blocks that only a slip opens, kept under the hash that the chain commits to."""

import time
from collections.abc import Callable
from typing import Final

from tcmchain.ipfs.cid import Codec, make_cid
from tcmchain.ipfs.errors import BlockErased, BlockMissing
from tcmchain.ipfs.store import BlockStore
from tcmchain.members.service.roll import Roll
from tcmchain.prescriptions.model import refusals
from tcmchain.prescriptions.model.rights import Right
from tcmchain.values import Address, Cid, Hash32
from tcmchain.web.allowance import Allowance

LARGEST: Final = 64 << 10
"""Bytes of a sealed prescription at most; one of forty lines has about twelve thousand."""

_A_MINUTE: Final = 30


class Sealed:
    """Takes sealed prescriptions in from members' accounts, and gives them to whoever asks."""

    def __init__(self, blocks: BlockStore, roll: Roll, now: Callable[[], float] = time.time) -> None:
        self._blocks = blocks
        self._roll = roll
        self._allowance = Allowance(_A_MINUTE)
        self._now = now

    async def keep(self, account: Address, block: bytes) -> Cid:
        """Keep a block before the prescription is issued.

        Raises ``WrongKindOfMember``, ``DocumentTooLong`` and ``TooManyChecks``.
        """
        if self._roll.member_of(account) is None:
            raise refusals.WrongKindOfMember(member=account)
        if len(block) > LARGEST:
            raise refusals.DocumentTooLong(most=LARGEST, given=len(block))
        seconds = self._allowance.spend(account, self._now())
        if seconds:
            raise refusals.TooManyChecks(seconds=seconds)
        return await self._blocks.put(block)

    async def of(self, right: Right) -> bytes:
        """The sealed block of a prescription; raises ``SealedMissing``."""
        try:
            return await self._blocks.get(cid_of(right.content))
        except (BlockMissing, BlockErased) as error:
            raise refusals.SealedMissing(id=right.id) from error


def cid_of(digest: Hash32) -> Cid:
    """The address of a block of raw bytes by its SHA-256."""
    return make_cid(Codec.RAW, bytes.fromhex(digest[2:]))
