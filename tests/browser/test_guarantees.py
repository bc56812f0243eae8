"""Points, bonds, cases and growers' records, as everybody and as each kind of member sees them."""

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import AXE
from tests.browser.signing_in import sign_in

from tcmchain.example import cast

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def _check(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    page.add_script_tag(path=AXE)
    assert page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].target}`))") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _case(node: str) -> dict[str, str]:
    found: dict[str, str] = httpx.get(f"{node}/api/guarantees/cases").json()[0]
    return found


@pytest.mark.parametrize("actor", ["", "regulator", "lab", "distributor", "merchant"])
def test_show__points_and_guarantees__are_accessible_and_fit(node: str, page: Page, actor: str) -> None:
    if actor:
        sign_in(node, page.context, actor)
    case = _case(node)
    grower = f"/guarantees/growers/{cast.member('western')}"
    bond, lot = f"/guarantees/bonds/{case['lot']}", f"/provenance/lots/{case['lot']}"
    for path in ("/rewards", "/guarantees", f"/guarantees/cases/{case['id']}", bond, grower, lot):
        _check(page, f"{node}{path}")


def test_show__a_holder_of_frozen_goods__may_claim(node: str, page: Page) -> None:
    sign_in(node, page.context, "merchant")
    page.goto(f"{node}/guarantees")
    page.get_by_role("link", name="申领", exact=True).click()
    expect(page.get_by_role("button", name="全部申领")).to_be_visible()
    expect(page.locator("main")).to_contain_text("25 kg")


def test_show__a_growers_record__tells_the_fault(node: str, page: Page) -> None:
    page.goto(f"{node}/guarantees/growers/{cast.member('western')}")
    expect(page.locator("main")).to_contain_text("不合格 1 次")
    page.get_by_role("link", name="LX-fangfeng-05").first.click()
    expect(page.locator("main")).to_contain_text("镉超标")


def test_show__points__add_up(node: str, page: Page) -> None:
    page.goto(f"{node}/rewards")
    expect(page.locator("tfoot")).to_contain_text("相等")
    page.get_by_role("link", name="互助金").first.click()
    expect(page.locator("#moves-h")).to_have_text("互助金 的收支")
