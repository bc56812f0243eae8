"""A folk formula typed, sealed and signed in the browser; a physician opens its doses, signs; others see the card."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.hands import DONE, SIZES, Hand

from tcmchain.example import cast

pytestmark = [pytest.mark.browser, pytest.mark.engine]
_PASSPHRASE = "a passphrase for tests"
_NAME = "橘皮止咳方"
_PASTED = "橘红三钱 苦杏仁二钱 炒 桔梗、前胡各二钱 甘草（炙）一钱"


@contextmanager
def person(chromium: Browser, node: str, size: str, key: str) -> Iterator[Hand]:
    """Somebody of the example at their own browser, with their wallet open."""
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    hand, troubles = Hand(context.new_page(), node), []
    hand.page.on("pageerror", lambda error: troubles.append(str(error)))
    hand.go("/wallet")
    hand.page.get_by_role("button", name="用十二个词恢复").click()
    hand.page.locator("textarea").fill(cast.PERSONS[key].words)
    hand.submit_dialog()
    for name in ("first", "second"):
        hand.page.locator(f"[name={name}]").fill(_PASSPHRASE)
    hand.submit_dialog()
    hand.page.get_by_role("button", name="登录", exact=True).click(timeout=DONE)
    expect(hand.page.get_by_role("button", name="退出登录")).to_be_visible(timeout=DONE)
    yield hand
    context.close()
    assert troubles == []


def _shared(node: str) -> str:
    found = httpx.get(f"{node}/api/formulas", params={"class": "folk"}).json()["formulas"]
    return next(str(one["formula"]["id"]) for one in found if one["formula"]["name"] == _NAME)


def _write(giver: Hand) -> None:
    giver.go("/formulas/share")
    page = giver.page
    page.locator("formula-share [name=name]").fill(_NAME)
    page.get_by_role("button", name="粘贴整段文字").click()
    page.locator("[data-paste] textarea").fill(_PASTED)
    page.get_by_role("button", name="拆成各味药").click()
    expect(page.locator("[data-rows] .row")).to_have_count(5)
    page.locator("[name=convention]").select_option("legal-3")
    page.locator("[name='indications.0.symptoms']").fill("咳嗽 痰多")
    page.locator("[name='dosing.takings']").fill("2")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("size", ["phone"])
def test_share__a_folk_formula_clicked_and_signed__is_opened_and_signed_by_a_physician(
    node: str, chromium: Browser, size: str
) -> None:
    asked: list[bytes] = []
    with person(chromium, node, size, "folk_practitioner") as giver:
        giver.page.on("request", lambda one: asked.append(one.post_data_buffer or b""))
        _write(giver)
        giver.sign("分享方剂", "偏方", _NAME, "桔梗", form="formula-share")
        giver.page.get_by_role("link", name="继续").click()
        expect(giver.page.locator("h1")).to_contain_text(_NAME)
        expect(giver.page.locator("main")).to_contain_text("待医师审核，尚不能取药")
        assert giver.page.get_by_role("button", name="打开剂量").count() == 0
    assert not any("三钱".encode() in body for body in asked), "a dose left the browser in the clear"
    formula = _shared(node)
    with person(chromium, node, "desktop", "attending_physician") as physician:
        physician.go("/formulas/waiting")
        physician.page.get_by_role("link", name=_NAME).click()
        physician.page.get_by_role("button", name="打开剂量").click()
        expect(physician.page.locator("tr[data-herb] [data-words]").first).to_contain_text("三钱", timeout=DONE)
        expect(physician.page.locator("tr[data-herb] [data-grams]").first).to_contain_text("9")
        approving = "step-form[endpoint$=approve]"
        physician.page.locator(f"{approving} [name=statement]").fill("药性平和，风寒咳嗽可用。")
        physician.sign("审核通过方剂", "药性平和", form=approving)
        physician.page.reload()
        expect(physician.page.locator("main")).to_contain_text("可开方取药")
    assert httpx.get(f"{node}/api/formulas/{formula}").json()["version"]["dispensable"]


def test_write__ambiguous_herb_and_strange_dose__are_told_beside_the_line(node: str, page: Page) -> None:
    page.goto(f"{node}/formulas/share")
    page.locator("[name='ingredients.0.name']").fill("贝母")
    page.locator("[name='ingredients.1.name']").fill("麻黄")
    page.locator("[name='ingredients.1.words']").fill("一点点")
    rows = page.locator("[data-rows] .row")
    expect(rows.nth(0).get_by_role("button", name="川贝母")).to_be_visible(timeout=DONE)
    rows.nth(0).get_by_role("button", name="川贝母").click()
    expect(page.locator("[name='ingredients.0.name']")).to_have_value("川贝母")
    page.locator("[name='ingredients.0.words']").fill("9g")
    expect(rows.nth(0)).to_contain_text("折合 9 克", timeout=DONE)
    expect(rows.nth(1)).to_contain_text("数量＋单位")


def test_read__a_classic_formula__shows_original_words_grams_and_where_sources_differ(node: str, page: Page) -> None:
    found = httpx.get(f"{node}/api/formulas", params={"class": "classic", "limit": 200}).json()["formulas"]
    formula = next(one["formula"]["id"] for one in found if one["formula"]["name"] == "葛根汤")
    page.goto(f"{node}/formulas/{formula}")
    expect(page.locator("section[aria-labelledby=conflicts-h]")).to_contain_text("大枣")
    expect(page.locator("section[aria-labelledby=herbs-h]")).to_contain_text("葛根")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
