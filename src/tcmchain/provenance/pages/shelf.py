"""Rendered certificates, kept until something that they stand on moves."""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

from tcmchain.values import LotId

_MOST: Final = 2_000
Stamp = tuple[int, int]
"""The version of a lot's certificate and the day, for warnings of expiry change with the days."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page and its compressed form, which is made once."""

    plain: bytes
    compressed: bytes


class Shelf:
    """The newest pages by lot and language; those used least recently make room."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._pages: OrderedDict[tuple[LotId, str], tuple[Stamp, Kept]] = OrderedDict()
        self._lock = Lock()

    def find(self, lot: LotId, variant: str, stamp: Stamp) -> Kept | None:
        """The page, if it was put here with the same stamp."""
        with self._lock:
            found = self._pages.get((lot, variant))
            if found is None or found[0] != stamp:
                return None
            self._pages.move_to_end((lot, variant))
            return found[1]

    def put(self, lot: LotId, variant: str, stamp: Stamp, page: bytes) -> None:
        """Keep a page."""
        kept = Kept(page, gzip.compress(page, 6, mtime=0))
        with self._lock:
            self._pages[lot, variant] = (stamp, kept)
            self._pages.move_to_end((lot, variant))
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
