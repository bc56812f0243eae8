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
    """A lot's page and its compressed form, which is made once."""

    lot: LotId
    stamp: Stamp
    plain: bytes
    compressed: bytes


class Shelf:
    """The newest pages by address and language; those used least recently make room."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._lock = Lock()

    def find(self, variant: str) -> Kept | None:
        """The page that was put here last, fresh or not."""
        with self._lock:
            found = self._pages.get(variant)
            if found is not None:
                self._pages.move_to_end(variant)
            return found

    def put(self, lot: LotId, variant: str, stamp: Stamp, page: bytes) -> None:
        """Keep a page."""
        kept = Kept(lot, stamp, page, gzip.compress(page, 6, mtime=0))
        with self._lock:
            self._pages[variant] = kept
            self._pages.move_to_end(variant)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
