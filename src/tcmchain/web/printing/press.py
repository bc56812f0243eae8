"""Who prints when: drawing a file takes a processor for a while, and anybody may ask for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from tcmchain.errors import TooMany

_AT_ONCE: Final = 2
_WAITING: Final = 8


class PressBusy(TooMany):
    """Too many files are being drawn just now: ``waiting``."""

    code = "print-busy"


class Press:
    """Lets a few draw at once and a few more wait; whoever comes beyond is told to come again."""

    def __init__(self, at_once: int = _AT_ONCE, waiting: int = _WAITING) -> None:
        self._turn = BoundedSemaphore(at_once)
        self._places = BoundedSemaphore(at_once + waiting)
        self._limit = at_once + waiting

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn; raises :class:`PressBusy` when no place to wait is left."""
        if not self._places.acquire(blocking=False):
            raise PressBusy(waiting=self._limit)
        try:
            with self._turn:
                yield
        finally:
            self._places.release()
