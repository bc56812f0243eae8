"""A patient at their own browser: registering, keeping, proving, exporting and erasing records."""

import json
import zipfile
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from playwright.sync_api import Browser, Download, Page, Route, expect
from tests.browser.consenting import DONE, Device, device

from tcmchain.example import cast

pytestmark = [pytest.mark.browser, pytest.mark.engine]

# Words that BIP-39 publishes; they guard nothing.
REGISTERING = {
    "desktop": "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
    "phone": "cat swing flag economy stadium alone churn speed unique patch report train",
}
KEEPING = "scheme spot photo card baby mountain device kick cradle pact join borrow"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
ID_NUMBER = "11010519491231002X"
"""The specimen of GB 11643—1999."""


def _register(patient: Device, hospital: int | None = None) -> None:
    page = patient.page
    patient.go("/records/register")
    expect(page.locator("[name=id]")).to_be_visible(timeout=DONE)
    if hospital is not None:
        page.locator("select[name=member]").select_option(index=hospital)
    page.locator("[name=id]").fill(ID_NUMBER)
    page.locator("main form").get_by_role("button", name="开始登记").click()
    expect(page.get_by_role("link", name="去看档案")).to_be_visible(timeout=DONE)


def _heard(page: Page) -> list[str]:
    """Everything that leaves the browser: addresses, headers and bodies."""
    told: list[str] = []

    def listen(request: object) -> None:
        body = request.post_data_buffer or b""  # type: ignore[attr-defined]
        told.append(f"{request.url} {request.headers} {body!r} {body.decode(errors='replace')}")  # type: ignore[attr-defined]

    page.on("request", listen)
    return told


def _keep(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


@pytest.mark.parametrize("size", SIZES)
def test_register__with_a_hospital__hands_the_card_and_sends_no_id_number(
    chromium: Browser, node: str, size: str
) -> None:
    words = REGISTERING[size]
    with device(chromium, node, words, SIZES[size]) as patient:
        told = _heard(patient.page)
        _register(patient, 1)
        expect(patient.page.locator(".steps-shown li.done")).to_have_count(4)
        patient.check()
        patient.go("/records")
        expect(patient.page.locator("[data-relation='1']")).to_be_visible(timeout=DONE)
        assert [text for text in told if ID_NUMBER in text or words.split()[0] + " " + words.split()[1] in text] == []


def test_keep__measured_values__are_judged_charted_proven_and_erased(chromium: Browser, node: str) -> None:
    with device(chromium, node, KEEPING) as patient:
        page = patient.page
        _register(patient)
        patient.go("/records/add")
        for name, value in {"systolic": "186", "diastolic": "96", "weight_kg": "60", "height_cm": "165"}.items():
            page.locator(f"[name={name}]").fill(value)
        told = _heard(page)
        page.get_by_role("button", name="加密保存").click()
        expect(page.locator(".minding.bad")).to_contain_text("收缩压很高", timeout=DONE)
        assert [text for text in told if "systolic" in text or "Systolic" in text] == []
        patient.check()
        patient.go("/records/profile")
        expect(page.locator(".chart svg").first).to_be_visible(timeout=DONE)
        expect(page.locator(".mindings")).to_contain_text("拨打 120")
        patient.check()
        patient.go("/records")
        page.locator(".folder-line .title").first.click()
        expect(page.locator(".reading")).to_contain_text("186 mm[Hg]", timeout=DONE)
        page.get_by_role("button", name="核验").click()
        expect(page.locator(".proof-lines li.ok")).to_have_count(4, timeout=DONE)
        patient.check()
        page.get_by_role("button", name="删除").click()
        page.locator("dialog [type=checkbox]").check()
        page.locator("dialog button[type=submit]").click()
        expect(page.locator("records-file")).to_contain_text("已删除的记录", timeout=DONE)
        patient.go("/records")
        expect(page.locator(".folder-line.erased")).to_be_visible(timeout=DONE)


def test_add__line_broken_in_the_middle__goes_on_where_it_stood(chromium: Browser, node: str, tmp_path: Path) -> None:
    large = tmp_path / "scan.bin"
    large.write_bytes(bytes(range(256)) * 40_000)
    with device(chromium, node, KEEPING, SIZES["desktop"]) as patient:
        page = patient.page
        _registered(patient)
        patches: list[int] = []

        def door(route: Route) -> None:
            if route.request.method == "PATCH":
                patches.append(int(route.request.headers["upload-offset"]))
                if len(patches) == 2:
                    route.abort()
                    return
            route.continue_()

        page.route("**/api/records/uploads/*", door)
        page.locator("#chosen").set_input_files(large)
        page.get_by_role("button", name="加密并添加").click()
        page.get_by_role("button", name="接着传").click(timeout=DONE)
        expect(page.get_by_role("link", name="看这份记录")).to_be_visible(timeout=DONE)
        assert patches[0] == 0
        assert patches[1] == patches[2] > 0
        page.get_by_role("link", name="看这份记录").click()
        with page.expect_download(timeout=DONE) as kept:
            page.get_by_role("button", name="存到本机").click(timeout=DONE)
        assert _keep(kept.value, tmp_path).read_bytes() == large.read_bytes()


def test_add__two_keys_needed__opens_with_the_second_device_only(chromium: Browser, node: str, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("for two keys", encoding="utf-8")
    with device(chromium, node, KEEPING, SIZES["desktop"]) as patient:
        page = patient.page
        _registered(patient)
        page.get_by_role("button", name="生成", exact=True).click()
        with page.expect_download() as kept:
            page.get_by_role("button", name="存下钥匙文件").click()
        second = _keep(kept.value, tmp_path)
        page.locator("details.keys summary").click()
        page.locator("[name=needed]").select_option("2")
        page.locator("#chosen").set_input_files(letter)
        page.get_by_role("button", name="加密并添加").click()
        page.get_by_role("link", name="看这份记录").click(timeout=DONE)
        expect(page.locator("records-file")).to_contain_text("需要另一把钥匙才能打开", timeout=DONE)
        shut = page.url
        patient.go("/records/add")
        page.locator("#key-file").set_input_files(second)
        expect(page.locator("#second")).to_contain_text("已带来 1 把")
        page.goto(shut)
        expect(page.locator(".plain-text")).to_have_text("for two keys", timeout=DONE)


@pytest.mark.parametrize("size", SIZES)
def test_look__two_years_at_two_hospitals__are_one_timeline(
    chromium: Browser, node: str, size: str, tmp_path: Path
) -> None:
    words = cast.PERSONS["patient"].words
    with device(chromium, node, words, SIZES[size]) as patient:
        page = patient.page
        patient.go("/records")
        expect(page.locator(".folder-line").nth(30)).to_be_visible(timeout=DONE)
        patient.check()
        page.locator("[name=type]").select_option(label="处方")
        page.locator("[name=words]").fill("补阳还五汤")
        page.locator(".folder-line .title").first.click()
        expect(page.locator(".script")).to_contain_text("Rp. 补阳还五汤", timeout=DONE)
        patient.check()
        patient.go("/records/export")
        with page.expect_download(timeout=DONE) as kept:
            page.get_by_role("button", name="FHIR R4").click(timeout=DONE)
        found = json.loads(_keep(kept.value, tmp_path).read_text(encoding="utf-8"))
        kinds = {entry["resource"]["resourceType"] for entry in found["entry"]}
        assert {"Encounter", "MedicationRequest", "MedicationDispense", "Observation", "Patient"} <= kinds
        Bundle.model_validate(found)
        with page.expect_download(timeout=DONE) as kept:
            page.get_by_role("button", name="可读的档案包").click()
        with zipfile.ZipFile(_keep(kept.value, tmp_path)) as bundle:
            assert bundle.testzip() is None
            assert "补阳还五汤" in bundle.read("index.html").decode()
            assert any(name.endswith(".pdf") for name in bundle.namelist())


def test_look__without_a_wallet__tells_what_it_is_and_leads_on(page: Page, node: str) -> None:
    patient = Device(page, node)
    for path, words in {
        "/records": "您的健康档案，由您保管",
        "/records/profile": "这台设备上还没有您的钥匙",
        "/records/export": "这台设备上还没有您的钥匙",
        "/records/register": "生成钥匙",
        "/records/welcome": "请先以机构身份登录",
    }.items():
        patient.go(path)
        expect(page.locator("main")).to_contain_text(words, timeout=DONE)
        patient.check()


def _registered(patient: Device) -> None:
    """At the page that adds, registered on the way if need be."""
    page = patient.page
    patient.go("/records/add")
    expect(page.locator("records-add[data-ready]")).to_be_visible(timeout=DONE)
    if not page.locator("[name=systolic]").count():
        _register(patient)
        patient.go("/records/add")
    expect(page.locator("[name=systolic]")).to_be_visible(timeout=DONE)
