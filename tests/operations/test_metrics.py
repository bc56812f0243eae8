"""Figures for Prometheus: what they say, to whom, and that they name nobody."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from tests.operations.serving import serving

from tcmchain.operating.gauges import Told
from tcmchain.web.metrics import Metrics, MetricsClosed, router
from tcmchain.web.watch import Streams, Watch

_LOCAL = ("localhost", "127.0.0.1", "::1")
_LOT = "0x" + "ab" * 32


async def _nothing() -> list[Told]:
    return []


def _app(token: str | None = None) -> FastAPI:
    app = FastAPI()
    metrics = Metrics()
    app.include_router(router(metrics, _nothing, _LOCAL, token))

    @app.get("/api/lots/{lot}/certificate")
    def read_certificate(lot: str) -> str:
        return lot

    async def plain(_: Request) -> Response:
        return PlainTextResponse("plain")

    app.router.routes.append(Route("/rpc/{chain}", plain, methods=["POST"]))
    app.add_exception_handler(MetricsClosed, lambda *_: Response(status_code=403))
    app.add_middleware(Watch, metrics=metrics, streams=Streams())
    return app


def _client(app: FastAPI, host: str = "127.0.0.1", url: str = "http://localhost") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, client=(host, 1)), base_url=url)


async def test_read__from_elsewhere__needs_the_token() -> None:
    closed, opened = _app(), _app("word")
    for host, url, headers in (
        ("192.0.2.7", "http://localhost", {}),
        ("127.0.0.1", "https://node.example", {}),
        ("127.0.0.1", "http://localhost", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", "http://localhost", {"Forwarded": "for=192.0.2.7"}),
    ):
        for app in (closed, opened):
            async with _client(app, host, url) as client:
                assert (await client.get("/metrics", headers=headers)).status_code == 403
                wrong = {**headers, "Authorization": "Bearer other"}
                assert (await client.get("/metrics", headers=wrong)).status_code == 403
        async with _client(opened, host, url) as client:
            right = {**headers, "Authorization": "Bearer word"}
            assert (await client.get("/metrics", headers=right)).status_code == 200
        async with _client(closed, host, url) as client:
            assert (await client.get("/metrics", headers={**headers, "Authorization": "Bearer "})).status_code == 403


async def test_read__after_requests__counts_them_by_template_and_status() -> None:
    async with _client(_app()) as client:
        for lot in (_LOT, "certificate", "lots"):
            assert (await client.get(f"/api/lots/{lot}/certificate")).status_code == 200
        await client.post("/rpc/care")
        await client.get(f"/nowhere/{_LOT}")
        await client.request("PROPFIND", "/rpc/care")
        text = (await client.get("/metrics")).text
    counted = {
        (s.labels["method"], s.labels["route"], s.labels["status"]): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
        if s.name == "tcmchain_http_requests_total"
    }
    assert counted == {
        ("GET", "/api/lots/{lot}/certificate", "200"): 3,
        ("POST", "/rpc/{chain}", "200"): 1,
        ("GET", "(none)", "404"): 1,
        ("other", "/rpc/{chain}", "405"): 1,
    }
    assert "ab" * 8 not in text


async def test_read__two_applications__each_counts_its_own() -> None:
    first, second = _app(), _app()
    async with _client(first) as client:
        await client.post("/rpc/care")
    async with _client(second) as client:
        assert "tcmchain_http_requests_total{" not in (await client.get("/metrics")).text


async def test_answer__any_request__carries_an_id_of_its_own() -> None:
    async with _client(_app()) as client:
        answers = [await client.post("/rpc/care", headers={"X-Request-Id": "mine"}) for _ in range(3)]
    found = {answer.headers["X-Request-Id"] for answer in answers}
    assert len(found) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in found)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("metrics")
    with serving(home / "home", home / "log") as (url, _):
        yield url


@pytest.mark.engine
def test_read__running_node__tells_chains_index_log_accounts_and_process(node: str) -> None:
    answer = httpx.get(f"{node}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    for name in (
        "tcmchain_chain_ok", "tcmchain_chain_head_block", "tcmchain_index_block", "tcmchain_index_lag_blocks",
        "tcmchain_chain_transactions_sealed", "tcmchain_chain_log_bytes", "tcmchain_chain_log_write_seconds",
    ):  # fmt: skip
        assert {s.labels["chain"] for s in families[name].samples} == {"care", "pharmacy", "resources"}, name
    one = {name: families[name].samples[0].value for name in families if len(families[name].samples) == 1}
    assert one["tcmchain_keystore_accounts"] >= 1
    assert one["tcmchain_sessions"] == 0
    assert one["tcmchain_disk_free_bytes"] > 0
    assert "process_resident_memory_bytes" in one
    sealed = {s.labels["chain"]: s.value for s in families["tcmchain_chain_transactions_sealed"].samples}
    written = {
        s.labels["chain"]: s.value
        for s in families["tcmchain_chain_log_write_seconds"].samples
        if s.name.endswith("_sum")
    }
    assert all(sealed.values())
    assert all(0 < seconds < 10 for seconds in written.values())
    assert re.search(r"0x[0-9a-fA-F]{8}|\d+\.\d+\.\d+\.\d+", answer.text) is None


@pytest.mark.engine
def test_read__under_a_foreign_name__is_refused(node: str, tmp_path: Path) -> None:
    assert httpx.get(f"{node}/metrics", headers={"Host": "evil.example"}).status_code == 422
    assert httpx.get(f"{node}/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 403
