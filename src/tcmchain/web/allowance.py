"""How often one place, or one account, may do something in a minute."""

import threading
from collections import OrderedDict
from typing import Final

_WINDOW: Final = 60
_MOST_NAMES: Final = 10_000


class Allowance:
    """Counts in memory by name, minute by minute of the clock; the name that was quiet longest is forgotten first."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, name: str, now: float) -> int:
        """Count once more; answers how many seconds to wait: 0 as long as something of the minute's share is left."""
        window = int(now) // _WINDOW
        with self._lock:
            counted, since = self._seen.pop(name, (0, window))
            counted = counted + 1 if since == window else 1
            self._seen[name] = (counted, window)
            while len(self._seen) > _MOST_NAMES:
                self._seen.popitem(last=False)
        return _WINDOW - int(now) % _WINDOW if counted > self._a_minute else 0
