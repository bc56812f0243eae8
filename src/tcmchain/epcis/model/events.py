"""An EPCIS event in its normal form (EPCIS 2.0, ISO/IEC 19987)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NewType

EventHash = NewType("EventHash", str)
"""The event hash ID of CBV 2.0, section 8.9: ``ni:///sha-256;<64 hex digits>?ver=CBV2.0``."""


class EventKind(StrEnum):
    """The five kinds of events that the standard defines."""

    OBJECT = "ObjectEvent"
    AGGREGATION = "AggregationEvent"
    TRANSACTION = "TransactionEvent"
    TRANSFORMATION = "TransformationEvent"
    ASSOCIATION = "AssociationEvent"


@dataclass(frozen=True, slots=True)
class ErrorDeclaration:
    """States that an earlier event, equal but for this declaration, was wrong.

    ``time_ms`` is in milliseconds of Unix time; ``corrective_ids`` name the events that say it right.
    """

    time_ms: int
    reason: str | None
    corrective_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EpcisEvent:
    """One event, checked.

    ``id`` is its eventID or else its hash. ``time_ms`` is eventTime and ``record_time_ms`` the stated recordTime, in
    milliseconds of Unix time; ``zone`` is eventTimeZoneOffset. ``record`` is the normal form: standard vocabulary as
    bare words, extension names as ``{namespace}name``, no contexts. ``raw`` is the event alone as compact JSON with
    the contexts that it stood under.
    """

    hash: EventHash
    id: str
    kind: EventKind
    time_ms: int
    zone: str
    record: Mapping[str, Any]
    raw: bytes
    record_time_ms: int | None = None
    error_declaration: ErrorDeclaration | None = None

    @property
    def corrective_ids(self) -> tuple[str, ...]:
        """Events that correct this one, when it is declared wrong."""
        return self.error_declaration.corrective_ids if self.error_declaration else ()
