"""A question asked under a pseudonym, answered by a physician, thanked for, found again and erased, in the browser."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import AXE
from tests.browser.hands import DONE
from tests.browser.test_formulas_clicked_through import person

from tcmchain.consultations.client import pseudonym
from tcmchain.example import cast

pytestmark = [pytest.mark.browser, pytest.mark.engine]
_CONDITION = "入睡后汗出湿衣，醒来即止，已三个月，手足心热，口干咽燥"
_ANSWER = "像是阴虚火旺，可请医师当面辨证后考虑当归六黄汤一类，先停自行服用的补阳药。"


def _question(node: str) -> str:
    found = httpx.get(f"{node}/api/consultations/questions", params={"q": "入睡后汗出湿衣"}).json()["questions"]
    return str(found[0]["id"])


@pytest.mark.timeout(240)
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_ask__under_a_pseudonym__answered_thanked_and_erased(node: str, chromium: Browser, size: str) -> None:
    with person(chromium, node, size, "patient") as asker:
        page = asker.page
        asker.go("/consultations/ask")
        page.locator("[name=condition]").fill(_CONDITION)
        page.locator("[name=tried]").fill("六味地黄丸两月")
        page.locator("consultation-ask button[type=submit]").click()
        expect(page.locator("dialog.dialog")).to_contain_text("求助")
        asker.submit_dialog()
        page.wait_for_url(re.compile(r"/consultations/0x[0-9a-f]{64}$"), timeout=DONE)
        question = page.url.rsplit("/", 1)[1]
        told = httpx.get(f"{node}/api/consultations/questions/{question}").json()
        pseudonyms = [pseudonym(cast.PERSONS["patient"].seed, number).address for number in range(3)]
        assert told["asker"] in pseudonyms
        assert told["asker"] != cast.PERSONS["patient"].signer.address
        with person(chromium, node, size, "attending_physician") as physician:
            physician.go(f"/consultations/{question}")
            physician.fill(words=_ANSWER)
            physician.sign("答复求助", form="step-form[endpoint$=answers]")
        page.reload()
        expect(page.locator(".answers")).to_contain_text("阴虚火旺")
        _act(asker.page, "这条有帮助")
        page.reload()
        expect(page.locator(".answers")).to_contain_text("提问人说有帮助")
        asker.go("/consultations")
        page.get_by_role("button", name="解锁并找出").click()
        expect(page.locator("consultation-mine li")).to_contain_text([_CONDITION[:10]])
        asker.go(f"/consultations/{question}")
        _act(asker.page, "删除提问文字")
        page.reload()
        expect(page.locator("main")).to_contain_text("提问文字已应要求删除")
        expect(page.locator(".answers")).to_contain_text("阴虚火旺")
    assert httpx.get(f"{node}/api/consultations/questions/{question}").json()["condition"] is None


def _act(page: Page, label: str) -> None:
    form = page.locator("consultation-acts", has=page.get_by_role("button", name=label))
    form.get_by_role("button", name=label).click()
    page.locator("dialog button[type=submit]").last.click()
    expect(form.locator(".write-state")).to_contain_text("办好了", timeout=DONE)


def test_write__like_an_earlier_question__told_before_posting(node: str, page: Page) -> None:
    page.goto(f"{node}/consultations/ask")
    page.locator("[name=condition]").fill("老人中风半年，右边手脚没力气，说话含糊，流口水")
    expect(page.locator(".similar li").first).to_contain_text("中风", timeout=DONE)
    page.locator("[name=syndrome]").fill("气虚血瘀证")
    expect(page.locator("#syndrome-codes option").first).to_be_attached(timeout=DONE)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/consultations", "/consultations/ask", "question"])
def test_look__any_page__nothing_that_axe_finds_and_nothing_too_wide(
    node: str, page: Page, path: str, language: str
) -> None:
    if path == "question":
        found = httpx.get(f"{node}/api/consultations/questions", params={"state": "helped"}).json()["questions"]
        path = f"/consultations/{found[0]['id']}"
    page.goto(f"{node}{path}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.add_script_tag(path=AXE)
    faults = page.evaluate("axe.run().then((found) => found.violations.map((one) => [one.id, one.nodes[0].html]))")
    assert faults == []
