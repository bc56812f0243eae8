"""People and programs see what a dose as written comes to, by whose reckoning."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tcmchain.app import FORMATS
from tcmchain.terms.cli import app as commands
from tcmchain.terms.door import router
from tcmchain.web import errors
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.sentences import Sentences


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    errors.install(app, Sentences([TEMPLATES], FORMATS), Pages({}))
    app.include_router(router())
    return TestClient(app)


def test_read_grams__half_a_sheng__is_told_by_han_conventions_with_all_weighings(client: TestClient) -> None:
    found = client.get("/api/terms/grams", params={"herb": "半夏", "words": "半升"}).json()
    by_convention = {one["convention"]: (one["low"], one["high"]) for one in found["readings"]}
    assert by_convention["han-13.92"] == ("45.000", "65.000")
    assert by_convention["clinic-3"] == (None, None)
    assert {one["low"] for one in found["weighings"]} == {"130", "50", "90"}
    assert all(one["source"] for one in (*found["weighings"], *found["readings"]))


def test_read_grams__no_amount__is_refused_with_a_sentence(client: TestClient) -> None:
    answer = client.get("/api/terms/grams", params={"herb": "半夏", "words": "许多"}, headers={"accept-language": "zh"})
    assert answer.status_code == 422
    assert "许多" in answer.text


def test_grams__at_the_terminal__shows_conventions_and_weighings() -> None:
    said = CliRunner().invoke(commands, ["grams", "附子", "一枚"]).output
    assert "15–30 g" in said
    assert "1 枚（大） = 20–30 g" in said


def test_formulas__at_the_terminal__tells_what_was_left_out_and_why() -> None:
    said = CliRunner().invoke(commands, ["formulas"]).output
    assert "112  伤寒论" in said
    assert "烧裈散" in said
