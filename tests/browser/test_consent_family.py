"""Proxies and guardians in the browser: who acts for a patient, and how lost words come back."""

import time

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.consenting import (
    DONE,
    FAMILY,
    NEW_DEVICE,
    PATIENT,
    Device,
    account,
    as_signer,
    device,
    publish,
    register,
    relation,
)

from tcmchain.crypto.letters import inbox_of
from tcmchain.example import cast
from tcmchain.patients.client.guarding import KIND, HeldShare, bring_back, share_out
from tcmchain.patients.model.registered import Guardianship
from tcmchain.sdk import TcmChain

pytestmark = [pytest.mark.browser, pytest.mark.engine]

_LOST = "abandon " * 11 + "about"
_GUARDIANS = (FAMILY, cast.PERSONS["daughter"].words)


@pytest.fixture(scope="module")
def family(node: str) -> str:
    """A patient, and two people who published their keys."""
    for words in _GUARDIANS:
        publish(node, words)
    return register(node, PATIENT, 1)


def test_appoint__a_proxy_who_also_reads__acts_and_resigns(chromium: Browser, node: str, family: str) -> None:
    with device(chromium, node, PATIENT, (1280, 900)) as hand:
        hand.go("/consent/proxies")
        hand.page.get_by_role("button", name="指定代理人").click()
        dialog = hand.page.locator("dialog")
        dialog.locator("[name=name]").fill("女儿")
        dialog.locator("[name=account]").fill(account(FAMILY))
        dialog.locator("[name=mine]").fill("妈妈")
        dialog.locator("[value=vitals]").check()
        hand.check()
        dialog.get_by_role("button", name="指定代理人").click()
        expect(hand.page.locator("section[aria-label='替我办事的人']")).to_contain_text(
            "女儿 可以替您办事", timeout=3 * DONE
        )
    with device(chromium, node, FAMILY) as daughter:
        daughter.go("/consent/proxies")
        mine = daughter.page.locator("section[aria-label='我替谁办事']")
        expect(mine).to_contain_text("您可以替 妈妈 办事", timeout=DONE)
        daughter.go("/consent")
        force = daughter.page.locator("section[aria-label='正在生效']")
        expect(force).to_contain_text("女儿 可以查看体征，为了家人照护", timeout=DONE)
        force.locator("li", has_text="女儿 可以查看体征").get_by_role("button", name="撤回").click()
        daughter.page.locator("dialog button[type=submit]").click()
        expect(daughter.page.locator("main")).to_contain_text("已撤回，从现在起", timeout=DONE)
        daughter.go("/consent/proxies")
        mine.get_by_role("button", name="不再代理").click()
        expect(mine).to_contain_text("您没有替任何人办事", timeout=DONE)


def choose_guardians(hand: Device) -> None:
    """Choose two guardians on the page, both of whom are needed."""
    hand.go("/consent/guardians")
    hand.page.get_by_role("button", name="选择监护人").click()
    dialog = hand.page.locator("dialog")
    dialog.get_by_role("button", name="减一位").click()
    for at, words in enumerate(_GUARDIANS):
        dialog.locator("[name=name]").nth(at).fill(f"监护人{at + 1}")
        dialog.locator("[name=account]").nth(at).fill(account(words))
    hand.check()
    dialog.get_by_role("button", name="签名并分发").click()
    expect(hand.page.locator("section[aria-label='我的监护人']")).to_contain_text(
        "任意 2 位（共 2 位）", timeout=3 * DONE
    )


def brought_back(node: str, patient: str) -> str:
    """The words, as the SDK brings them back out of the guardians' letters."""

    def held_by(words: str) -> list[HeldShare]:
        keys = relation(words, 0)
        letters = as_signer(node, keys, lambda chain: chain.letters.fetch(keys.inbox))
        return [
            HeldShare.read(one.content) for one in letters if one.kind == KIND and one.content["patient"] == patient
        ]

    found = as_signer(node, relation(PATIENT, 1), lambda chain: chain.patients.patient(account(PATIENT, 1)))
    return bring_back([share for words in _GUARDIANS for share in held_by(words)], found)


def test_recover__a_proposal_that_the_patient_did_not_want__is_objected_to(
    chromium: Browser, node: str, family: str
) -> None:
    slip = f"tcmchain-recovery:{account(NEW_DEVICE)}:0x{inbox_of(relation(NEW_DEVICE, 0).inbox).hex()}"
    with device(chromium, node, PATIENT, (1280, 900)) as hand:
        choose_guardians(hand)
        assert brought_back(node, family) == PATIENT
        with device(chromium, node, FAMILY) as guardian:
            guardian.go("/consent/guardians")
            row = guardian.page.locator(f"[data-guarded='{family}']")
            expect(row).to_contain_text("您手里有一份", timeout=DONE)
            row.get_by_role("button", name="提议恢复").click()
            guardian.page.locator("[name=slip]").fill("no slip")
            guardian.page.locator("dialog button[type=submit]").click()
            expect(guardian.page.locator("dialog .trouble")).to_contain_text("这不是恢复单")
            guardian.page.locator("[name=slip]").fill(slip)
            guardian.page.locator("dialog button[type=submit]").click()
            expect(row).to_contain_text("已有 1/2 位同意", timeout=DONE)
        with device(chromium, node, _GUARDIANS[1]) as second:
            second.go("/consent/guardians")
            row = second.page.locator(f"[data-guarded='{family}']")
            row.get_by_role("button", name="同意").click(timeout=DONE)
            expect(row).to_contain_text("已有 2/2 位同意", timeout=DONE)
        hand.go("/consent/guardians")
        alarm = hand.page.get_by_role("alert").filter(has_text="有人正在申请")
        expect(alarm.locator(".countdown")).to_contain_text("还剩 2 天", timeout=DONE)
        hand.check()
        alarm.get_by_role("button", name="我没有丢，反对").click()
        expect(alarm).to_have_count(0, timeout=DONE)


def guarded(node: str, patient: str) -> None:
    """Guardians chosen by the SDK, with no time to wait for: the page asks for a day at least."""
    keys = relation(_LOST, 1)
    held = share_out(_LOST, keys.account, 2, 2)

    async def work(chain: TcmChain) -> None:
        guardians = tuple(account(words) for words in _GUARDIANS)
        await chain.patients.set_guardians(keys.account, Guardianship(guardians, 2, 1, held[0].backup))
        for guardian, share in zip(guardians, held, strict=True):
            reader = await chain.patients.reader(guardian)
            await chain.letters.send(guardian, reader.inbox, share.letter(keys.account))

    as_signer(node, keys, work)


def test_recover__words_that_were_lost__come_back_on_a_new_device(chromium: Browser, node: str, family: str) -> None:
    lost = register(node, _LOST, 1)
    guarded(node, lost)
    with device(chromium, node, NEW_DEVICE) as fresh:
        fresh.go("/consent/guardians")
        fresh.page.locator("summary", has_text="我丢了十二个词").click()
        fresh.page.locator("details.card").get_by_role("button", name="公布公钥").click()
        expect(fresh.page.get_by_role("button", name="公布公钥")).to_have_count(0, timeout=DONE)
        fresh.page.locator("summary", has_text="我丢了十二个词").click()
        slip = fresh.page.locator("output.slip").inner_text()
        fresh.page.locator("[name=lost]").fill(lost)
        fresh.page.get_by_role("button", name="查看进展").click()
        expect(fresh.page.locator("details.card")).to_contain_text("还没有提议", timeout=DONE)
        for at, words in enumerate(_GUARDIANS):
            with device(chromium, node, words) as guardian:
                guardian.go("/consent/guardians")
                row = guardian.page.locator(f"[data-guarded='{lost}']")
                if at == 0:
                    row.get_by_role("button", name="提议恢复").click(timeout=DONE)
                    guardian.page.locator("[name=slip]").fill(slip)
                    guardian.page.locator("dialog button[type=submit]").click()
                    expect(row).to_contain_text("已有 1/2 位同意", timeout=DONE)
                else:
                    row.get_by_role("button", name="同意").click(timeout=DONE)
                    expect(row).to_contain_text("已有 2/2 位同意", timeout=DONE)
        time.sleep(2)
        fresh.go("/consent/guardians")
        fresh.page.get_by_role("button", name="完成恢复").click(timeout=DONE)
        expect(fresh.page.locator("details.card")).to_contain_text("已收到 0/2 份", timeout=DONE)
        for words in _GUARDIANS:
            with device(chromium, node, words) as guardian:
                guardian.go("/consent/guardians")
                row = guardian.page.locator(f"[data-guarded='{lost}']")
                row.get_by_role("button", name="交出我的一份").click(timeout=DONE)
                expect(row.locator(".caution")).to_have_count(0)
                guardian.page.wait_for_timeout(1500)
        fresh.go("/consent/guardians")
        fresh.page.get_by_role("button", name="打开十二个词").click(timeout=DONE)
        dialog = fresh.page.locator("dialog")
        expect(dialog.locator(".words li")).to_have_count(12, timeout=DONE)
        assert [word.split()[-1] for word in dialog.locator(".words li").all_inner_texts()] == _LOST.split()
        for place in dialog.locator("input[type=password]").all():
            place.fill("another passphrase for tests")
        dialog.get_by_role("button", name="用这些词恢复").click()
        fresh.page.wait_for_url("**/records", timeout=DONE)
    may_act = as_signer(
        node, relation(_LOST, 1), lambda chain: chain.patients.may_act(account(_LOST, 1), account(_LOST, 1))
    )
    assert may_act
