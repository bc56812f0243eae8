"""Programs ask what a code says, and what a tag is to hold; refusals say where and why in both languages."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tcmchain.app import FORMATS
from tcmchain.gs1.door import router
from tcmchain.web import errors
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.sentences import Sentences

_UDI = "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234"


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    folders = [TEMPLATES, TEMPLATES.parents[1] / "gs1" / "templates"]
    errors.install(app, Sentences(folders, FORMATS), Pages({}))
    app.include_router(router())
    return TestClient(app)


def _read(client: TestClient, text: str, **more: Any) -> Mapping[str, Any]:
    answer = client.get("/api/gs1/read", params={"text": text, **more})
    assert answer.status_code == 200
    found: Mapping[str, Any] = answer.json()
    return found


def test_ask__udi_of_china__gets_its_elements_link_and_epc(client: TestClient) -> None:
    found = _read(client, _UDI, prefix_length=8)
    assert [(one["ai"], one["title"]) for one in found["elements"]][1] == ("11", "PROD DATE")
    assert found["human"] == _UDI
    assert found["link"] == "https://id.gs1.org/01/06901234567892/10/A213B1/21/1234?11=141231&17=150707"
    assert found["epc"] == "urn:epc:id:sgtin:69012345.06789.1234"


def test_ask__tag__gets_its_content_and_comes_back(client: TestClient) -> None:
    found = _read(client, "3074257BF7194E4000001A85")["tag"]
    assert found == {
        "uri": "urn:epc:tag:sgtin-96:3.0614141.812345.6789",
        "scheme": "sgtin-96",
        "filter": 3,
        "filter_zh": "",
        "filter_en": "",
        "hex": "3074257BF7194E4000001A85",
    }
    asked = {"text": "urn:epc:id:sgtin:0614141.812345.6789", "filter": 3}
    assert client.get("/api/gs1/tags", params=asked).json() == found


def test_ask__trace_code__gets_drug_and_serial_and_no_verdict(client: TestClient) -> None:
    found = _read(client, "81234567890123456789")
    assert (found["kind"], found["trace_code"], found["drug"]) == ("trace-code", "81234567890123456789", "8123456")


def test_ask__elements_that_must_not_meet__is_told_in_both_languages(client: TestClient) -> None:
    (fault, _) = _read(client, "(01)06901234567892(37)12")["together"]
    assert (fault["ai"], fault["rule"], fault["zh"][:4], fault["en"][:11]) == (
        "01",
        "excludes",
        "与另一应",
        "it must not",
    )


@pytest.mark.parametrize(("language", "words"), [("zh", "第 18 个字符处"), ("en", "character 18")])
def test_ask__wrong_code__is_told_where_and_why(client: TestClient, language: str, words: str) -> None:
    answer = client.get("/api/gs1/read", params={"text": "(01)06901234567893", "lang": language})
    assert (answer.status_code, answer.json()["code"]) == (422, "gs1-element-refused")
    assert words in answer.json()["message"]
    assert answer.json()["details"]["rule"] == "check-digit"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=50), st.integers(0, 20))
def test_ask__anything__is_answered(client: TestClient, text: str, length: int) -> None:
    for path in ("read", "tags"):
        answer = client.get(f"/api/gs1/{path}", params={"text": text, "prefix_length": length})
        assert answer.status_code in (200, 422)
