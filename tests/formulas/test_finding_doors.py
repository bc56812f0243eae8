"""The doors and pages that find: what they answer, in both languages, to readers and to strangers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.formulas.searching import Chain, shared

from tcmchain.app import FORMATS
from tcmchain.formulas.api.finding import finding_router
from tcmchain.formulas.model.seeds import seed_documents
from tcmchain.formulas.pages.finding import finding_pages
from tcmchain.formulas.readmodel.search import SearchIndex
from tcmchain.formulas.service.finding import Finding
from tcmchain.formulas.service.shelf import Shelf
from tcmchain.web import errors
from tcmchain.web.pages import TEMPLATES, Pages
from tcmchain.web.sentences import Sentences

FOLDER = TEMPLATES.parents[1] / "formulas" / "templates"


class Behind:
    embedded = True


@pytest.fixture(scope="module")
def chain() -> Chain:
    made = shared(seed_documents())
    made.share(b"what a stranger shared", "无")
    return made


@pytest.fixture(scope="module")
def doors(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    index = SearchIndex(Path(tmp_path_factory.mktemp("search")) / "search.db")
    finding = Finding(index, chain)
    finding.refresh()
    app = FastAPI()
    pages = Pages({"formulas": FOLDER}, lambda: {"behind": Behind})
    errors.install(app, Sentences([TEMPLATES, FOLDER], FORMATS), pages)
    app.include_router(finding_router(finding))
    app.include_router(finding_pages(finding, Shelf(cast(Any, chain), cast(Any, None)), pages))
    with TestClient(app, base_url="http://localhost") as client:
        yield client
    index.close()


def first(doors: TestClient, text: str) -> str:
    return str(doors.get("/api/formulas/search", params={"q": text}).json()["hits"][0]["formula"])


def test_search__lay_word__answers_with_the_term_that_it_means(doors: TestClient) -> None:
    found = doors.get("/api/formulas/search", params={"q": "睡不着", "limit": 3}).json()
    assert found["hits"]
    assert all({"written": "睡不着", "field": "symptom", "term": "失眠"} in hit["reasons"] for hit in found["hits"])


def test_search__herbs_to_have_and_lack__are_kept_to(doors: TestClient) -> None:
    asked = {"with": ["麻黄"], "without": ["石膏", "桂枝"], "limit": 100}
    for hit in doors.get("/api/formulas/search", params=asked).json()["hits"]:
        herbs = {one["id"] for one in hit["herbs"]}
        assert "mahuang" in herbs
        assert not herbs & {"shigao", "guizhi"}


@pytest.mark.parametrize(("herb", "status", "code"), [("贝母", 422, "term-ambiguous"), ("没有", 404, "term-unknown")])
def test_search__herb_named_wrongly__is_refused(doors: TestClient, herb: str, status: int, code: str) -> None:
    answer = doors.get("/api/formulas/search", params={"with": herb})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_export__csv__has_a_line_a_formula_and_nothing_that_a_spreadsheet_runs(doors: TestClient) -> None:
    answer = doors.get("/api/formulas/search/export", params={"q": "桂枝", "format": "csv"})
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("formula,version,class,name")
    assert len(lines) - 1 == doors.get("/api/formulas/search", params={"q": "桂枝"}).json()["total"]


def test_suggest__description__gives_formulas_with_grounds(doors: TestClient) -> None:
    found = doors.post("/api/formulas/suggestions", json={"text": "恶寒发热，无汗而喘，头痛身痛，脉浮紧"}).json()
    assert "麻黄汤" in [one["name"] for one in found[:3]]
    assert all(one["same"] or one["herbs"] for one in found)


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": "x" * 601}, {"text": "头痛", "limit": 0}, {"text": "头痛", "who": 1}]
)
def test_suggest__hostile_body__is_refused(doors: TestClient, body: dict[str, object]) -> None:
    assert doors.post("/api/formulas/suggestions", json=body).status_code == 422


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/formulas?q=桂枝汤", "/formulas?q=🦠", "/formulas?with=贝母", "/formulas/find",
                                  "/formulas/compare", "/formulas/compare?q=桂枝", "/formulas/herbs/fuzi",
                                  "/formulas/herbs/longgu"])  # fmt: skip
def test_pages__every_one__is_drawn_in_both_languages(doors: TestClient, path: str, language: str) -> None:
    answer = doors.get(
        path, params={"lang": language} if "?" not in path else None, headers={"Accept-Language": language}
    )
    assert answer.status_code == 200
    assert "<h1>" in answer.text


def test_pages__formula__can_be_compared_and_learned(doors: TestClient) -> None:
    one, other = first(doors, "桂枝汤"), first(doors, "麻黄汤")
    compared = doors.get("/formulas/compare", params={"a": one, "b": other}).text
    assert "三兩" in compared
    assert "七十個" in compared
    learned = doors.get(f"/formulas/{one}/learn").text
    assert "formula-quiz" in learned
    assert "伤寒论" in learned


def test_pages__what_a_stranger_shared__is_said_to_be_unreadable(doors: TestClient, chain: Chain) -> None:
    stranger, known = chain.formulas[-1].id, first(doors, "桂枝汤")
    assert doors.get(f"/formulas/{stranger}/learn").status_code == 200
    assert doors.get("/formulas/compare", params={"a": stranger, "b": known}).status_code == 200


def test_pages__unknown_formula_or_herb__is_not_found(doors: TestClient) -> None:
    assert doors.get(f"/formulas/0x{'9' * 64}/learn").status_code == 404
    assert doors.get("/formulas/herbs/nothing").status_code == 404


def test_page__script_in_the_question__is_shown_as_text(doors: TestClient) -> None:
    hostile = "<script>alert(1)</script>"
    text = doors.get("/formulas", params={"q": hostile, "with": hostile}).text
    assert hostile not in text


def test_find__by_htmx__answers_the_part_alone(doors: TestClient) -> None:
    answer = doors.post("/formulas/find", data={"text": "头痛发热，汗出恶风"}, headers={"HX-Request": "true"})
    assert "桂枝汤" in answer.text
    assert "<html" not in answer.text
