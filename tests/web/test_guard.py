"""Hosts, origins, sizes and headers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.web.front import LIMIT, ORIGIN, TABLE_LIMIT, browser, front

TABLE = "/api/provenance/bulk/harvest"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return browser(front(tmp_path))


def test_ask__foreign_host__is_refused(client: TestClient) -> None:
    answer = client.get("/api/whoami", headers={"Host": "rebound.example"})
    assert (answer.status_code, answer.json()["code"]) == (422, "host-unknown")


@pytest.mark.parametrize("host", ["", "[::1", "a b", "//", "@", ":80"])
def test_ask__host_that_is_none__is_refused(client: TestClient, host: str) -> None:
    assert client.get("/api/whoami", headers={"Host": host}).status_code == 422


@pytest.mark.parametrize("origin", ["http://[::1", "", "//", "http://"])
def test_write__origin_that_is_none__is_refused(client: TestClient, origin: str) -> None:
    assert client.post("/api/herbs", json={"name": "x"}, headers={"Origin": origin}).status_code == 403


def test_ask__own_host_with_any_port__is_answered(client: TestClient) -> None:
    assert client.get("/api/whoami", headers={"Host": "localhost:8000"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://localhost:9999", "null"])
def test_write__foreign_origin__is_refused(client: TestClient, origin: str) -> None:
    answer = client.post("/api/herbs", json={"name": "x"}, headers={"Origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin-foreign")


@pytest.mark.parametrize("headers", [{}, {"Origin": ORIGIN}])
def test_write__own_origin_or_none__is_taken(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/herbs", json={"name": "x"}, headers=headers).status_code == 200


def test_write__body_above_limit__is_refused_in_words(client: TestClient) -> None:
    answer = client.post("/api/herbs", json={"name": "x" * LIMIT})
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    assert answer.json()["message"]


def test_write__body_of_unknown_length__is_stopped_at_the_limit(client: TestClient) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while taken < 100 * TABLE_LIMIT:
            taken += 1_000
            yield b"x" * 1_000

    assert client.post(TABLE, content=endless()).status_code == 413


def test_write__table__may_be_larger(client: TestClient) -> None:
    assert client.post(TABLE, content=b"x" * TABLE_LIMIT).json() == TABLE_LIMIT
    assert client.post(TABLE, content=b"x" * (TABLE_LIMIT + 1)).status_code == 413


@pytest.mark.parametrize("path", ["/api/whoami", "/trouble/gone", "/trouble/bug", "/nowhere"])
def test_answer__any_page__carries_the_policy(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Accept": "text/html"}).headers
    scripts = next(part for part in headers["content-security-policy"].split(";") if "script-src" in part)
    assert scripts.split() == ["script-src", "'self'", "'wasm-unsafe-eval'"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "connect-src 'self' https://peer" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
