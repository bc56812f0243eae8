"""A member at its own browser, who clicks, reads what is to be signed, and signs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from tcmchain.example import cast

_PASSPHRASE = "a passphrase for tests"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
DONE = 20_000


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
        self.page.get_by_role("button", name="登录", exact=True).click(timeout=DONE)
        expect(self.page.get_by_role("button", name="退出登录")).to_be_visible(timeout=DONE)

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

    def sign(self, *shown: str, form: str = "step-form") -> None:
        """Send the form, read in the dialog what is to be signed, sign, and wait until it is indexed."""
        self.page.locator(f"{form} button[type=submit]").click()
        dialog = self.page.locator("dialog.dialog")
        for words in shown:
            expect(dialog).to_contain_text(words)
        self.submit_dialog()
        expect(self.page.locator(f"{form} .write-steps li.done")).to_have_count(3, timeout=DONE)
        expect(self.page.locator(f"{form} .write-state")).to_contain_text("办好了", timeout=DONE)


@contextmanager
def hand_of(chromium: Browser, node: str, size: str, actor: str) -> Iterator[Hand]:
    """A member's browser with its wallet open; any error in a script fails the test."""
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    hand = Hand(page, node)
    hand.open_wallet([found.key for found in cast.ACTORS].index(actor))
    yield hand
    context.close()
    assert troubles == []
