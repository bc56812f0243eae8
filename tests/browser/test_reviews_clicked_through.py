"""A patient fetches a voucher, reviews under a masked name and reports harm; others read and check."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from eth_account.hdaccount.mnemonic import Mnemonic
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import AXE
from tests.browser.hands import DONE, SIZES, Hand
from tests.browser.signing_in import sign_in
from tests.patients.world import free_port
from tests.reviews.scene import NAME, Scene, patient, scene_at

from tcmchain.app import create_app
from tcmchain.example import cast
from tcmchain.reviews.client.keys import ReviewKeys
from tcmchain.reviews.model.names import name_digest
from tcmchain.reviews.model.vouchers import Relation
from tcmchain.reviews.readmodel.notes import Note
from tcmchain.values import FormulaId, Hash32, UnixTime
from tcmchain.web.askings import Askings
from tcmchain.web.nonces import NonceStore

pytestmark = [pytest.mark.browser, pytest.mark.engine]
_WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
_PASSPHRASE = "a passphrase for tests"
_SALT = b"\x07" * 32


class Served:
    """The scene at an address."""

    def __init__(self, scene: Scene, url: str) -> None:
        self.scene = scene
        self.url = url
        self.formula: FormulaId = scene.formula(71)

    def dispensed(self) -> ReviewKeys:
        """A prescription of the patient that was dispensed and noted; its course is over."""
        seed = Mnemonic.to_seed(_WORDS)
        prescription, keys = self.scene.dispense(lambda found: ReviewKeys(seed, found))
        what = prescription, cast.member("pharmacy"), self.formula, 1, 0
        name = name_digest(NAME, _SALT)
        note = Note(*what, Hash32("0x" + _SALT.hex()), name, Relation.NONE, UnixTime(int(time.time()) + 86_400))
        assert self.scene.reviewing.vouchers._notes.keep(note, int(time.time()))
        self.scene.carried()
        found: ReviewKeys = keys
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("reviews"), free_port()
    url = f"http://127.0.0.1:{port}"
    with scene_at(folder / "home") as scene:
        app = create_app(scene.running.node)
        app.state.askings = Askings([url], NonceStore(folder / "askings.db"))
        server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, lifespan="off", log_level="warning"))
        serving = asyncio.run_coroutine_threadsafe(server.serve(), scene.running._loop)
        while not server.started:
            assert not serving.done()
            time.sleep(0.02)
        yield Served(scene, url)
        server.should_exit = True
        serving.result(20)


def _opened(chromium: Browser, url: str, size: str) -> tuple[Hand, Any, list[str]]:
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    hand, troubles = Hand(context.new_page(), url), list[str]()
    hand.page.on("pageerror", lambda error: troubles.append(str(error)))
    hand.go("/wallet")
    hand.page.get_by_role("button", name="用十二个词恢复").click()
    hand.page.locator("textarea").fill(_WORDS)
    hand.submit_dialog()
    for name in ("first", "second"):
        hand.page.locator(f"[name={name}]").fill(_PASSPHRASE)
    hand.submit_dialog()
    expect(hand.page.get_by_role("button", name="登录", exact=True)).to_be_visible(timeout=DONE)
    return hand, context, troubles


def _voucher(page: Page, keys: ReviewKeys) -> None:
    page.locator("review-vault [name=slip]").fill(keys.prescription)
    page.get_by_role("button", name="找出我的评价凭证").click()
    page.locator("review-vault [name=name]").fill(NAME)
    page.get_by_role("button", name="领取评价凭证").click()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_review__clicked_and_signed__is_read_and_checked_by_everybody(
    served: Served, chromium: Browser, size: str
) -> None:
    keys = served.dispensed()
    hand, context, troubles = _opened(chromium, served.url, size)
    page, sent = hand.page, list[bytes]()
    hand.go("/reviews")
    _voucher(page, keys)
    expect(page.locator("review-vault")).to_contain_text("可以评价", timeout=DONE)
    page.locator("[name=words]").first.fill("头痛明显减轻")
    page.get_by_text("单味药的感受").click()
    page.locator("select[data-herb]").first.select_option("helped")
    page.on("request", lambda one: sent.append(one.post_data_buffer or b""))
    page.get_by_role("button", name="核对并签名").click()
    expect(page.locator("dialog.dialog")).to_contain_text("评价方剂")
    hand.submit_dialog()
    expect(page.locator("review-vault")).to_contain_text("已经评价", timeout=DONE)
    assert not any(NAME.encode() in body for body in sent), "the full name went out with a masked review"
    page.get_by_role("link", name="已经评价").click()
    expect(page.locator("review-proof li.ok-line")).to_have_count(3, timeout=DONE)
    expect(page.locator("main")).to_contain_text("王**")
    expect(page.locator("main")).to_contain_text("头痛明显减轻")
    context.close()
    assert troubles == []
    told = httpx.get(f"{served.url}/api/reviews/{keys.nullifier}").json()
    assert (told["verified"], told["name"]["shown"], told["reviewer"]) == (True, "王**", keys.signer.address)
    assert told["herbs"][0]["effect"] == "helped"


@pytest.mark.timeout(180)
def test_report_harm__clicked_at_once__is_answered_by_a_regulator(served: Served, chromium: Browser) -> None:
    keys = served.dispensed()
    hand, context, troubles = _opened(chromium, served.url, "phone")
    page = hand.page
    hand.go("/reviews")
    _voucher(page, keys)
    page.locator("review-vault summary", has_text="报告不良反应").click()
    page.locator("review-vault details select[name=severity]").select_option("severe")
    page.locator("review-vault details textarea").last.fill("服后心慌、口舌发麻")
    page.get_by_role("button", name="立即报告").click()
    expect(page.locator("dialog.dialog")).to_contain_text("报告不良反应")
    hand.submit_dialog()
    expect(page.locator("review-vault")).to_contain_text("办好了", timeout=DONE)
    hand.go(f"/reviews/formulas/{served.formula}")
    expect(page.locator("main")).to_contain_text("有不良反应报告")
    context.close()
    assert troubles == []
    (one,) = httpx.get(f"{served.url}/api/reviews/harm").json()
    assert (one["severity"], one["answers"]) == ("severe", [])


@pytest.mark.parametrize("path", ["/reviews", "/reviews/harm", "/rewards/earnings"])
def test_look__pages_of_reviews__have_no_barriers_and_no_script_errors(served: Served, page: Page, path: str) -> None:
    served.scene.reviewed(served.formula, patient(7_000 + len(path)))
    answer = page.goto(served.url + path)
    assert answer is not None
    assert answer.status == 200
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    assert [violation["id"] for violation in found["violations"]] == []
    page.set_viewport_size({"width": 390, "height": 844})
    cut = "[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth).length"
    assert page.evaluate(cut) == 0


def test_sign_in__a_voter__finds_the_form_to_want_points_back(served: Served, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    sign_in(served.url, context, "regulator")
    page = context.new_page()
    page.goto(f"{served.url}/rewards/earnings")
    expect(page.locator("main")).to_contain_text("规则")
    page.locator("details summary", has_text="要求追回").first.click()
    expect(page.locator("step-form[endpoint$=claw-back]").first).to_be_visible()
    context.close()
