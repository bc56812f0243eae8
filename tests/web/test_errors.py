"""Errors become a status and a sentence."""

from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Path as PathPart
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Message
from tests.web.front import browser, front

from tcmchain.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    TcmChainError,
    TooLarge,
    TooMany,
    Unavailable,
)
from tcmchain.web.errors import status_of
from tcmchain.web.pages import TEMPLATES
from tcmchain.web.sentences import Sentences


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return browser(front(tmp_path))


@pytest.mark.parametrize(
    ("family", "status"),
    [
        (NotFound, 404),
        (NotPermitted, 403),
        (NotSignedIn, 401),
        (Conflict, 409),
        (Invalid, 422),
        (TooLarge, 413),
        (Unavailable, 503),
        (TooMany, 429),
        (TcmChainError, 500),
    ],
)
def test_answer__family__has_its_status(family: type[TcmChainError], status: int) -> None:
    assert status_of(type("OfASlice", (family,), {})()) == status


def test_answer__error_at_a_door__is_json_with_code_and_details(client: TestClient) -> None:
    answer = client.get("/api/trouble/taken", headers={"Accept": "text/html"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "conflict"
    assert answer.json()["details"] == {"by": "<script>"}


def test_answer__error_that_quotes_broken_unicode__is_json_all_the_same(client: TestClient) -> None:
    answer = client.get("/api/trouble/broken")
    assert answer.status_code == 422
    assert answer.json()["details"] == {"text": "?人参"}


def test_answer__error_on_a_page__is_a_page_in_the_readers_language(client: TestClient) -> None:
    chinese = client.get("/trouble/gone", headers={"Accept": "text/html"})
    english = client.get("/trouble/gone?lang=en", headers={"Accept": "text/html"})
    assert chinese.status_code == english.status_code == 404
    assert '<html lang="zh-CN"' in chinese.text
    assert '<html lang="en"' in english.text


def test_answer__unexpected_error__tells_nothing_of_the_inside(client: TestClient) -> None:
    for path, accept in (("/api/trouble/bug", "*/*"), ("/trouble/bug", "text/html")):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "RuntimeError" not in answer.text


async def test_answer__upload_broken_off__is_no_error_of_the_nodes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app, sent = front(tmp_path), list[Message]()

    async def read(request: Request) -> Response:
        return Response(await request.body())

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    app.add_route("/read", read, methods=["POST"])
    scope = {"type": "http", "method": "POST", "path": "/read", "raw_path": b"/read", "query_string": b""}
    headers = [(b"host", b"localhost")]
    await app({**scope, "headers": headers, "scheme": "http", "server": ("localhost", 80)}, receive, send)
    assert sent[0]["status"] == 400
    assert caplog.records == []


def test_answer__malformed_body__names_the_field(client: TestClient) -> None:
    answer = client.post("/api/herbs", json={"name": ""})
    assert answer.status_code == 422
    assert answer.json()["code"] == "malformed"
    assert answer.json()["details"]["faults"][0]["where"] == "name"
    assert answer.json()["details"]["where"] == "name"  # for the sentence that a client makes of the code


def test_answer__no_such_page__says_which(client: TestClient) -> None:
    answer = client.get("/nowhere/<b>", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<b>" not in answer.text.replace("<b>中医链世界</b>", "").replace("<b>TCM", "")


def test_answer__cut_address_of_a_page__is_not_found_and_not_a_pattern(tmp_path: Path) -> None:
    app = front(tmp_path)

    @app.get("/herb/{herb}")
    def show(herb: Annotated[str, PathPart(pattern="^0x[0-9a-f]{64}$")]) -> str:
        return herb

    pages = browser(app)
    answer = pages.get("/herb/0x12", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "pattern" not in answer.text
    assert pages.get("/herb/0x12", headers={"Accept": "application/json"}).status_code == 422


def test_answer__wrong_method__is_405_and_names_the_right_ones(client: TestClient) -> None:
    answer = client.get("/api/herbs")
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


def test_say__unknown_code__falls_back_on_the_family() -> None:
    sentences = Sentences([TEMPLATES])
    unknown = type("Unheard", (Conflict,), {"code": "unheard-of"})()
    assert sentences.of(unknown, "en") == sentences.of(Conflict(), "en")


def test_say__every_own_code__in_both_languages() -> None:
    sentences = Sentences([TEMPLATES])
    for code in sentences.codes():
        assert sentences.text(code, "zh", {})
        assert sentences.text(code, "en", {})
