"""A herb from field to patient, every step clicked, shown in words, signed in the browser and followed to the index."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tcmchain.example import cast

pytestmark = [pytest.mark.browser, pytest.mark.engine]

_PASSPHRASE = "a passphrase for tests"
_SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
_DONE = 20_000


@dataclass
class Hand:
    """A member at its own browser, with its own wallet."""

    page: Page
    node: str

    def go(self, path: str) -> None:
        answer = self.page.goto(self.node + path)
        assert answer is not None
        assert answer.status == 200, path

    def open_wallet(self, account: int) -> None:
        self.go("/wallet")
        self.page.get_by_role("button", name="用十二个词恢复").click()
        self.page.locator("textarea").fill(cast.MNEMONIC)
        self.submit_dialog()
        for name in ("first", "second"):
            self.page.locator(f"[name={name}]").fill(_PASSPHRASE)
        self.page.locator("dialog [name=account]").fill(str(account))
        self.submit_dialog()
        self.page.get_by_role("button", name="登录", exact=True).click(timeout=_DONE)
        expect(self.page.get_by_role("button", name="退出登录")).to_be_visible(timeout=_DONE)

    def submit_dialog(self) -> None:
        self.page.locator("dialog button[type=submit]").last.click()

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f'step-form [name="{name.replace("__", ".")}"]').fill(value)

    def choose(self, name: str, text: str) -> None:
        """Choose the option whose text holds ``text``."""
        field = self.page.locator(f'step-form [name="{name}"]')
        option = field.locator("option", has_text=text).first
        field.select_option(value=option.get_attribute("value"))

    def sign(self, *shown: str) -> None:
        """Send the form, read in the dialog what is to be signed, sign, and wait until it is indexed."""
        self.page.locator("step-form button[type=submit]").click()
        dialog = self.page.locator("dialog.dialog")
        for words in shown:
            expect(dialog).to_contain_text(words)
        self.submit_dialog()
        expect(self.page.locator(".write-steps li.done")).to_have_count(3, timeout=_DONE)
        expect(self.page.locator(".write-state")).to_contain_text("办好了", timeout=_DONE)


@contextmanager
def _hand(chromium: Browser, node: str, size: str, actor: str) -> Iterator[Hand]:
    width, height = _SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    hand = Hand(page, node)
    hand.open_wallet([found.key for found in cast.ACTORS].index(actor))
    yield hand
    context.close()
    assert troubles == []


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
@pytest.mark.parametrize("size", list(_SIZES))
def test_herb_from_field_to_patient__clicked_and_signed__is_verified(node: str, chromium: Browser, size: str) -> None:
    lot, made, packed = (f"{name}-{size.upper()}" for name in ("CLICK", "RED", "BOX"))
    with _hand(chromium, node, size, "grower") as grower:
        _harvest(grower, lot)
        _send(grower, lot, "10 kg", "安国本草", f"GO-{size}")
    with _hand(chromium, node, size, "factory") as factory:
        _receive(factory, f"GO-{size}", "9.9 kg")
        _steam(factory, lot, made)
        _pack(factory, made, packed)
        _send(factory, packed, "1 kg", "鼓楼中药房", f"ON-{size}")
    with _hand(chromium, node, size, "lab") as lab:
        _inspect(lab, packed)
    with _hand(chromium, node, size, "pharmacy") as pharmacy:
        _receive(pharmacy, f"ON-{size}", "1 kg")
        _dispense(pharmacy, packed)
        _read_as_patient(pharmacy, packed)


def _read_as_patient(hand: Hand, packed: str) -> None:
    hand.go(f"/provenance?q={packed}")
    hand.page.locator(".lots a").first.click()
    expect(hand.page.locator("h1")).to_contain_text("人参")
    hand.page.locator("[data-verify]:visible, [data-verify-jump]:visible").first.click()
    expect(hand.page.locator(".verify-title")).to_have_text("核验通过", timeout=_DONE)
    expect(hand.page.locator(".timeline")).to_contain_text("调剂发药")


@pytest.mark.parametrize("size", list(_SIZES))
def test_commission__more_than_the_quota__is_refused_in_words(node: str, chromium: Browser, size: str) -> None:
    with _hand(chromium, node, size, "grower") as grower:
        grower.go("/provenance/desk/commission")
        grower.choose("quota", "人参")
        grower.fill(reference="TOO-MUCH", quantity="99999 kg")
        grower.page.locator("step-form button[type=submit]").click()
        expect(grower.page.locator(".write-state.bad")).to_contain_text("超出配额", timeout=_DONE)
        expect(grower.page.locator("dialog")).to_have_count(0)


def test_open_wallet__session_over_meanwhile__says_so(node: str, chromium: Browser) -> None:
    with _hand(chromium, node, "desktop", "grower") as grower:
        grower.page.context.clear_cookies()
        grower.go("/wallet")
        expect(grower.page.get_by_role("button", name="登录", exact=True)).to_be_visible(timeout=_DONE)
