"""Certificates and search in a real browser, against a real node."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import AXE

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def _violations(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].target}`))")
    return [str(violation) for violation in found]


def _verify(page: Page) -> None:
    for name in ("[data-verify]", "[data-verify-jump]"):
        if page.locator(name).is_visible():
            page.locator(name).click()
            return


def _lying(change: Callable[[dict[str, object]], object], method: str) -> Callable[[Route], None]:
    """A ledger door that changes its answers to one method."""

    def answer(route: Route) -> None:
        told = route.fetch()
        body = told.json()
        if (route.request.post_data_json or {}).get("method") == method and body.get("result"):
            change(body)
        route.fulfill(response=told, json=body)

    return answer


@pytest.mark.parametrize(
    "path", ["/provenance", "/provenance?q=renshen", "/provenance/steps", "/provenance/rules", "/01/0/10/X"]
)
def test_show_page__public__is_accessible_and_fits(node: str, page: Page, path: str) -> None:
    page.goto(node + path)
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_show_certificate__either_theme__is_accessible_and_fits(node: str, packed: str, page: Page, theme: str) -> None:
    page.context.add_cookies([{"name": "tcmchain_theme", "value": theme, "url": node}])
    page.goto(node + packed)
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_verify_certificate__true_ledger__passes_every_check(node: str, packed: str, page: Page) -> None:
    page.goto(node + packed)
    steps = page.locator(".timeline > li").count()
    _verify(page)
    expect(page.locator(".verify-state")).to_have_attribute("data-state", "ok", timeout=20_000)
    for check in ("events", "signatures"):
        expect(page.locator(f"[data-check={check}] b")).to_have_text(f"{steps}/{steps} ✓")
    expect(page.locator("[data-check=peers]")).to_be_hidden()


def test_verify_certificate__node_changes_a_log__fails(node: str, packed: str, page: Page) -> None:
    def change(body: dict[str, object]) -> None:
        receipts = body["result"]
        assert isinstance(receipts, list)
        for log in receipts[-1]["logs"]:
            log["data"] = log["data"][:-2] + ("00" if log["data"][-2:] != "00" else "01")

    page.route("**/rpc/care", _lying(change, "eth_getBlockReceipts"))
    page.goto(node + packed)
    _verify(page)
    expect(page.locator(".verify-state")).to_have_attribute("data-state", "bad", timeout=20_000)
    expect(page.locator("[data-check=blocks]")).to_have_class("bad")


def test_verify_certificate__node_passes_off_a_transaction__fails(node: str, packed: str, page: Page) -> None:
    def change(body: dict[str, object]) -> None:
        raw = str(body["result"])
        body["result"] = raw[:-2] + ("11" if raw[-2:] != "11" else "12")

    page.route("**/rpc/care", _lying(change, "eth_getRawTransactionByHash"))
    page.goto(node + packed)
    _verify(page)
    expect(page.locator(".verify-state")).to_have_attribute("data-state", "bad", timeout=20_000)
    expect(page.locator("[data-check=signatures]")).to_have_class("bad")


def test_verify_certificate__page_states_another_quantity__fails(node: str, packed: str, page: Page) -> None:
    page.goto(node + packed)
    page.evaluate(
        """() => { const place = document.getElementById('proofs'); const proofs = JSON.parse(place.textContent);
        const step = proofs.steps.find((one) => one.amounts.length);
        step.amounts[0] += '0'; place.textContent = JSON.stringify(proofs); }"""
    )
    _verify(page)
    expect(page.locator(".verify-state")).to_have_attribute("data-state", "bad", timeout=20_000)
    expect(page.locator(".verify-trouble")).to_contain_text("1 个环节")


def test_verify_certificate__ledger_unreachable__says_so(node: str, packed: str, page: Page) -> None:
    page.route("**/rpc/care", lambda route: route.abort())
    page.goto(node + packed)
    _verify(page)
    expect(page.locator(".verify-state")).to_have_attribute("data-state", "trouble")
    expect(page.locator(".checks")).to_be_hidden()


def test_search__as_one_types__finds_by_pinyin(node: str, page: Page) -> None:
    page.goto(f"{node}/provenance")
    page.locator("main input[type=search]").press_sequentially("renshen", delay=20)
    expect(page.locator("#results h2")).to_contain_text("找到")
    expect(page.locator("#results .lots li").first).to_contain_text("参")


def test_follow_code__unknown__says_what_to_do(node: str, page: Page) -> None:
    answer = page.goto(f"{node}/provenance/codes/0000-0000-0000")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("未找到该追溯码")
