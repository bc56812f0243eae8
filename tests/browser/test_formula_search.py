"""People find a formula by typing, move by keys, learn from it; axe finds nothing to say."""

import time
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import AXE

pytestmark = [pytest.mark.browser, pytest.mark.engine]

_PATIENCE = 60_000
_CLASSICS = 200


@pytest.fixture(scope="module")
def classics(node: str) -> str:
    """The node's address, once the classics are on the chain and in the search."""
    for _ in range(120):
        if httpx.get(f"{node}/api/formulas/search", params={"limit": 1}).json()["total"] >= _CLASSICS:
            return node
        time.sleep(1)
    pytest.fail("the classics did not come")


def formula(node: str, text: str) -> str:
    return str(httpx.get(f"{node}/api/formulas/search", params={"q": text}).json()["hits"][0]["formula"])


def _checked(page: Page) -> None:
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("async () => (await axe.run()).violations.map(({ id, nodes }) => [id, nodes[0].html])")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_type__words_of_a_patient__shows_formulas_with_reasons(classics: str, page: Page) -> None:
    page.goto(f"{classics}/formulas")
    page.locator("main [name=q]").press_sequentially("睡不着")
    expect(page.locator("#results .why").first).to_contain_text("失眠", timeout=_PATIENCE)
    expect(page).to_have_url(f"{classics}/formulas?q={quote('睡不着')}&with=&without=")
    page.locator("main [name=without]").fill("半夏")
    expect(page.locator("#results .herbs", has_text="半夏")).to_have_count(0, timeout=_PATIENCE)
    _checked(page)


def test_keys__down_and_up__move_between_field_and_results(classics: str, page: Page) -> None:
    page.goto(f"{classics}/formulas?q=guizhi")
    field = page.locator("main [name=q]")
    field.focus()
    field.press("ArrowDown")
    expect(page.locator("#results a.name").nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#results a.name").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()


def test_type__node_gone__is_told(classics: str, page: Page) -> None:
    page.goto(f"{classics}/formulas")
    page.route("**/formulas?*", lambda route: route.abort())
    page.locator("main [name=q]").press_sequentially("gzt")
    expect(page.locator("[data-offline]")).to_be_visible(timeout=_PATIENCE)


def test_filter__herb_of_several_meanings__has_to_be_chosen(classics: str, page: Page) -> None:
    page.goto(f"{classics}/formulas?with={quote('贝母')}")
    page.locator("#results .caution a", has_text="浙贝母").click()
    expect(page.locator("main [name=with]")).to_have_value("浙贝母")


def test_describe__cold_with_sweat__finds_its_formula_and_leaves_no_address(classics: str, page: Page) -> None:
    page.goto(f"{classics}/formulas/find")
    page.locator("[name=text]").fill("头痛发热，汗出恶风，脉浮缓")
    page.locator("main [type=submit]").click()
    expect(page.locator("#suggested a.name").first).to_have_text("桂枝汤", timeout=_PATIENCE)
    expect(page).to_have_url(f"{classics}/formulas/find")
    _checked(page)


def test_train__answers__are_judged_and_stay_in_the_browser(classics: str, page: Page) -> None:
    page.goto(f"{classics}/formulas/{formula(classics, '麻黄汤')}/learn")
    asked: list[str] = []
    page.on("request", lambda request: None if "/assets/" in request.url else asked.append(request.url))
    first = page.locator(".quiz > li").first
    right = int(first.get_attribute("data-answer") or 0)
    first.locator("label").nth(right).click()
    expect(first.locator(".verdict")).to_have_text("对。")
    expect(first.locator(".source")).to_be_visible()
    second = page.locator(".quiz > li").nth(1)
    wrong = (int(second.get_attribute("data-answer") or 0) + 1) % second.locator("label").count()
    second.locator("label").nth(wrong).click()
    expect(second.locator(".verdict")).to_contain_text("不对")
    expect(page.locator("[data-score]")).to_contain_text("答对 1 /")
    assert asked == []
    page.reload()
    expect(page.locator("[data-score]")).to_contain_text("答对 1 /")
    _checked(page)
    page.locator("[data-again]").click()
    expect(page.locator("[data-score]")).to_contain_text("答对 0 /")


def test_compare__two_formulas__stand_side_by_side(classics: str, page: Page) -> None:
    page.goto(f"{classics}/formulas/compare?a={formula(classics, '麻黄汤')}&b={formula(classics, '桂枝汤')}")
    expect(page.locator("table.compare")).to_contain_text("三兩")
    _checked(page)
    page.goto(f"{classics}/formulas/herbs/fuzi")
    expect(page.locator("table.doses")).to_contain_text("一枚")
    _checked(page)
