"""A document of EPCIS handed in from its file, and what the page of its job then says."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import AXE
from tests.browser.signing_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.engine]
_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_DONE = 20_000


def _document(step: str) -> Any:
    event = {
        "type": "ObjectEvent", "eventTime": "2026-10-01T09:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        "epcList": ["urn:epc:id:sgtin:9520000.001001.B1"], "action": "OBSERVE", "bizStep": step,
    }  # fmt: skip
    whole = {
        "@context": [_CONTEXT], "type": "EPCISDocument", "schemaVersion": "2.0",
        "creationDate": "2026-10-01T10:00:00+08:00", "epcisBody": {"eventList": [event]},
    }  # fmt: skip
    return {"name": "events.json", "mimeType": "application/json", "buffer": json.dumps(whole).encode()}


def _hand_in(page: Page, node: str, file: Any) -> None:
    page.goto(f"{node}/epcis")
    page.locator("epcis-capture summary").click()
    page.locator("epcis-capture [name=file]").set_input_files(file)
    page.locator("epcis-capture button").click()


def test_hand_in__from_a_file__leads_to_the_job(node: str, page: Page) -> None:
    sign_in(node, page.context, "factory")
    _hand_in(page, node, _document("arriving"))
    expect(page).to_have_url(re.compile("/epcis/show/jobs/"), timeout=_DONE)
    expect(page.locator(".pill.ok")).to_be_visible(timeout=_DONE)
    _hand_in(page, node, _document("transforming"))
    expect(page.locator("#faults-h")).to_be_visible(timeout=_DONE)


def test_hand_in__what_is_no_document__says_so_and_stays(node: str, page: Page) -> None:
    sign_in(node, page.context, "factory")
    _hand_in(page, node, {"name": "no.json", "mimeType": "application/json", "buffer": b"nope"})
    expect(page.locator("epcis-capture .trouble")).to_contain_text("EPCIS", timeout=_DONE)
    page.add_script_tag(path=AXE)
    assert page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].target}`))") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
