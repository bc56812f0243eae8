"""Published examples, and a plain event to change.

``data/event_hash`` holds the examples of the reference implementation of the event hash ID with their hashes
(github.com/RalphTro/epcis-event-hash-generator of 2023, commit 5d2f1c38, MIT). ``data/documents`` holds documents of
epcis2.js (github.com/evrythng/epcis2.js, commit 231e813b, Apache-2.0: those named by a kind alone) and of OpenEPCIS
(github.com/openepcis/openepcis-test-resources, commit 901e5d39, Apache-2.0), ``data/invalid`` the documents that the
latter say are to be refused. Terms stand in ``docs/notices.md``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from tcmchain.epcis.model.contexts import EPCIS_CONTEXT

DATA: Final = Path(__file__).parent / "data"
HASHED: Final = sorted((DATA / "event_hash").glob("*.jsonld"))
DOCUMENTS: Final = sorted((DATA / "documents").glob("*Event.json"))
FURTHER: Final = sorted(path for path in (DATA / "documents").glob("*_*.json"))
INVALID: Final = sorted((DATA / "invalid").glob("*.json"))
CONTEXT: Final[list[Any]] = [EPCIS_CONTEXT, {"example": "https://ns.example.com/epcis/", "tcm": "urn:tcmchain:epcis:"}]


def event(**members: Any) -> dict[str, Any]:
    """A plain ObjectEvent with some members changed; ``None`` takes one away."""
    found = {
        "@context": CONTEXT,
        "type": "ObjectEvent",
        "eventTime": "2026-03-04T11:00:30.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "epcList": ["urn:epc:id:sgtin:4012345.011111.9876"],
        "action": "OBSERVE",
        "bizStep": "departing",
        "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.987"},
        **members,
    }
    return {name: value for name, value in found.items() if value is not None}


def document(*events: Mapping[str, Any], **members: Any) -> bytes:
    """A document of events; members changed or, with ``None``, taken away."""
    found = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-04T12:00:00Z",
        "epcisBody": {"eventList": [{k: v for k, v in e.items() if k != "@context"} for e in events]},
        **members,
    }
    return orjson.dumps({name: value for name, value in found.items() if value is not None})


def events_of(raw: bytes) -> tuple[Any, list[dict[str, Any]], list[str]]:
    """The context of a document, its events, and the members that it says repositories are to ignore."""
    given = orjson.loads(raw)
    body = given["epcisBody"]
    results = body.get("queryResults")
    holder = results or given
    ignored = [value for name, value in holder.items() if name.endswith(":ignoreFields")]
    events = results["resultsBody"]["eventList"] if results else body["eventList"]
    return given["@context"], events, ignored[0] if ignored else []
