"""Capture jobs: what was handed in, how far it is, and what was wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NewType

from tcmchain.values import Address, MemberId

JobId = NewType("JobId", str)


class ErrorBehaviour(StrEnum):
    """What becomes of a document of which an event is refused."""

    ROLLBACK = "rollback"
    PROCEED = "proceed"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one event: its ``index`` in the document, where (a JSON pointer) and which rule.

    ``code`` names the error that a sentence is found by.
    """

    index: int | None
    place: str
    rule: str
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """A job; moments are Unix milliseconds, ``finished`` is ``None`` while it runs."""

    id: JobId
    member: MemberId
    account: Address
    behaviour: ErrorBehaviour
    created: int
    finished: int | None
    success: bool
    events: int
    captured: int
    known: int
    moved: int
    faults: tuple[Fault, ...]

    @property
    def running(self) -> bool:
        """Whether it is not finished."""
        return self.finished is None
