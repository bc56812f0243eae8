"""Keeping sealed letters for accounts until they are fetched. The node can read none of them."""

import time
from collections.abc import Callable, Sequence

from tcmchain.letters.model.errors import (
    InboxFull,
    LetterUnknown,
    NotRecipient,
    RecipientUnknown,
    TooManyLetters,
)
from tcmchain.letters.model.letters import Letter, Room
from tcmchain.letters.readmodel.store import LetterStore
from tcmchain.values import Address, Hash32, UnixTime
from tcmchain.web.allowance import Allowance


class Letters:
    """Who sends is not kept. ``takes`` says for which accounts letters are kept at all."""

    def __init__(
        self,
        store: LetterStore,
        takes: Callable[[Address], bool],
        room: Room,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._takes = takes
        self._room = room
        self._now = now
        self._allowance = Allowance(room.a_minute)

    def put(self, recipient: Address, sealed: bytes, place: str | None = None, sender: Address | None = None) -> Letter:
        """Keep a letter. ``place`` is where it comes from, ``None`` for the node itself; ``sender`` signed for it.

        Raises ``RecipientUnknown``, ``LetterTooLarge``, ``LetterUnsealed``, ``InboxFull`` and ``TooManyLetters``.
        """
        now = UnixTime(int(self._now()))
        if place is not None:
            wait = self._allowance.spend(place, now)
            if wait:
                raise TooManyLetters(seconds=wait)
        letter = Letter(recipient, sealed, now, UnixTime(now + self._room.seconds))
        if not self._takes(recipient):
            raise RecipientUnknown(account=recipient)
        known = sender is not None and self._takes(sender)
        if not self._store.keep(letter, self._room.most if place is None else self._room.for_sender(known)):
            raise InboxFull(account=recipient)
        return letter

    def waiting(self, recipient: Address, asker: Address) -> Sequence[Letter]:
        """All letters that wait for whoever asks, the oldest first; raises ``NotRecipient``.

        All, as a part would be what others chose: so much rubbish hides a letter that came later.
        """
        self._check(recipient, asker)
        return self._store.waiting(recipient, UnixTime(int(self._now())), self._room.most)

    def drop(self, recipient: Address, letter: Hash32, asker: Address) -> None:
        """Forget a letter that was read; raises ``NotRecipient`` and ``LetterUnknown``."""
        self._check(recipient, asker)
        if not self._store.drop(recipient, letter):
            raise LetterUnknown(letter=letter)

    def count(self) -> int:
        """How many letters wait at this node."""
        return self._store.count()

    def _check(self, recipient: Address, asker: Address) -> None:
        if recipient != asker:
            raise NotRecipient(account=asker)
