"""The time that the store notes: milliseconds that never stand still or go back."""

import threading
import time
from collections.abc import Callable


class Clock:
    """Moments of capture; two never are in the wrong order, whatever the machine's clock does."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._last = 0
        self._lock = threading.Lock()

    def moment(self) -> int:
        """Unix milliseconds."""
        with self._lock:
            self._last = max(self._last, int(self._now() * 1000))
            return self._last
