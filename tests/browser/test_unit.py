"""The page of a single package: its verdict, and opening it with the code under the scratch panel."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import AXE

from tcmchain.example import units as story
from tcmchain.example.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.engine]
_PATIENCE = 20_000


def _violations(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].target}`))")
    return [str(violation) for violation in found]


def _path(began: datetime, unit: int) -> str:
    return story.unit_path(Stage("", began), unit)


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (story.FRESH, "未见异常"),
        (story.OPENED, "请留意"),
        (story.TWICE, "疑似被复制"),
    ],
)
def test_show_unit__of_the_story__is_accessible_and_says_the_verdict(
    node: str, began: datetime, page: Page, unit: int, words: str
) -> None:
    page.goto(node + _path(began, unit))
    expect(page.locator("#unit-h")).to_contain_text(words)
    expect(page.locator("#cert-h")).to_be_visible()
    assert _violations(page) == []
    assert _fits(page)


@pytest.mark.parametrize("path", ["/units", "/units?q=84012345678901234567", "/units?q=000000000000"])
def test_look_up__anything__is_accessible_and_fits(node: str, page: Page, path: str) -> None:
    page.goto(node + path)
    assert _violations(page) == []
    assert _fits(page)


def test_open_unit__right_code__is_opened_once(node: str, began: datetime, page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    unit = 60 if width > 1000 else 61
    page.goto(node + _path(began, unit))
    page.locator(".unit-open summary").click()
    form = page.locator("unit-open form")
    form.locator("[name=hidden]").fill("0000")
    form.locator("[type=submit]").click()
    expect(page.locator("unit-open .trouble")).to_contain_text("16 位")
    form.locator("[name=hidden]").fill(story.code(unit + 1).hidden)
    form.locator("[type=submit]").click()
    expect(page.locator("unit-open .trouble")).to_contain_text("对不上", timeout=_PATIENCE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    hidden = story.code(unit).hidden
    form.locator("[name=hidden]").fill(f"{hidden[:4]}-{hidden[4:8]} {hidden[8:].lower()}")
    form.locator("[name=purpose]").select_option("gift")
    form.locator("[name=place]").select_option("510000")
    form.locator("[type=submit]").click()
    expect(page.locator("unit-open .pill.ok")).to_be_visible(timeout=_PATIENCE)
    expect(page.locator("unit-open .track .done")).to_have_count(3)
    assert asked
    assert hidden.lower() not in "".join(asked).lower()
    page.reload()
    expect(page.locator("#unit-h")).to_contain_text("请留意")
    expect(page.locator(".evidence")).to_contain_text("四川")
    expect(page.locator("unit-open")).to_have_count(0)


def test_open_unit__before_the_script_is_there__sends_nothing(node: str, began: datetime, page: Page) -> None:
    page.route("**/assets/**.js", lambda route: route.abort())
    page.goto(node + _path(began, 62))
    page.locator(".unit-open summary").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("[name=hidden]").fill(story.code(62).hidden)
    page.locator("[name=hidden]").press("Enter")
    page.locator("unit-open form").evaluate("form => form.requestSubmit()")
    page.wait_for_timeout(300)
    assert asked == []


def test_look__page_left_open__is_counted_with_the_chosen_place(node: str, began: datetime, page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.goto(node + _path(began, 70 if width > 1000 else 71))
    page.locator("unit-look select").select_option("440000")
    expect(page.locator("unit-look [role=status]")).to_contain_text("已计入", timeout=_PATIENCE)
    page.reload()
    expect(page.locator("unit-look select")).to_have_value("440000")
    expect(page.locator("unit-look [role=status]")).to_contain_text("不重复", timeout=_PATIENCE)
