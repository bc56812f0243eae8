"""After writing, signing and dispensing nothing says who the patient is or what ails them, or opens the slip."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from tests.prescriptions.counter import NAME, STRANGER, Counter
from tests.prescriptions.sheets import sheet
from tests.stories.leaks import Search

from tcmchain.crypto.keys import derive, scalar
from tcmchain.example import cast
from tcmchain.prescriptions.client import PrescriptionsClient
from tcmchain.prescriptions.model.prescription import Diagnosis
from tcmchain.prescriptions.model.reading import document_of
from tcmchain.prescriptions.model.slip import Slip

pytestmark = pytest.mark.engine

DISEASE: Final = "春温夹湿伤及气阴"
SYNDROME: Final = "肝郁脾虚夹湿生热证"
REASON: Final = "患者曾服此量而安，已当面告知"
RECORD: Final = "A-20261124-7"


def _secrets(slip: Slip) -> dict[str, str | bytes]:
    return {
        "name": NAME,
        "disease": DISEASE,
        "syndrome": SYNDROME,
        "reason": REASON,
        "record": RECORD,
        "slip": slip.write(),
        "slip secret": slip.secret,
        "slip key": scalar(derive(slip.secret, "slip/key", 48)),
        "seal key": derive(slip.secret, "slip/seal", 32),
    }


def test_look_through__everything_that_the_node_keeps_and_tells__finds_no_secret(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = Diagnosis(disease_words=DISEASE, syndrome_words=SYNDROME)
    lines = ("huangqi 30", "danggui 18")
    wanted = document_of(sheet(*lines, doses=3, days=3, diagnosis=told))
    found = counter.as_(STRANGER, lambda client: client.check(wanted))
    reasons = {one["id"]: REASON for one in found["findings"] if one["needs_reason"]}
    slip = counter.issue(*lines, diagnosis=told, reasons=reasons)
    counter.as_(cast.officer("pharmacy"), lambda client: client.fulfil(slip))
    document = counter.as_(STRANGER, lambda client: client.open(slip))
    assert counter.as_(STRANGER, lambda client: client.replay(document))["same"] is True
    assert [one.reason for one in document.overrides] == [REASON]

    search = Search(_secrets(slip))
    assert search.look(document.write()) == {"name", "disease", "syndrome", "reason", "record"}
    counter.running.run(counter.running.catch_up())
    assert search.look_through(counter.running.node.home) == {}
    assert search.look(caplog.text.encode()) == set()
    assert search.look(counter.as_(STRANGER, _doors(slip))) == set()


def _doors(slip: Slip) -> Callable[[PrescriptionsClient], Awaitable[bytes]]:
    async def read(client: PrescriptionsClient) -> bytes:
        http = client._http
        paths = ("", f"/{slip.id}", f"/{slip.id}/sealed", "/counts", "/rules")
        answers = [await http.exchange("GET", f"/api/prescriptions{path}") for path in paths]
        pages = [await http.exchange("GET", f"/prescriptions{path}") for path in ("", "/write", "/rules")]
        return b"\n".join(answer.content for answer in (*answers, *pages))

    return read
