"""A drill and a recall, clicked and signed in the browser, and what holders and readers then see."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import AXE
from tests.browser.hands import DONE, SIZES, Hand, hand_of

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def _lot_of(node: str, origin: str, form: str) -> str:
    lots = httpx.get(f"{node}/api/provenance/lots", params={"limit": 200}).json()["lots"]
    return str(next(lot["code"] for lot in lots if lot["origin"] == origin and lot["form"] == form))


def _fits(page: Page) -> None:
    page.add_script_tag(path=AXE)
    assert page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].target}`))") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _open(hand: Hand, lot: str, number: str, kind: str) -> None:
    hand.go("/provenance/recalls")
    hand.page.get_by_role("link", name="发起召回或演练").click()
    hand.page.locator("[name=lot]").fill(lot)
    hand.page.get_by_role("button", name="计算范围").click()
    hand.fill(reference=number, facts__cause="留样复检不合格")
    hand.page.locator(f"[name=drill][value={kind}]").check()
    hand.sign("发起召回", number, "留样复检不合格")
    hand.go("/provenance/recalls")
    hand.page.locator(".lots a", has_text=number).click()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("size", list(SIZES))
def test_drill__clicked_and_signed__is_scored(node: str, chromium: Browser, size: str) -> None:
    with hand_of(chromium, node, size, "factory") as factory:
        _open(factory, _lot_of(node, "processed", "renshen.red"), f"YL-{size}", "true")
        expect(factory.page.locator("main")).to_contain_text("演练")
        expect(factory.page.locator("main")).to_contain_text("0 mg")
        factory.sign("申报已封存的数量", form="step-form[endpoint$=secure]")
        factory.page.reload()
        expect(factory.page.locator("table.data").first).to_contain_text("安国本草")
        expect(factory.page.locator("table.data .pill.ok").first).to_be_visible()


@pytest.mark.timeout(120)
def test_recall__clicked_and_signed__warns_on_the_certificate(node: str, chromium: Browser) -> None:
    lot = _lot_of(node, "commissioned", "huangqi.fresh")
    with hand_of(chromium, node, "phone", "regulator") as regulator:
        _open(regulator, lot, "ZH-CLICK", "false")
        expect(regulator.page.locator(".eyebrow")).to_contain_text("召回")
        regulator.page.locator("a[href*='/provenance/lots/'], a[href^='/01/']").first.click()
        expect(regulator.page.locator(".caution.bad").first).to_contain_text("召回冻结", timeout=DONE)
        regulator.page.locator("[data-verify]:visible, [data-verify-jump]:visible").first.click()
        expect(regulator.page.locator(".verify-title")).to_have_text("核验通过", timeout=DONE)


def test_show_recalls__to_anybody__is_accessible_and_fits(node: str, page: Page) -> None:
    page.goto(f"{node}/provenance/recalls")
    _fits(page)
    first = page.locator(".lots a").first
    if first.count():
        first.click()
        _fits(page)
