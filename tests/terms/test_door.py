"""Programs and people look herbs up; refusals carry the choices or suggestions in both languages."""

from typing import Any

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


def _get(client: TestClient, path: str, **asked: str) -> Any:
    answer = client.get(f"/api/terms{path}", params=asked)
    assert answer.status_code == 200
    return answer.json()


def test_read_herb__aconite__tells_dose_poison_warnings_and_pairs_with_sources(client: TestClient) -> None:
    card = _get(client, "/herbs/named", name="附片")
    assert card["herb"]["id"] == "fuzi"
    assert (card["doses"][0]["low"], card["doses"][0]["high"], card["doses"][0]["source"]["year"]) == ("3", "15", 2025)
    assert (card["toxicity"], card["warnings"][0]["wording"]) == ("toxic", "caution")
    assert {"半夏", "法半夏", "白及"} <= {pair["zh"] for pair in card["incompatible"]}
    assert card["preparations"] == ["decoct-first", "decoct-long"]


def test_read_herb__entry_not_read__says_so_instead_of_harmless(client: TestClient) -> None:
    card = _get(client, "/herbs/longgu")
    assert (card["read"], card["doses"], card["warnings"], card["toxicity"]) == (None, [], [], None)


def test_read_herb__poppy_husk__tells_what_the_law_says(client: TestClient) -> None:
    limit = _get(client, "/herbs/yingsuqiao")["restriction"]
    assert (limit["kind"], limit["days"], limit["keep_years"]) == ("opium", 3, 3)


@pytest.mark.parametrize(
    ("name", "status", "code", "told"),
    [
        ("木通", 422, "term-ambiguous", "五叶木通"),
        ("浮小卖", 404, "term-misspelt", "浮小麦"),
        ("qqqq", 404, "term-unknown", "qqqq"),
    ],
)
def test_find_herb__not_one__is_refused_with_what_may_be_meant(
    client: TestClient, name: str, status: int, code: str, told: str
) -> None:
    answer = client.get("/api/terms/herbs/named", params={"name": name}, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert told in answer.text


def test_search__herbs_codes_and_symptoms__are_listed(client: TestClient) -> None:
    assert _get(client, "/herbs", q="黄芪")[0]["name"] == "黄芪"
    assert _get(client, "/codes/syndrome", q="内寒证")[0]["zh"] == "里寒证"
    assert [s["zh"] for s in _get(client, "/symptoms", q="老睡不着，没胃口")] == ["失眠", "食少"]
    assert client.get("/api/terms/codes/mood", params={"q": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("find", "附子"), 0, "先煎"),
        (("find", "龙骨"), 0, "无法审查"),
        (("find", "罂粟壳"), 0, "至多 3 日用量"),
        (("find", "关木通"), 0, "不得开方"),
        (("find", "大黄"), 0, "哺乳期 慎用"),
        (("dose", "细辛"), 0, "散剂 一次 0.5–1 g"),
        (("dose", "川乌"), 0, "无法审查"),
        (("pairs", "附子", "法半夏"), 1, "乌头反半夏"),
        (("pairs", "人参", "黄芪"), 0, "未见配伍禁忌"),
        (("code", "disease", "感冒"), 0, "A01.01.01"),
        (("symptom", "拉肚子"), 0, "泄泻"),
        (("search", "huangq"), 0, "黄芪"),
        (("check",), 0, "没有矛盾"),
    ],
)
def test_run__each_command__says_what_the_tables_say(words: tuple[str, ...], status: int, told: str) -> None:
    done = CliRunner().invoke(commands, list(words))
    assert done.exit_code == status
    assert told in done.output


def test_run__check_with_a_fault__exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    from tcmchain.terms import cli
    from tcmchain.terms.check_facts import Contradiction

    monkeypatch.setattr(cli, "check", lambda: (Contradiction("renshen", "has the range 9 to 3 g"),))
    done = CliRunner().invoke(commands, ["check"])
    assert done.exit_code == 1
    assert "has the range 9 to 3 g" in done.output
