"""Captured events written as the document that a question is answered with."""

import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson

from tcmchain.epcis.model.contexts import EPCIS_CONTEXT
from tcmchain.epcis.model.questions import write_moment
from tcmchain.epcis.readmodel.rows import Captured

RESOURCES: Final = (
    "capture",
    "queries",
    "events",
    "eventTypes",
    "epcs",
    "bizSteps",
    "bizLocations",
    "readPoints",
    "dispositions",
)
"""The top-level resources of the standard's interface."""

_BODY: Final = "resultsBody"


def collection(members: Iterable[str]) -> dict[str, Any]:
    """A list of resources."""
    return {"@context": EPCIS_CONTEXT, "type": "Collection", "member": list(members)}


def result_document(events: Sequence[Captured], name: str, subscription: str | None = None, created: int = 0) -> bytes:
    """An EPCISQueryDocument; every event stands as it was captured, with the time it was recorded."""
    results: dict[str, Any] = {"queryName": name}
    if subscription is not None:
        results["subscriptionID"] = subscription
    listed = [_told(event) for event in events]
    return orjson.dumps(
        {
            "@context": [EPCIS_CONTEXT],
            "type": "EPCISQueryDocument",
            "schemaVersion": "2.0",
            "creationDate": write_moment(created or int(time.time() * 1000)),
            "epcisBody": {"queryResults": {**results, _BODY: {"eventList": listed}}},
        }
    )


def _told(event: Captured) -> orjson.Fragment:
    """An event's own text, untouched but for the time of its record."""
    return orjson.Fragment(b'{"recordTime":"' + write_moment(event.record_time).encode() + b'",' + event.raw[1:])
