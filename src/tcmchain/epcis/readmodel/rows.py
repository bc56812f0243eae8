"""Captured events as rows: what a worker prepares and the store writes and reads."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event read, checked and hashed, ready to be written; ``words`` are values that are listed."""

    index: int
    key: bytes
    hash: bytes
    id: str
    event_time: int
    declared: bool
    raw: bytes
    record: bytes
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks of many events in the order of the store's index: each with the ``index`` of its event."""

    terms: "array[int]"
    indexes: "array[int]"


@dataclass(frozen=True, slots=True)
class Captured:
    """An event of the store; ``move`` is the transaction that it became, if it moved goods."""

    seq: int
    hash: bytes
    id: str
    event_time: int
    record_time: int
    member: str
    move: str | None
    declared: bool
    raw: bytes
    content: bytes

    def record(self) -> Mapping[str, Any]:
        """The event in its normal form."""
        found: Mapping[str, Any] = orjson.loads(self.content)
        return found

    @property
    def hash_id(self) -> str:
        """The event hash id of CBV 2.0."""
        return hash_id(self.hash)


@dataclass(frozen=True, slots=True)
class Batch:
    """Observations of one member that were anchored together, or are about to be."""

    member: str
    number: int
    first: int
    last: int
    count: int
    root: bytes
    created: int
    tx: str | None
    anchored: bool


def hash_id(digest: bytes) -> str:
    """The event hash id of a SHA-256 (CBV 2.0, section 8.9)."""
    return f"ni:///sha-256;{digest.hex()}?ver=CBV2.0"


def captured(row: Any) -> Captured:
    """An event out of its row."""
    return Captured(
        row.seq,
        bytes(row.hash),
        row.id,
        row.event_time,
        row.record_time,
        row.member,
        row.move,
        bool(row.declared),
        bytes(row.raw),
        bytes(row.record),
    )
