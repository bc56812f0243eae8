"""Desks and the pages on which steps are taken, for every kind of member of the example."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import AXE
from tests.browser.signing_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.engine]

STEPS = {
    "grower": ("commission", "field-work", "ship", "process"),
    "merchant": ("ship", "split", "merge", "storage"),
    "factory": ("process", "pack", "retire"),
    "lab": ("inspection", "inspection?q=renshen", "bulk"),
    "hospital": ("dispense", "process", "bulk"),
    "pharmacy": ("dispense", "retire"),
    "certifier": ("quota", "form", "yield"),
    "regulator": ("quota", "yield"),
}


def _check(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    page.add_script_tag(path=AXE)
    assert page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].target}`))") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("actor", list(STEPS))
def test_show_desk__each_kind_of_member__is_accessible_and_fits(node: str, page: Page, actor: str) -> None:
    sign_in(node, page.context, actor)
    for step in ("", *(f"/{step}" for step in STEPS[actor])):
        _check(page, f"{node}/provenance/desk{step}")


def test_show_desk__nobody_signed_in__is_refused(node: str) -> None:
    assert httpx.get(f"{node}/provenance/desk", headers={"accept": "text/html"}).status_code == 401


def test_show_step__of_another_kind_of_member__is_refused(node: str, page: Page) -> None:
    sign_in(node, page.context, "grower")
    answer = page.goto(f"{node}/provenance/desk/dispense")
    assert answer is not None
    assert answer.status == 403


def test_propose__more_than_is_at_hand__says_how_much_is_missing(node: str, page: Page) -> None:
    sign_in(node, page.context, "hospital")
    page.goto(f"{node}/provenance/desk/dispense")
    form = page.locator("select[name=form] option").nth(1).get_attribute("value")
    page.goto(f"{node}/provenance/desk/dispense?form={form}&quantity=999t")
    expect(page.locator("[role=alert]")).to_contain_text("库存不足")
    expect(page.locator("output.code")).to_have_text(re.compile(".{27,}"))


def test_add_row__then_remove_it__keeps_names_numbered(node: str, page: Page) -> None:
    sign_in(node, page.context, "merchant")
    page.goto(f"{node}/provenance/desk/merge")
    page.locator("[data-add]").click()
    page.locator("[data-add]").click()
    page.locator("[data-remove]").nth(1).click()
    names = page.locator("[data-rows] select").evaluate_all("rows => rows.map((row) => row.name)")
    assert names == ["lines.0.lot", "lines.1.lot"]
