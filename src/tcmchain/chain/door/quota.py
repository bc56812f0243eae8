"""What one caller may ask of a chain: gas is free here, so something else must limit it."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tcmchain.errors import TooMany

_CALLERS_KEPT: Final = 10_000


class AskedTooMuch(TooMany):
    """The caller asked for more than its share: ``seconds`` until it may ask again."""

    code = "asked-too-much"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the door takes. Rates are a caller's, by its address; bursts are what it may ask at once."""

    body: int = 1024 * 1024
    batch: int = 100
    questions: float = 3_000
    questions_burst: float = 9_000
    gas: float = 6e9
    gas_burst: float = 120e9
    call_gas: int = 100_000_000
    log_blocks: int = 10_000
    logs: int = 10_000
    subscriptions: int = 16
    sockets: int = 64


class Bucket:
    """Fills at a rate up to a size; taking more than it holds is refused."""

    def __init__(self, rate: float, size: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._size = size
        self._clock = clock
        self._held = size
        self._at = clock()

    def take(self, amount: float) -> None:
        """Take an amount; raises :class:`AskedTooMuch`. An amount beyond the size waits for a full bucket."""
        now = self._clock()
        self._held = min(self._size, self._held + (now - self._at) * self._rate)
        self._at = now
        wanted = min(amount, self._size)
        if wanted > self._held:
            seconds = max(1, round((wanted - self._held) / self._rate))
            raise AskedTooMuch(f"too much asked at once: try again in {seconds} s", seconds=seconds)
        self._held -= wanted


class Quotas:
    """The buckets of all callers; those who were away longest are forgotten first."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: OrderedDict[str, tuple[Bucket, Bucket]] = OrderedDict()

    def _of(self, caller: str) -> tuple[Bucket, Bucket]:
        found = self._buckets.get(caller)
        if found is None:
            limits = self._limits
            found = (Bucket(limits.questions, limits.questions_burst), Bucket(limits.gas, limits.gas_burst))
            self._buckets[caller] = found
            if len(self._buckets) > _CALLERS_KEPT:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(caller)
        return found

    def ask(self, caller: str, questions: int) -> None:
        """Count questions; raises :class:`AskedTooMuch`."""
        self._of(caller)[0].take(questions)

    def burn(self, caller: str, gas: int) -> None:
        """Count gas; raises :class:`AskedTooMuch`."""
        self._of(caller)[1].take(gas)
