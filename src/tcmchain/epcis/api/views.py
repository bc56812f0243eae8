"""What the doors answer, in the standard's own shapes."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from fastapi import Request
from starlette.responses import Response

from tcmchain.epcis.api.edge import VERSIONS, base_url
from tcmchain.epcis.model.jobs import CaptureJob, Fault
from tcmchain.epcis.model.questions import write_moment
from tcmchain.epcis.readmodel.queries import NamedQuery, Subscription
from tcmchain.epcis.readmodel.rows import Captured
from tcmchain.epcis.service.anchoring import Proof
from tcmchain.epcis.service.documents import RESOURCES, collection, result_document
from tcmchain.epcis.service.wording import fault_sentence
from tcmchain.values import MemberId
from tcmchain.web.i18n import Language
from tcmchain.web.sentences import Sentences

JSON: Final = "application/json"


def events_answer(
    request: Request, events: Sequence[Captured], headers: dict[str, str] | None = None, name: str = "SimpleEventQuery"
) -> Response:
    """Events as an EPCISQueryDocument, in the kind of JSON asked for."""
    wanted = request.headers.get("accept", "")
    media = "application/ld+json" if "application/ld+json" in wanted else JSON
    return Response(result_document(events, name), media_type=media, headers=headers)


def json_answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Anything else as JSON."""
    return Response(orjson.dumps(content), status, media_type=JSON, headers=headers)


def resources_answer() -> Response:
    """The top-level resources."""
    return json_answer(collection(RESOURCES), headers=dict(VERSIONS))


def job_view(job: CaptureJob, sentences: Sentences, language: Language) -> dict[str, Any]:
    """A capture job; each error tells its event (``index`` from 0), place (a JSON pointer) and rule."""
    found: dict[str, Any] = {
        "captureID": job.id,
        "createdAt": write_moment(job.created),
        "running": job.running,
        "success": job.success,
        "captureErrorBehaviour": job.behaviour.value,
        "errors": [_fault(fault, sentences, language) for fault in job.faults],
        "tcm:events": job.events,
        "tcm:captured": job.captured,
        "tcm:known": job.known,
        "tcm:moved": job.moved,
    }
    if job.finished is not None:
        found["finishedAt"] = write_moment(job.finished)
    return found


def query_view(query: NamedQuery) -> dict[str, Any]:
    """A named query."""
    return {"name": query.name, "createdAt": write_moment(query.created), "query": query.definition}


def subscription_view(found: Subscription, reader: MemberId) -> dict[str, Any]:
    """A subscription, without its secret; others than its owner are told of ``dest`` no more than the host."""
    shown = {name: value for name, value in found.definition.items() if name != "signatureToken"}
    if reader != found.member:
        # Addresses of subscribers often hold the key that opens them.
        parts = urlsplit(str(shown["dest"]))
        shown["dest"] = f"{parts.scheme}://{parts.netloc}/"
    view: dict[str, Any] = {"subscriptionID": found.id, "createdAt": write_moment(found.created), **shown}
    if found.notified is not None:
        view["lastNotifiedAt"] = write_moment(found.notified)
    return view


def proof_view(request: Request, proof: Proof) -> dict[str, Any]:
    """What leads from an event's hash to the root on the chain; every value is 32 bytes in hex."""
    return {
        "eventID": proof.event.id,
        "hash": proof.event.hash_id,
        "digest": _hex(proof.event.hash),
        "leaf": _hex(proof.leaf),
        "position": proof.position,
        "proof": [_hex(sibling) for sibling in proof.siblings],
        "root": _hex(proof.batch.root),
        "member": proof.batch.member,
        "batch": proof.batch.number,
        "count": proof.batch.count,
        "chain": "care",
        "contract": "Epcis",
        "tx": proof.batch.tx,
        "recordTime": write_moment(proof.event.record_time),
        "event": f"{base_url(request)}/events/{proof.event.id}",
    }


def _fault(fault: Fault, sentences: Sentences, language: Language) -> dict[str, Any]:
    return {
        "type": "epcisException:ValidationException",
        "title": fault.rule,
        "status": 400,
        "detail": fault_sentence(fault, sentences, language),
        "code": fault.code,
        "index": fault.index,
        "place": fault.place,
        "rule": fault.rule,
    }


def _hex(raw: bytes) -> str:
    return "0x" + raw.hex()
