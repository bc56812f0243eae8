"""What a patient shows to be found: an offer that waits at the node, sealed, until its code is typed once."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from tcmchain.encounters.model.errors import OfferInvalid, OfferUnknown, TooManyOffers
from tcmchain.encounters.readmodel.private import PrivateVisits
from tcmchain.values import UnixTime

SECONDS: Final = 600
"""How long an offer waits."""
LONGEST: Final = 2048
"""No sealed offer is longer than this many bytes."""

_WAITING: Final = 10_000
_WINDOW: Final = 60
_SHARE: Final = 20
_PLACES: Final = 10_000


class Share:
    """How often one place may do something in a minute."""

    def __init__(self, most: int = _SHARE) -> None:
        self._most = most
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def take(self, place: str, now: float) -> None:
        """Count once more; raises ``TooManyOffers``."""
        window = int(now) // _WINDOW
        counted, since = self._seen.pop(place, (0, window))
        counted = counted + 1 if since == window else 1
        self._seen[place] = (counted, window)
        while len(self._seen) > _PLACES:
            self._seen.popitem(last=False)
        if counted > self._most:
            raise TooManyOffers


class Offers:
    """The node knows an offer only by a name that is derived from its code, and cannot open it."""

    def __init__(self, store: PrivateVisits, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now
        self._leaving, self._taking = Share(), Share()

    def leave(self, offer: str, sealed: bytes, place: str) -> UnixTime:
        """Let an offer wait; answers until when. ``place`` is where the caller comes from.

        Raises ``OfferInvalid`` or ``TooManyOffers``.
        """
        now = self._now()
        self._leaving.take(place, now)
        if not 0 < len(sealed) <= LONGEST:
            raise OfferInvalid
        until = UnixTime(int(now) + SECONDS)
        if not self._store.leave(offer, sealed, until, int(now), _WAITING):
            raise TooManyOffers
        return until

    def take(self, offer: str, place: str) -> bytes:
        """Take an offer, once; raises ``OfferUnknown`` or ``TooManyOffers``."""
        now = self._now()
        self._taking.take(place, now)
        found = self._store.take(offer, int(now))
        if found is None:
            raise OfferUnknown
        return found
