"""A physician finds a patient by what the patient shows, asks, reads, writes, dispenses and ends: all clicked."""

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.consenting import DONE, Device, as_signer, device

from tcmchain.example import cast
from tcmchain.example.care import AT_RIVERSIDE, relation
from tcmchain.records.model.facts import RecordType
from tcmchain.sdk import TcmChain

pytestmark = [pytest.mark.engine, pytest.mark.browser]
DESKTOP = (1280, 900)
PHYSICIAN = cast.PERSONS["visited_physician"].words
PATIENT = cast.PERSONS["patient"].words
LONG = 45_000


def _show_code(patient: Device) -> str:
    patient.go("/consent/show")
    choice = patient.page.locator("consent-show select")
    expect(choice).to_be_visible(timeout=DONE)
    choice.select_option(relation("patient", AT_RIVERSIDE).account)
    patient.page.locator("consent-show .finder button").click()
    code = patient.page.locator(".one-time")
    expect(code).to_be_visible(timeout=DONE)
    return code.inner_text()


def _ask(physician: Device, code: str) -> None:
    physician.go("/encounters")
    page = physician.page
    expect(page.locator("[name=code]")).to_be_visible(timeout=DONE)
    physician.check()
    page.locator("[name=code]").fill(code.lower())
    page.locator("[name=name]").fill("林秋")
    page.locator("encounter-desk form button[type=submit]").click()
    expect(page.locator("encounter-desk .pill.warn").first).to_have_text("等待患者答复", timeout=LONG)


def _permit(patient: Device) -> None:
    patient.go("/consent/requests")
    form = patient.page.locator("form.request").first
    expect(form).to_be_visible(timeout=DONE)
    expect(form).to_contain_text("林秋")
    form.locator("button[type=submit]").click()
    expect(patient.page.locator("form.request")).to_have_count(0, timeout=LONG)


def _open_visit(physician: Device) -> None:
    physician.go("/encounters")
    physician.page.locator("encounter-desk ul.grants a").first.click()
    page = physician.page
    expect(page.locator("encounter-visit")).to_contain_text("已列出 30 项", timeout=LONG)
    expect(page.locator("encounter-visit")).to_contain_text("门诊：气虚血瘀证")
    expect(page.locator("encounter-visit")).to_contain_text("处方：补阳还五汤 14 剂")


def _write(physician: Device) -> None:
    page = physician.page
    for name, text in {
        "complaint": "下肢麻木复诊",
        "looking": "舌淡暗",
        "feeling": "脉细",
        "syndrome": "气虚血瘀证",
    }.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=prescription]").fill("黄芪 30 克")
    page.locator("[name=systolic]").fill("128")
    page.locator("[name=diastolic]").fill("80")
    page.get_by_role("form", name="中医门诊记录").locator("button[type=submit]").click()
    expect(page.locator("[name=complaint]")).to_have_value("", timeout=LONG)


def _dispense(physician: Device) -> None:
    """The dispensary enters the visit's code as it enters any; the node records it by itself."""
    page = physician.page
    page.get_by_role("button", name="生成发药码").click()
    code = page.locator("encounter-visit .one-time")
    expect(code).to_be_visible(timeout=DONE)
    link = page.get_by_role("link", name="去发药").get_attribute("href")
    assert link == f"/provenance/desk/dispense#visit={code.inner_text()}"
    page.locator("[name=device]").fill("952000001EA0042")
    page.locator("[name=devicename]").fill("电针仪")
    page.locator("[name=complaint]").fill("尚未写完")
    page.get_by_role("button", name="记录已使用").click()
    expect(page.locator("[name=device]")).to_have_value("", timeout=LONG)
    expect(page.locator("[name=complaint]")).to_have_value("尚未写完")
    expect(page.locator("encounter-visit p[role=status]", has_text="已列出")).to_have_count(2, timeout=LONG)


def _kinds(node: str) -> list[RecordType]:
    keys = relation("patient", AT_RIVERSIDE)

    async def work(chain: TcmChain) -> list[RecordType]:
        entries = await chain.records.entries(keys.account)
        opened = [(await chain.records.read(keys, entry.entry.file))[0] for entry in entries]
        return [one.facts.type for one in opened]

    return as_signer(node, keys, work)


def test_visit__clicked_by_patient_and_physician__is_asked_permitted_read_written_and_ended(
    chromium: Browser, node: str
) -> None:
    before = len(_kinds(node))
    with device(chromium, node, PATIENT) as patient, device(chromium, node, PHYSICIAN, DESKTOP) as physician:
        _ask(physician, _show_code(patient))
        _permit(patient)
        _open_visit(physician)
        physician.check()
        physician.page.set_viewport_size({"width": 390, "height": 844})
        physician.check()
        physician.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        _write(physician)
        _dispense(physician)
        shown = physician.page.get_by_role("button", name="查看“门诊：气虚血瘀证”").last
        shown.click()
        expect(physician.page.locator(".file-shown section").first).to_contain_text("消渴病", timeout=DONE)
        physician.page.get_by_role("button", name="结束就诊").click()
        expect(physician.page.locator("encounter-visit .pill").first).to_have_text("已结束", timeout=LONG)
    added = _kinds(node)[before:]
    kinds = {RecordType.ENCOUNTER, RecordType.PRESCRIPTION, RecordType.VITALS, RecordType.DEVICE_USE}
    assert set(added) == kinds


def test_desk__on_a_phone_without_wallet_and_without_licence__says_what_is_missing(
    chromium: Browser, node: str
) -> None:
    with device(chromium, node) as nobody:
        nobody.go("/encounters")
        expect(nobody.page.locator("main")).to_contain_text("这台设备上还没有钱包", timeout=DONE)
        nobody.check()
    with device(chromium, node, PATIENT) as patient:
        patient.go("/encounters")
        expect(patient.page.locator("main")).to_contain_text("没有有效的医师执照", timeout=DONE)
        patient.check()
        patient.go("/encounters/visit#0x1")
        expect(patient.page.locator("main")).to_contain_text("没有这次就诊", timeout=DONE)


def test_ask__with_a_code_that_is_none_or_was_used__says_so(chromium: Browser, node: str) -> None:
    with device(chromium, node, PHYSICIAN) as physician:
        physician.go("/encounters")
        page = physician.page
        expect(page.locator("[name=code]")).to_be_visible(timeout=DONE)
        physician.check()
        page.locator("[name=name]").fill("林秋")
        for code, sentence in (("123", "这不是患者出示的一次性码"), ("0000-0000", "没有这个一次性码")):
            page.locator("[name=code]").fill(code)
            page.locator("encounter-desk form button[type=submit]").click()
            expect(page.locator("encounter-desk .trouble")).to_contain_text(sentence, timeout=DONE)
