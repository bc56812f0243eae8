"""Documents and single events, read from JSON: schema first, then the rules beyond it, then the hash."""

from dataclasses import dataclass
from typing import Any

from tcmchain.epcis.model.events import EpcisEvent


@dataclass(frozen=True, slots=True)
class Document:
    """A capture document (``EPCISDocument``) with its events in order.

    ``context`` is its ``@context`` as given, ``creation_date`` as given.
    """

    events: tuple[EpcisEvent, ...]
    context: Any
    creation_date: str
    schema_version: str


def read_document(raw: bytes) -> Document:
    """Read an ``EPCISDocument``; raises ``DocumentInvalid`` with every wrong event."""
    raise NotImplementedError


def read_event(raw: bytes) -> EpcisEvent:
    """Read a single event that carries its own ``@context``; raises ``EventInvalid``."""
    raise NotImplementedError
