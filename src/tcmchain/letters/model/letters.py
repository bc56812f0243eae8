"""Letters as a node keeps them: sealed, for one account, until they are fetched or too old."""

import hashlib
from dataclasses import dataclass
from typing import Final

from tcmchain.letters.model.errors import LetterTooLarge, LetterUnsealed
from tcmchain.values import Address, Hash32, UnixTime

LONGEST: Final = 64 << 10
"""Bytes of a sealed letter."""
SHORTEST: Final = 48
"""Bytes that sealing alone adds (RFC 9180: encapsulated key and tag)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A sealed letter. Its id is the SHA-256 of its bytes, so that one handed in twice is one."""

    recipient: Address
    sealed: bytes
    arrived: UnixTime
    expires: UnixTime

    def __post_init__(self) -> None:
        if len(self.sealed) > LONGEST:
            raise LetterTooLarge(limit=LONGEST)
        if len(self.sealed) <= SHORTEST:
            raise LetterUnsealed(length=len(self.sealed))

    @property
    def id(self) -> Hash32:
        """Its name at the node."""
        return Hash32("0x" + hashlib.sha256(self.sealed).hexdigest())


@dataclass(frozen=True, slots=True)
class Room:
    """What a node keeps: seconds a letter waits, letters an account may have waiting.

    Strangers' letters may take ``share_of_strangers`` of it only, so that nobody keeps out those whom the node knows.
    ``reserve`` more are kept for the node's own notices: nobody is left untold because others filled the inbox.
    """

    seconds: int
    letters: int = 500
    share_of_strangers: float = 0.5
    a_minute: int = 60
    reserve: int = 100

    @property
    def most(self) -> int:
        """How many may wait for an account in all."""
        return self.letters + self.reserve

    def for_sender(self, known: bool) -> int:
        """How many may wait before no more are taken from such a sender."""
        return self.letters if known else int(self.letters * self.share_of_strangers)
