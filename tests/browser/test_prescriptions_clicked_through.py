"""Prescriptions in the browser: checked while typed, sealed, signed by two, shown by the patient, dispensed once."""

import re
import time

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect
from tests.browser.consenting import DONE, Device, device
from tests.browser.test_encounter_clicked_through import _ask, _kinds, _open_visit, _permit, _show_code

from tcmchain.example import cast
from tcmchain.prescriptions.model.slip import read_slip
from tcmchain.records.model.facts import RecordType
from tcmchain.web.i18n import COOKIE

pytestmark = [pytest.mark.engine, pytest.mark.browser]
DESKTOP = (1280, 900)
LONG = 45_000
HASH = re.compile(r"0x[0-9a-f]{64}")
NAME = "王秀英"
PHYSICIAN, COLLEAGUE, PHARMACIST, PATIENT = (
    cast.PERSONS[key].words for key in ("attending_physician", "visited_physician", "dispensing_pharmacist", "patient")
)


def _begin(physician: Device) -> None:
    physician.go("/prescriptions/write")
    expect(physician.page.locator(".rx-form")).to_be_visible(timeout=DONE)
    _fill(physician)


def _fill(physician: Device) -> None:
    page = physician.page
    page.fill("[name=patient]", NAME)
    page.select_option("[name=sex]", "female")
    page.fill("[name=age]", "68")
    page.fill("[name=record]", "示例-0418")
    page.fill("[name=department]", "中医内科")
    page.fill("[name=doctor]", "周明远")
    for fact in ("pregnancy", "lactation", "allergies", "liver", "kidney", "takes_drugs"):
        page.select_option(f"[name={fact}]", "no")
    for kind, words in (("disease", "中风"), ("syndrome", "气虚血瘀证")):
        page.fill(f"[name={kind}]", words)
        page.locator(f"[name={kind}]").blur()


def _line(physician: Device, at: int, name: str, grams: str, preparation: str = "") -> Locator:
    page = physician.page
    if at:
        page.get_by_role("button", name="加一味").click()
    line = page.locator(".rx-line").nth(at)
    line.locator("[name=herb]").fill(name)
    line.locator("[name=herb]").blur()
    line.locator("[name=grams]").fill(grams)
    if preparation:
        line.locator("[name=preparation]").select_option(preparation)
    return line


def _sign(physician: Device) -> str:
    page = physician.page
    for reason in page.locator("[data-why]").all():
        reason.fill("病情所需，已当面告知")
    page.locator(".rx-form button[type=submit]").click()
    slip = page.locator(".slip code")
    expect(slip).to_be_visible(timeout=LONG)
    physician.check()
    return slip.inner_text()


def _open(at: Device, path: str, slip: str) -> None:
    at.go(path)
    page = at.page
    expect(page.locator("[name=slip]")).to_be_visible(timeout=DONE)
    page.fill("[name=slip]", slip)
    page.locator("form:has([name=slip]) button[type=submit]").click()
    expect(page.locator(".paper")).to_be_visible(timeout=LONG)
    expect(page.locator(".ok-line")).to_contain_text("审方结果一致")


def test_write__two_of_the_eighteen__is_shown_at_once_and_needs_a_reason(node: str, chromium: Browser) -> None:
    with device(chromium, node, PHYSICIAN, DESKTOP) as physician:
        _begin(physician)
        page = physician.page
        _line(physician, 0, "瓜蒌", "12")
        second = _line(physician, 1, "附子", "9", "decoct-first")
        found = page.locator(".finding[data-finding^='eighteen/']")
        expect(found).to_contain_text("十八反", timeout=DONE)
        expect(found).to_have_attribute("data-grade", "two-signatures")
        expect(second).to_have_attribute("data-grade", "two-signatures")
        physician.check()
        page.locator(".rx-form button[type=submit]").click()
        expect(page.locator(".rx-form .trouble[role=alert]")).to_contain_text("写下理由", timeout=DONE)
        third = _line(physician, 2, "关木通", "6")
        expect(page.locator(".rx-check [role=status]")).to_contain_text("禁止", timeout=DONE)
        expect(page.locator(".rx-form button[type=submit]")).to_be_disabled()
        third.get_by_role("button", name="去掉这味药").click()
        expect(page.locator(".rx-form button[type=submit]")).to_be_enabled(timeout=DONE)


def test_write__on_a_phone__the_lower_edge_tells_the_gravest_grade_and_leads_to_it(
    node: str, chromium: Browser
) -> None:
    with device(chromium, node, PHYSICIAN) as physician:
        _begin(physician)
        page = physician.page
        edge, found = page.locator(".rx-bar"), page.locator(".rx-check .finding")
        _line(physician, 0, "黄芪", "10")
        expect(page.locator(".rx-check [role=status]")).to_contain_text("未发现问题", timeout=DONE)
        expect(edge).to_be_hidden()
        third = _line(physician, 1, "关木通", "6")
        expect(edge).to_have_text(re.compile(r"^禁止 · 审查结果 \d+ 条$"), timeout=DONE)
        assert edge.inner_text().split()[-2] == str(found.count())
        box = edge.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] == 844
        assert box["height"] >= 44
        physician.check()
        edge.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".rx-check")).to_be_focused()
        expect(found.first).to_be_in_viewport()
        expect(edge).to_be_hidden()
        third.get_by_role("button", name="去掉这味药").click()
        expect(page.locator(".rx-check [role=status]")).to_contain_text("未发现问题", timeout=DONE)
        expect(edge).to_be_hidden()


def test_issue__page_in_english__puts_a_sheet_in_chinese_on_paper(node: str, chromium: Browser) -> None:
    with device(chromium, node, PHYSICIAN, DESKTOP) as physician:
        page = physician.page
        page.context.add_cookies([{"name": COOKIE, "value": "en", "url": node}])
        _begin(physician)
        expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))
        for at, (name, grams) in enumerate((("瓜蒌", "12"), ("附子", "9"))):
            if at:
                page.get_by_role("button", name="Add a herb").click()
            line = page.locator(".rx-line").nth(at)
            line.locator("[name=herb]").fill(name)
            line.locator("[name=herb]").blur()
            line.locator("[name=grams]").fill(grams)
        expect(page.locator(".finding[data-finding^='eighteen/']")).to_be_visible(timeout=DONE)
        _sign(physician)
        sheet = page.locator(".paper")
        expect(sheet).to_contain_text("处方笺")
        for words in ("性别", "68 岁", "费别", "自费", "共 3 剂", "水煎服", "审核", "十八反", "取药权", "规则第"):
            expect(sheet).to_contain_text(words)
        assert re.findall(r"[A-Za-z]{3,}", HASH.sub("", sheet.inner_text())) == []
        physician.check()


def test_write__ambiguous_name__asks_which_is_meant(node: str, chromium: Browser) -> None:
    with device(chromium, node, PHYSICIAN) as physician:
        _begin(physician)
        line = _line(physician, 0, "贝母", "9")
        expect(line.locator(".line-says")).to_contain_text("指几种药", timeout=DONE)
        line.locator(".line-says button", has_text="浙贝母").click()
        expect(line.locator("[name=herb]")).to_have_value("浙贝母")
        expect(line.locator(".line-says")).to_be_empty()
        physician.check()


def test_prescribe__from_a_formula__is_signed_by_two_and_dispensed_once_with_a_voucher(
    node: str, chromium: Browser
) -> None:
    with device(chromium, node, PHYSICIAN, DESKTOP) as physician:
        _begin(physician)
        page = physician.page
        page.fill("[name=formula]", "益气起废汤")
        page.locator(".formula-hits button").first.click(timeout=DONE)
        expect(page.locator(".rx-line")).to_have_count(6, timeout=DONE)
        expect(page.locator(".rx-line [name=grams]").first).to_have_value("120")
        expect(page.locator(".finding[data-grade='two-signatures']")).to_be_visible(timeout=DONE)
        slip = _sign(physician)
        expect(page.locator(".paper")).to_contain_text(NAME)

    with device(chromium, node, PHARMACIST, DESKTOP) as pharmacist:
        _open(pharmacist, "/prescriptions/dispense", slip)
        expect(pharmacist.page.locator(".caution.bad")).to_contain_text("第二人签名")
        expect(pharmacist.page.get_by_role("button", name="核对并发药")).to_be_disabled()

    with device(chromium, node, COLLEAGUE) as colleague:
        _open(colleague, "/prescriptions/sign", slip)
        colleague.page.get_by_role("button", name=re.compile("^双签 ")).click()
        expect(colleague.page.locator(".pill.ok").first).to_have_text("可取药", timeout=LONG)
        colleague.check()

    with device(chromium, node, PATIENT) as patient:
        patient.go("/prescriptions")
        page = patient.page
        adding = page.get_by_role("form", name="添加取药凭证")
        expect(adding).to_be_visible(timeout=LONG)
        adding.locator("[name=slip]").fill(slip)
        adding.locator("button[type=submit]").click()
        page.get_by_role("button", name="出示").first.click(timeout=LONG)
        shown = page.locator(".slip code")
        expect(shown).to_contain_text(".v")
        patient.check()
        presented = shown.inner_text()
        assert read_slip(presented).voucher is not None

    with device(chromium, node, PHARMACIST, DESKTOP) as pharmacist:
        page, missing = pharmacist.page, list[str]()
        page.on("response", lambda answer: missing.append(answer.url) if answer.status == 404 else None)
        _open(pharmacist, "/prescriptions/dispense", presented)
        expect(page.locator("tr[data-herb=huangqi] a")).to_be_visible()
        assert missing == []
        page.fill("[name=papers]", "王秀兰")
        page.get_by_role("button", name="核对并发药").click()
        expect(page.locator("prescription-dispenser")).to_contain_text("证件上的姓名与处方不一致", timeout=DONE)
        page.fill("[name=papers]", NAME)
        pharmacist.check()
        page.get_by_role("button", name="核对并发药").click()
        expect(page.locator(".bag-label")).to_contain_text(NAME, timeout=LONG)
        expect(page.locator(".caution.bad")).to_contain_text("已于")
    right = httpx.get(f"{node}/api/prescriptions/{read_slip(slip).id}").json()
    assert right["state"] == "dispensed"
    assert right["fulfilment"]["voucher"] == read_slip(presented).voucher


def _until_recorded(node: str, before: int) -> list[RecordType]:
    """The node seals and appends what was dispensed by itself, a moment later."""
    for _ in range(60):
        added = _kinds(node)[before:]
        if RecordType.DISPENSING in added:
            return added
        time.sleep(0.5)
    return _kinds(node)[before:]


def test_prescribe__in_a_visit__is_in_the_folder_and_its_dispensing_records_itself(
    node: str, chromium: Browser
) -> None:
    before = len(_kinds(node))
    with device(chromium, node, PATIENT) as patient, device(chromium, node, COLLEAGUE, DESKTOP) as physician:
        _ask(physician, _show_code(patient))
        _permit(patient)
        _open_visit(physician)
        page = physician.page
        page.get_by_role("link", name="开处方").click()
        expect(page.locator(".rx-form")).to_contain_text("属于一次就诊", timeout=LONG)
        _fill(physician)
        _line(physician, 0, "黄芪", "30")
        _line(physician, 1, "当归", "9")
        expect(page.locator(".rx-check [role=status]")).not_to_contain_text("随写随出", timeout=DONE)
        slip = _sign(physician)

        patient.go("/prescriptions")
        row = patient.page.locator(".grants li", has_text="可取药").first
        expect(row).to_be_visible(timeout=LONG)
        row.get_by_role("button", name="查看").click()
        expect(patient.page.locator(".paper")).to_contain_text("黄芪", timeout=DONE)

        _open(physician, "/prescriptions/dispense", slip)
        page.get_by_role("button", name="核对并发药").click()
        expect(page.locator(".bag-label")).to_be_visible(timeout=LONG)
        added = _until_recorded(node, before)
    assert {RecordType.PRESCRIPTION, RecordType.DISPENSING} <= set(added)


def test_show_pages__either_size__are_accessible(node: str, chromium: Browser) -> None:
    for size in ((390, 844), DESKTOP):
        with device(chromium, node, size=size) as anybody:
            for path in ("", "/write", "/sign", "/dispense", "/rules"):
                anybody.go(f"/prescriptions{path}")
                expect(anybody.page.locator(".card").first).to_be_visible(timeout=DONE)
                anybody.check()
