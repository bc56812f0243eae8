"""A patient's grants in the browser: seen in words, signed on the device, withdrawn, and every access told."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.consenting import (
    DONE,
    FAMILY,
    PATIENT,
    Device,
    account,
    add_file,
    as_signer,
    device,
    granted_to,
    physicians,
    publish,
    read_as,
    register,
    relation,
)

from tcmchain.consent.model.granted import GrantState
from tcmchain.crypto.categories import Category
from tcmchain.errors import TcmChainError
from tcmchain.example import cast
from tcmchain.values import UnixTime

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PAGES = ("", "/new", "/requests", "/show", "/accesses", "/received", "/proxies", "/guardians", "/emergencies")
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def patient(node: str) -> str:
    """The patient's first relation, with a file in it; a second relation and physicians stand beside it."""
    found = register(node, PATIENT, 1)
    register(node, PATIENT, 2)
    physicians(node)
    publish(node, FAMILY)
    return found


@pytest.fixture(params=list(SIZES))
def hand(request: pytest.FixtureRequest, chromium: Browser, node: str, patient: str) -> Iterator[Device]:
    """The patient's own browser, of either size."""
    with device(chromium, node, PATIENT, SIZES[request.param]) as found:
        yield found


def grant(hand: Device, to: str, name: str, category: str) -> None:
    """Grant reading to an account, on the page."""
    hand.go("/consent/new")
    hand.page.locator("[name=grantee]").fill(to)
    hand.page.get_by_role("button", name="选择").click()
    hand.page.locator("[name=name]").fill(name)
    hand.page.locator("[name=category]").select_option(category)
    hand.page.locator("[name=purpose]").select_option("consultation")
    expect(hand.page.locator(".preview .says")).to_contain_text(f"{name} 可以查看")
    hand.page.get_by_role("button", name="签名并授权").click()
    expect(hand.page.locator("main")).to_contain_text("授权已生效", timeout=DONE)


def test_show__every_page_of_grants__is_accessible_and_fits(hand: Device) -> None:
    for path in PAGES:
        hand.go(f"/consent{path}")
        expect(hand.page.locator(".consent .card").first).to_be_visible(timeout=DONE)
        hand.check()
    hand.page.evaluate("document.documentElement.dataset.theme = 'dark'; document.documentElement.dataset.elder = ''")
    hand.check()


def test_show__no_wallet_or_a_locked_one__says_what_to_do(chromium: Browser, node: str) -> None:
    with device(chromium, node) as nobody:
        nobody.go("/consent")
        expect(nobody.page.locator("main")).to_contain_text("这台设备上还没有钱包")
        nobody.check()
    with device(chromium, node, PATIENT) as locked:
        locked.page.get_by_role("button", name="锁上").click()
        locked.go("/consent")
        locked.page.get_by_role("button", name="解锁").click()
        locked.page.locator("#passphrase").fill("not the passphrase")
        locked.page.locator("dialog button[type=submit]").click()
        expect(locked.page.locator("dialog .trouble")).to_contain_text("口令不对")


def test_grant__then_withdraw__reads_and_then_is_refused(hand: Device, node: str, patient: str) -> None:
    physician = physicians(node)[1]
    file = add_file(node, PATIENT, 1, Category.DISEASE, b"what the physician may read")
    grant(hand, physician, "林医生", "disease")
    hand.go("/consent")
    shown = hand.page.locator("section[aria-label='正在生效'] li").first
    expect(shown).to_contain_text("林医生 可以查看病情，为了会诊，到")
    words = cast.PERSONS["visited_physician"].words
    given = granted_to(node, words)
    assert read_as(node, words, patient, file, given) == b"what the physician may read"
    before = len(as_signer(node, relation(PATIENT, 1), lambda chain: chain.patients.patient(account(PATIENT, 1))).keys)
    shown.get_by_role("button", name="撤回").click()
    expect(hand.page.locator("dialog")).to_contain_text("已经看过、抄下的内容收不回来")
    hand.page.locator("dialog button[type=submit]").click()
    expect(hand.page.locator("main")).to_contain_text("已撤回，从现在起", timeout=DONE)
    after = as_signer(node, relation(PATIENT, 1), lambda chain: chain.patients.patient(account(PATIENT, 1)))
    assert len(after.keys) == before + 1
    grants = as_signer(node, relation(PATIENT, 1), lambda chain: chain.consent.grant(given.grant))
    assert grants.state(UnixTime(int(time.time()))) is GrantState.WITHDRAWN
    with pytest.raises(TcmChainError):
        read_as(node, words, patient, file, given)
    hand.go("/consent/accesses")
    accesses = hand.page.locator(".accesses")
    expect(accesses).to_contain_text("林医生", timeout=DONE)
    expect(accesses).to_contain_text("被拒绝：授权已撤回")
    expect(accesses.locator("li.ok").first).to_contain_text("查看了病情，为了会诊")
    expect(accesses.locator(".pill.ok").first).to_contain_text("签名与链上根都对上了", timeout=DONE)
    hand.check()


def test_grant__an_epoch_that_turned__is_still_read_by_who_keeps_a_grant(
    chromium: Browser, node: str, patient: str
) -> None:
    first, second = physicians(node)
    with device(chromium, node, PATIENT, SIZES["desktop"]) as hand:
        grant(hand, first, "周医生", "imaging")
        grant(hand, second, "林医生", "imaging")
        kept = granted_to(node, cast.PERSONS["attending_physician"].words)
        hand.go("/consent")
        row = hand.page.locator("section[aria-label='正在生效'] li", has_text="林医生 可以查看影像").first
        row.get_by_role("button", name="撤回").click()
        hand.page.locator("dialog button[type=submit]").click()
        expect(hand.page.locator("main")).to_contain_text("已撤回，从现在起", timeout=DONE)
    file = add_file(node, PATIENT, 1, Category.IMAGING, b"written after the turn")
    assert read_as(node, cast.PERSONS["attending_physician"].words, patient, file, kept) == b"written after the turn"


def test_list__another_device_of_the_same_words__knows_the_terms(chromium: Browser, node: str, patient: str) -> None:
    with device(chromium, node, PATIENT, SIZES["desktop"]) as one:
        grant(one, physicians(node)[0], "周医生", "vitals")
    with device(chromium, node, PATIENT, SIZES["phone"]) as other:
        other.go("/consent")
        force = other.page.locator("section[aria-label='正在生效']")
        expect(force).to_contain_text("周医生 可以查看体征", timeout=DONE)
        other.page.get_by_placeholder("姓名、机构或编号").fill("没有这个人")
        expect(force.locator("li")).to_have_count(0)
        other.page.get_by_placeholder("姓名、机构或编号").fill("")
        with other.page.expect_download() as saved:
            other.page.get_by_role("button", name="导出 CSV").click()
        text = saved.value.path().read_text(encoding="utf-8-sig")
        assert '"周医生"' in text
        assert '"体征"' in text


def test_open__what_was_granted_to_me__is_read_in_the_browser(chromium: Browser, node: str, patient: str) -> None:
    add_file(node, PATIENT, 1, Category.INSURANCE, b"what the insurer may read")
    with device(chromium, node, PATIENT, SIZES["desktop"]) as hand:
        grant(hand, publish(node, cast.PERSONS["claims_officer"].words), "审核员", "insurance")
    with device(chromium, node, cast.PERSONS["claims_officer"].words, SIZES["phone"]) as insurer:
        insurer.go("/consent/received")
        folder = insurer.page.locator("section.card", has_text="您可以查看医保，为了会诊").first
        folder.get_by_role("button", name="打开档案").click(timeout=DONE)
        file = folder.locator("li", has_text="a note").first
        file.get_by_role("button", name="全文").click(timeout=DONE)
        expect(file.locator("pre")).to_contain_text("what the insurer may read", timeout=DONE)
        insurer.check()


def test_withdraw__a_grant_that_stands_no_longer__says_so(chromium: Browser, node: str, patient: str) -> None:
    with device(chromium, node, PATIENT, SIZES["desktop"]) as hand:
        grant(hand, physicians(node)[0], "周医生", "medication")
        given = granted_to(node, cast.PERSONS["attending_physician"].words)
        hand.go("/consent")
        row = hand.page.locator("section[aria-label='正在生效'] li", has_text="周医生 可以查看药物").first
        expect(row).to_be_visible(timeout=DONE)
        as_signer(node, relation(PATIENT, 1), lambda chain: chain.consent.withdraw(given.grant))
        row.get_by_role("button", name="撤回").click()
        hand.page.locator("dialog button[type=submit]").click()
        expect(hand.page.locator("dialog .trouble")).not_to_be_empty(timeout=DONE)
