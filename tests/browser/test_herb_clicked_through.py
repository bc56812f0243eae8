"""A herb from field to patient, every step clicked, shown in words, signed in the browser and followed to the index."""

import re

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.hands import DONE, SIZES, Hand, hand_of

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def _harvest(hand: Hand, lot: str) -> None:
    hand.go("/provenance/desk/commission")
    hand.choose("quota", "人参")
    hand.fill(reference=lot, quantity="10 kg", facts__picked="2026-09-10")
    hand.sign("登记采收", lot, "10 kg", "2026-09-10")


def _send(hand: Hand, lot: str, quantity: str, to: str, reference: str) -> None:
    hand.go("/provenance/desk/ship")
    hand.fill(reference=reference)
    hand.choose("to", to)
    hand.choose("lines.0.lot", lot)
    hand.fill(lines__0__quantity=quantity)
    hand.sign("销售发货", reference, quantity)


def _receive(hand: Hand, reference: str, arrived: str) -> None:
    hand.go("/provenance/desk")
    row = hand.page.locator(".task", has_text=reference)
    row.locator("a[href*=receive]").click()
    hand.page.locator('step-form [name="lines.0.quantity"]').fill(arrived)
    hand.sign("收货", arrived)


def _steam(hand: Hand, lot: str, made: str) -> None:
    hand.go("/provenance/desk/process")
    hand.choose("method", "蒸制")
    hand.choose("inputs.0.lot", lot)
    hand.choose("outputs.0.form", "红参")
    hand.fill(inputs__0__quantity="9 kg", outputs__0__reference=made, outputs__0__quantity="3 kg")
    hand.fill(outputs__0__expires="2030-01-01")
    hand.sign("炮制加工", "9 kg", "3 kg", made)


def _pack(hand: Hand, lot: str, packed: str) -> None:
    hand.go("/provenance/desk/pack")
    hand.choose("lot", lot)
    hand.fill(quantity="2 kg", reference=packed, units="20")
    hand.sign("包装", packed, "2 kg", "20")


def _inspect(hand: Hand, lot: str) -> None:
    hand.go(f"/provenance/desk/inspection?q={lot}")
    hand.page.locator(".lots a").first.click()
    hand.fill(**{"facts__tests__0__item": "水分", "facts__tests__0__value": "9.1", "facts__tests__0__limit": "12"})
    hand.sign("记录观察", "质量检验", "水分 9.1")


def _dispense(hand: Hand, lot: str) -> None:
    hand.go("/provenance/desk/dispense")
    hand.choose("lines.0.lot", lot)
    hand.fill(lines__0__quantity="60 g")
    expect(hand.page.locator("dispense-code output")).to_have_text(re.compile(r"[0-9A-Z]{5}-"))
    hand.sign("发药", "60 g")


@pytest.mark.timeout(240)
@pytest.mark.parametrize("size", list(SIZES))
def test_herb_from_field_to_patient__clicked_and_signed__is_verified(node: str, chromium: Browser, size: str) -> None:
    lot, made, packed = (f"{name}-{size.upper()}" for name in ("CLICK", "RED", "BOX"))
    with hand_of(chromium, node, size, "grower") as grower:
        _harvest(grower, lot)
        _send(grower, lot, "10 kg", "安国本草", f"GO-{size}")
    with hand_of(chromium, node, size, "factory") as factory:
        _receive(factory, f"GO-{size}", "9.9 kg")
        _steam(factory, lot, made)
        _pack(factory, made, packed)
        _send(factory, packed, "1 kg", "鼓楼中药房", f"ON-{size}")
    with hand_of(chromium, node, size, "lab") as lab:
        _inspect(lab, packed)
    with hand_of(chromium, node, size, "pharmacy") as pharmacy:
        _receive(pharmacy, f"ON-{size}", "1 kg")
        _dispense(pharmacy, packed)
        _read_as_patient(pharmacy, packed)


def _read_as_patient(hand: Hand, packed: str) -> None:
    hand.go(f"/provenance?q={packed}")
    hand.page.locator(".lots a").first.click()
    expect(hand.page.locator("h1")).to_contain_text("人参")
    hand.page.locator("[data-verify]:visible, [data-verify-jump]:visible").first.click()
    expect(hand.page.locator(".verify-title")).to_have_text("核验通过", timeout=DONE)
    expect(hand.page.locator(".timeline")).to_contain_text("调剂发药")


@pytest.mark.parametrize("size", list(SIZES))
def test_commission__more_than_the_quota__is_refused_in_words(node: str, chromium: Browser, size: str) -> None:
    with hand_of(chromium, node, size, "grower") as grower:
        grower.go("/provenance/desk/commission")
        grower.choose("quota", "人参")
        grower.fill(reference="TOO-MUCH", quantity="99999 kg")
        grower.page.locator("step-form button[type=submit]").click()
        expect(grower.page.locator(".write-state.bad")).to_contain_text("超出配额", timeout=DONE)
        expect(grower.page.locator("dialog")).to_have_count(0)


def test_open_wallet__session_over_meanwhile__says_so(node: str, chromium: Browser) -> None:
    with hand_of(chromium, node, "desktop", "grower") as grower:
        grower.page.context.clear_cookies()
        grower.go("/wallet")
        expect(grower.page.get_by_role("button", name="登录", exact=True)).to_be_visible(timeout=DONE)
