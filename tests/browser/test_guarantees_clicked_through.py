"""A tariff and a claim, clicked and signed in the browser, with what the wallet says about them."""

import httpx
import pytest
from playwright.sync_api import Browser, expect
from tests.browser.hands import hand_of

from tcmchain.example import cast

pytestmark = [pytest.mark.browser, pytest.mark.engine]
TARIFF, RELATION = "step-form[endpoint$=tariffs]", "step-form[endpoint$=relations]"


@pytest.mark.timeout(120)
def test_regulate__clicked_and_signed__sets_tariff_and_relation(node: str, chromium: Browser) -> None:
    with hand_of(chromium, node, "desktop", "regulator") as regulator:
        regulator.go("/guarantees")
        regulator.page.get_by_text("定新的费率").click()
        regulator.page.locator(f"{TARIFF} [name='facts.cause']").fill("调整")
        regulator.page.locator(f"{TARIFF} [name=fee]").fill("2.5")
        regulator.sign("定费率", "2.5", "180 天", "调整", form=TARIFF)
        regulator.page.reload()
        expect(regulator.page.locator("section[aria-labelledby=tariff-h]")).to_contain_text("2.5")
        regulator.page.get_by_text("认定或撤销关联").click()
        for name, key in (("a", "grower"), ("b", "neighbour")):
            regulator.page.locator(f"{RELATION} [name={name}]").select_option(value=cast.member(key))
        regulator.page.locator(f"{RELATION} [name='facts.cause']").fill("同一经营人")
        regulator.sign("认定关联方", "同一经营人", form=RELATION)
        regulator.go("/rewards")
        regulator.fill(amount="12.5", note="补发")
        regulator.page.locator("step-form [name=member]").select_option(value=cast.member("lab"))
        regulator.sign("发放积分", "12.5")
        found = httpx.get(f"{node}/api/rewards/purses/{cast.member('lab')}").json()
        assert found["amount"] >= 12_500


@pytest.mark.timeout(120)
def test_claim__clicked_and_signed__weighs_what_is_held(node: str, chromium: Browser) -> None:
    case = httpx.get(f"{node}/api/guarantees/cases").json()[0]["id"]
    with hand_of(chromium, node, "phone", "merchant") as merchant:
        merchant.go(f"/guarantees/cases/{case}")
        merchant.sign("申领")
        merchant.page.reload()
        expect(merchant.page.locator("section[aria-labelledby=shares-h]")).to_contain_text("长白山参茸商行")
    shares = httpx.get(f"{node}/api/guarantees/cases/{case}").json()["shares"]
    assert {share["weight"] for share in shares} == {40_000_000, 25_000_000}
