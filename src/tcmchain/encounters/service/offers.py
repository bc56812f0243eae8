"""What a patient shows to be found: an offer that waits at the node, sealed, until its code is typed once."""

import time
from collections.abc import Callable
from typing import Final

from tcmchain.encounters.model.errors import OfferInvalid, OfferUnknown, TooManyOffers
from tcmchain.encounters.readmodel.private import PrivateVisits
from tcmchain.values import UnixTime
from tcmchain.web.allowance import Allowance

SECONDS: Final = 600
"""How long an offer waits."""
LONGEST: Final = 2048
"""No sealed offer is longer than this many bytes."""

_WAITING: Final = 10_000
_SHARE: Final = 20
"""Offers that one place may leave, and try to take, in a minute."""


class Offers:
    """The node knows an offer only by a name that is derived from its code, and cannot open it."""

    def __init__(self, store: PrivateVisits, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now
        self._leaving, self._taking = Allowance(_SHARE), Allowance(_SHARE)

    def leave(self, offer: str, sealed: bytes, place: str) -> UnixTime:
        """Let an offer wait; answers until when. ``place`` is where the caller comes from.

        Raises ``OfferInvalid`` or ``TooManyOffers``.
        """
        now = self._now()
        if self._leaving.spend(place, now):
            raise TooManyOffers
        if not 0 < len(sealed) <= LONGEST:
            raise OfferInvalid
        until = UnixTime(int(now) + SECONDS)
        if not self._store.leave(offer, sealed, until, int(now), _WAITING):
            raise TooManyOffers
        return until

    def take(self, offer: str, place: str) -> bytes:
        """Take an offer, once; raises ``OfferUnknown`` or ``TooManyOffers``."""
        now = self._now()
        if self._taking.spend(place, now):
            raise TooManyOffers
        found = self._store.take(offer, int(now))
        if found is None:
            raise OfferUnknown
        return found
