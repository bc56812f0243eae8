"""Break-glass in the browser: two physicians of different hospitals, the patient who sees and ends it, the review."""

import re

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.consenting import DONE, PATIENT, Device, add_emergency, device, physicians, register

from tcmchain.example import cast

pytestmark = [pytest.mark.browser, pytest.mark.engine]

_FIRST = cast.PERSONS["attending_physician"].words
_SECOND = cast.PERSONS["visited_physician"].words
_REASON = "昏迷送医，需要过敏史"


@pytest.fixture(scope="module")
def patient(node: str) -> str:
    """A patient with an emergency card, and two physicians who published their keys."""
    physicians(node)
    found = register(node, PATIENT, 1)
    add_emergency(node, PATIENT, 1, {"allergy": "penicillin"}, b"allergic to penicillin")
    return found


def break_glass(hand: Device, patient: str, second: str) -> None:
    """Ask for a patient's emergency information, and a colleague to confirm."""
    hand.go("/consent/emergencies")
    hand.page.locator("[name=patient]").fill(patient)
    hand.page.locator("[name=reason]").fill(_REASON)
    hand.page.locator("[name=colleague]").fill(second)
    hand.check()
    hand.page.get_by_role("button", name="申请打开").click()
    expect(hand.page.locator("section[aria-label='我的申请'] li").first).to_contain_text("尚未生效", timeout=DONE)


def confirm(hand: Device) -> None:
    """As the other hospital's physician, confirm what was asked last."""
    hand.go("/consent/emergencies")
    row = hand.page.locator("section[aria-label='等另一位医师确认'] li").first
    expect(row).to_contain_text(_REASON, timeout=DONE)
    row.get_by_role("button", name="我确认确属急救").click()
    expect(hand.page.locator("section[aria-label='等另一位医师确认']")).to_contain_text("没有等您确认", timeout=DONE)


def test_break_glass__two_physicians__read_until_the_patient_ends_it(
    chromium: Browser, node: str, patient: str
) -> None:
    second = physicians(node)[1]
    with device(chromium, node, _FIRST, (1280, 900)) as first:
        break_glass(first, patient, second)
        assert first.page.get_by_role("button", name="打开急救信息").count() == 0
        with device(chromium, node, _SECOND) as colleague:
            confirm(colleague)
            colleague.check()
        first.go("/consent/emergencies")
        mine = first.page.locator("section[aria-label='我的申请'] li").first
        mine.get_by_role("button", name="打开急救信息").click(timeout=DONE)
        expect(mine.locator(".emergency-file").first).to_contain_text("penicillin", timeout=DONE)
        expect(mine.locator(".emergency-file").first).to_contain_text("3/3 家托管节点放行")
        first.check()
        with device(chromium, node, PATIENT) as hand:
            hand.go("/consent/emergencies")
            about = hand.page.locator("section[aria-label='关于我和家人的紧急调阅'] li").first
            expect(about).to_contain_text(f"理由：{_REASON}", timeout=DONE)
            hand.check()
            about.get_by_role("button", name="立即结束").click()
            expect(about).to_contain_text("已结束", timeout=DONE)
            hand.go("/consent/accesses")
            expect(hand.page.locator(".accesses")).to_contain_text("急救", timeout=DONE)
        first.go("/consent/emergencies")
        expect(first.page.locator("section[aria-label='我的申请'] li").first).to_contain_text("已结束", timeout=DONE)
        assert first.page.get_by_role("button", name="打开急救信息").count() == 0


def test_review__what_was_confirmed__counts_for_everybody(chromium: Browser, node: str, patient: str) -> None:
    with device(chromium, node) as anybody:
        anybody.go("/consent/emergencies")
        counts = anybody.page.locator("section[aria-label='各机构的紧急调阅次数']")
        expect(counts).to_contain_text("京西中医医院", timeout=DONE)
        anybody.check()
    with device(chromium, node, cast.MNEMONIC, (1280, 900)) as regulator:
        regulator.go("/consent/emergencies")
        waiting = regulator.page.locator("section[aria-label='待复核'] li")
        expect(waiting.first).to_be_visible(timeout=DONE)
        waiting.first.locator("textarea").fill("送医记录属实")
        waiting.first.get_by_role("button", name=re.compile("^正当$")).click()
        expect(regulator.page.locator("section[aria-label='待复核']")).to_contain_text("没有等待复核", timeout=DONE)
