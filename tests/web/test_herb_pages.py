"""Whoever looks a herb up sees what is stated, by whom, and what is unknown."""

from typing import get_args

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tcmchain.app import FORMATS
from tcmchain.terms.doses import DoseBasis, DoseForm
from tcmchain.terms.herbs import herbs
from tcmchain.terms.safety import Grade, Whom, Wording
from tcmchain.web import errors
from tcmchain.web.herb_pages import BASES, FORMS, GRADES, WHOM, WORDINGS, router
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.sentences import Sentences

_ZH = {"lang": "zh"}


class Behind:
    embedded = True


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    pages = Pages({}, lambda: {"behind": Behind})
    errors.install(app, Sentences([TEMPLATES], FORMATS), pages)
    app.include_router(router(pages))
    return TestClient(app)


def _page(client: TestClient, path: str, **asked: str) -> str:
    answer = client.get(path, params=_ZH | asked)
    assert answer.status_code == 200
    return str(answer.text)


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("fuzi", ("3–15 g", "先煎", "有毒", "慎用", "乌头反半夏", "生附子", "据转引，未对原书")),
        ("longgu", ("没有读到规定的用量", "没有读过此药的药典条目")),
        ("guanmutong", ("不得开方",)),
        ("yingsuqiao", ("至多 3 日用量，处方保存 3 年", "儿童")),
        ("mutong", ("开方请写“五叶木通”",)),
        ("huangqi", ("条目中没有写明毒性", "炙黄芪")),
    ],
)
def test_read__page_of_a_herb__tells_what_is_stated_and_what_is_unknown(
    client: TestClient, id: str, told: tuple[str, ...]
) -> None:
    page = _page(client, f"/herbs/{id}")
    assert [text for text in told if text not in page] == []


def test_read__entry_not_read__says_nothing_of_harmless(client: TestClient) -> None:
    assert "条目中没有写明毒性" not in _page(client, "/herbs/longgu")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("附片", "/herbs/fuzi"),
        ("木通", "是几味药共用的名称"),
        ("浮小卖", "浮小麦"),
        ("zzzz", "没有这样的药材"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_search__name__is_found_or_answered_with_what_may_be_meant(client: TestClient, asked: str, told: str) -> None:
    assert told in _page(client, "/herbs", q=asked)


def test_search__nothing_asked__shows_how_much_there_is(client: TestClient) -> None:
    assert f"收录 {len(herbs())} 味" in _page(client, "/herbs")


def test_read__in_english__shows_chinese_beside(client: TestClient) -> None:
    page = client.get("/herbs/fuzi", params={"lang": "en"}).text
    assert "prepared aconite" in page
    assert 'toxic <span lang="zh">有毒</span>' in page
    assert "白蔹" in page


def test_read__herb_that_is_none__is_not_there(client: TestClient) -> None:
    assert client.get("/herbs/nowhere", headers={"Accept": "text/html"}).status_code == 404


def test_words__every_word_of_the_tables__is_shown() -> None:

    assert FORMS.keys() == set(get_args(DoseForm))
    assert BASES.keys() == set(get_args(DoseBasis))
    assert GRADES.keys() == set(get_args(Grade))
    assert WORDINGS.keys() == set(get_args(Wording))
    assert WHOM.keys() == {"pregnancy", *get_args(Whom)}
