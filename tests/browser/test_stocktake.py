"""Labels chosen and a shelf counted, clicked through by the factory of the example."""

from datetime import datetime
from pathlib import Path

import httpx
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, expect
from tests.browser.conftest import AXE
from tests.browser.hands import Hand, hand_of

from tcmchain.example import units as story
from tcmchain.example.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.engine]

READ = "zzz\nurn:epc:id:sscc:9520000.0000000001\nurn:epc:id:sgtin:6901234.099999.1"


def _lot(node: str, began: datetime) -> dict[str, object]:
    number = story.packed_number(Stage(node, began))
    lots = httpx.get(f"{node}/api/provenance/lots", params={"q": number}).json()["lots"]
    return next(lot for lot in lots if lot["reference"] == number)


def _faults(hand: Hand) -> list[str]:
    rules = "axe.run('main', {runOnly: ['wcag2a', 'wcag2aa']}).then((found) => found.violations.map((v) => v.id))"
    # an evaluated script is not bound by the page's policy, as an added element would be
    hand.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = hand.page.evaluate(rules)
    return found


def _fits(hand: Hand) -> bool:
    return bool(hand.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_count__shelf_that_differs__is_stated_and_changes_no_quantity(
    node: str, began: datetime, chromium: Browser, size: str
) -> None:
    lot = _lot(node, began)
    before = httpx.get(f"{node}/api/provenance/lots/{lot['id']}/certificate").json()["balance"]
    with hand_of(chromium, node, size, "factory") as factory:
        factory.go("/provenance/desk")
        factory.page.get_by_role("link", name="盘点").click()
        assert _faults(factory) == []
        factory.page.locator("textarea[name=codes]").fill(READ)
        factory.page.get_by_role("button", name="核对").click()
        expect(factory.page.get_by_text("账实不符")).to_be_visible()
        for kind in ("读不懂的编码", "不是单件的标签", "账本上没有的商品"):
            expect(factory.page.get_by_role("cell", name=kind)).to_be_visible()
        assert _faults(factory) == []
        assert _fits(factory)
        with factory.page.expect_download() as download:
            factory.page.get_by_role("button", name="导出 CSV").click()
        assert str(lot["reference"]) in Path(download.value.path()).read_text(encoding="utf-8-sig")
        form = f"step-form:has(input[value='{lot['id']}'])"
        factory.page.locator(f"{form} [name='facts.note']").fill("月末盘点")
        factory.sign("记录观察", "月末盘点", "盘点件数", form=form)
    told = httpx.get(f"{node}/api/provenance/lots/{lot['id']}/certificate").json()
    assert told["balance"] == before
    stated = [step["facts"] for step in told["steps"] if "units_counted" in step["facts"]]
    assert stated[-1]["units_counted"] == 0
    assert stated[-1]["units_booked"] > 0


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_print__labels_of_a_lot__come_as_a_file_that_scans(
    node: str, began: datetime, chromium: Browser, size: str
) -> None:
    lot = _lot(node, began)
    with hand_of(chromium, node, size, "factory") as factory:
        factory.go(f"{lot['path']}")
        factory.page.get_by_role("link", name="标签").click()
        expect(factory.page.locator(f"input[value='{lot['id']}']")).to_be_checked()
        assert _faults(factory) == []
        assert _fits(factory)
        form = factory.page.locator("form[action='/labels/sheet.pdf']")
        fields = form.evaluate("(form) => Object.fromEntries(new FormData(form))")
    sheet = httpx.post(f"{node}/labels/sheet.pdf", data=fields, headers={"Origin": node}).content
    picture = pypdfium2.PdfDocument(sheet)[0].render(scale=4).to_pil()
    assert {code.text for code in zxingcpp.read_barcodes(picture)} == {f"{node}{lot['path']}"}
