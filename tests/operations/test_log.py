"""The log of a running node: one line a request, and nobody in it."""

import io
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tests.operations.serving import free_port

from tcmchain.example import cast
from tcmchain.web import log_lines
from tcmchain.web.log_lines import JsonLines, TextLines, hide

_SECRET = "0x" + "5a" * 20
_FIELDS = {"time", "level", "logger", "message", "method", "route", "status", "ms", "request"}


@pytest.mark.parametrize(
    "text",
    [
        f"account {_SECRET}",
        "lot " + "0a" * 32,
        "from 192.0.2.17:4711",
        "from [2001:db8:85a3::8a2e:370:7334]",
        "GET /api/lots?q=ginseng&holder=abc",
        "slip TCMRX1.5a5aQ-_x0a0a.v5a5a",
    ],
)
def test_hide__address_hash_or_query__leaves_nothing_of_it(text: str) -> None:
    assert not re.search(r"5a5a|0a0a|192\.0|2001:db8|ginseng|holder", hide(text))


def test_hide__plain_words__stay() -> None:
    text = "care: the executor is started anew: it ended, block 120 at 12:30:05, 3.1 s"
    assert hide(text) == text


@pytest.mark.parametrize("shape", [JsonLines(), TextLines()])
def test_format__exception_that_names_an_account__tells_where_but_not_whom(shape: logging.Formatter) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(shape)
    logger = logging.Logger("tcmchain.test")
    logger.addHandler(handler)
    try:
        raise ValueError(f"no such account {_SECRET}")
    except ValueError:
        logger.exception("it failed for %s", _SECRET)
    told = stream.getvalue()
    assert "ValueError" in told
    assert "test_log.py" in told
    assert "5a5a" not in told


def test_set_up__text__tells_failed_requests_only() -> None:
    before = logging.getLogger().handlers[:]
    try:
        stream = io.StringIO()
        log_lines.set_up("text", stream)
        log_lines.REQUESTS.info("request", extra={"fields": {"status": 200}})
        log_lines.REQUESTS.error("request", extra={"fields": {"status": 500, "route": "/x"}})
        assert stream.getvalue() == "ERROR tcmchain.requests: request status=500 route=/x\n"
    finally:
        logging.getLogger().handlers[:] = before


@pytest.mark.engine
def test_log__whole_example_story__names_no_account_lot_address_or_query(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    told = {"TCMCHAIN_HOME": str(tmp_path / "home"), "TCMCHAIN_PORT": str(port), "TCMCHAIN_LOG_FORMAT": "json"}
    with (tmp_path / "out").open("wb") as out, (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tcmchain", "run", "--example"],
            env={**os.environ, **told}, stdout=out, stderr=log,
        )  # fmt: skip
    try:
        for _ in range(1200):
            assert process.poll() is None, (tmp_path / "log").read_text()[-2000:]
            if "certificate" in (tmp_path / "out").read_text():
                break
            time.sleep(0.1)
        lots = _ask_around(url)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    text = (tmp_path / "log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    requests = [line for line in lines if line["logger"] == "tcmchain.requests"]
    assert len(requests) > 300
    assert all(set(line) == _FIELDS for line in requests)
    assert {line["logger"] for line in lines} == {"tcmchain.requests"}, "uvicorn writes an access log of its own"
    _names_nobody(text, lots)


def _ask_around(url: str) -> list[dict[str, str]]:
    lots: list[dict[str, str]] = httpx.get(f"{url}/api/provenance/lots", params={"q": "renshen"}).json()["lots"]
    for lot in lots[:5]:
        httpx.get(f"{url}{lot['path']}")
        httpx.get(f"{url}/api/provenance/codes/{lot['code']}")
        httpx.get(f"{url}/api/provenance/lots/{lot['id']}/certificate")
        httpx.get(f"{url}/nowhere/{lot['id']}", params={"lot": lot["id"]})
    return lots


def _names_nobody(text: str, lots: list[dict[str, str]]) -> None:
    for lot in lots:
        for part in (lot["id"], lot["id"][2:], lot["code"], lot["reference"], lot["path"]):
            assert part not in text, part
    for actor in cast.ACTORS:
        for account in (cast.officer(actor.key).address, cast.operator(actor.key).address, cast.member(actor.key)):
            assert account.lower()[2:] not in text.lower()
    assert re.search(r"0x[0-9a-fA-F]{16}", text) is None
    assert re.search(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", text) is None
    assert not {"renshen", "?", "localhost"} & set(re.findall(r"renshen|\?|localhost", text))
