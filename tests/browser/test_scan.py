"""Codes are read by a camera (a picture that Chromium takes for one) and from photos, under the page's own policy."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import segno
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.browser.conftest import AXE
from tests.browser.signing_in import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.engine]

ELSEWHERE = "https://another-node.example"
WIDTH, HEIGHT = 640, 480
FRAMES = 5


def _picture(text: str, pixels: int = 8) -> Image.Image:
    """A QR code amid a grey picture."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(scale=1, border=4))
    code = Image.new("L", (len(rows), len(rows)))
    code.putdata([0 if dark else 255 for row in rows for dark in row])
    side = min(len(rows) * pixels, HEIGHT - 20)
    picture = Image.new("L", (WIDTH, HEIGHT), 128)
    picture.paste(code.resize((side, side), Image.Resampling.NEAREST), ((WIDTH - side) // 2, (HEIGHT - side) // 2))
    return picture


def _film(picture: Image.Image, file: Path) -> Path:
    """A picture as a film in YUV4MPEG2, which Chromium plays as its camera."""
    frame = picture.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    file.write_bytes(head + b"".join(b"FRAME\n" + frame for _ in range(FRAMES)))
    return file


@pytest.fixture(scope="module")
def link(packed: str) -> str:
    """What stands on the package: the address may name another member's node."""
    return f"{ELSEWHERE}{packed}"


@pytest.fixture(scope="module")
def camera(link: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose camera looks at the package."""
    film = _film(_picture(link), tmp_path_factory.mktemp("film") / "package.y4m")
    flags = ["--no-sandbox", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield browser
        browser.close()


@pytest.fixture
def phone(camera: Browser, node: str) -> Iterator[Page]:
    """A phone that lets pages use its camera; pages keep their own policy."""
    context = camera.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", permissions=["camera"])
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{node}/provenance")
    yield page
    context.close()
    assert troubles == []


def test_scan__package_before_the_camera__opens_its_certificate_on_this_node(phone: Page, node: str, link: str) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.get_by_role("button", name="扫码").click()
    phone.wait_for_url(f"{node}{urlsplit(link).path}", timeout=30_000)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert {f"{url.scheme}://{url.netloc}" for url in map(urlsplit, asked)} == {node}


def test_scan__page_that_nobody_scans_on__loads_no_reader(phone: Page) -> None:
    loaded: list[str] = phone.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert not [name for name in loaded if name.endswith(".wasm")]


@pytest.mark.parametrize("path", ["/", "/units"])
def test_scan__other_search_pages__open_it_too(phone: Page, node: str, link: str, path: str) -> None:
    phone.goto(f"{node}{path}")
    phone.get_by_role("button", name="扫码").click()
    phone.wait_for_url(f"{node}{urlsplit(link).path}", timeout=30_000)


def _photo(page: Page, picture: Image.Image, file: Path) -> None:
    picture.save(file)
    page.get_by_role("button", name="扫码").click()
    page.locator("dialog.scan input[type=file]").set_input_files(file)


@pytest.mark.parametrize("symbology", ["DataMatrix", "Code128", "QRCode"])
def test_scan__photo_of_an_element_string__is_read_as_gs1(
    camera: Browser, node: str, packed: str, tmp_path: Path, symbology: str
) -> None:
    _, _, gtin, _, number, *_ = packed.split("/")
    code = zxingcpp.create_barcode(f"(01){gtin}(10){number}", getattr(zxingcpp.BarcodeFormat, symbology), gs1=True)
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4))
    context = camera.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{node}/provenance")
    _photo(page, picture, tmp_path / "element_string.png")
    page.wait_for_url(lambda url: urlsplit(url).path.startswith(f"/01/{gtin}/10/"), timeout=30_000)
    context.close()


def test_scan__browser_with_a_reader_of_its_own__needs_no_other(camera: Browser, node: str, link: str) -> None:
    context = camera.new_context(locale="zh-CN", permissions=["camera"])
    page = context.new_page()
    page.add_init_script(
        f"""window.BarcodeDetector = class {{
            static getSupportedFormats() {{ return Promise.resolve(['qr_code', 'data_matrix', 'code_128']); }}
            detect() {{ return Promise.resolve([{{ rawValue: '{link}', format: 'qr_code' }}]); }}
        }};"""
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{node}/provenance")
    page.get_by_role("button", name="扫码").click()
    page.wait_for_url(f"{node}{urlsplit(link).path}", timeout=30_000)
    assert not [url for url in asked if url.endswith(".wasm")]
    context.close()


def test_scan__photo_without_a_code__says_so(camera: Browser, node: str, tmp_path: Path) -> None:
    context = camera.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{node}/provenance")
    _photo(page, Image.new("L", (WIDTH, HEIGHT), 200), tmp_path / "grey.png")
    expect(page.locator(".scan-state")).to_contain_text("没有找到", timeout=30_000)
    context.close()


def test_scan__camera_denied__says_what_to_do(camera: Browser, node: str) -> None:
    context = camera.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", bypass_csp=True)
    context.grant_permissions([], origin=node)
    page = context.new_page()
    page.goto(f"{node}/provenance")
    page.get_by_role("button", name="扫码").click()
    expect(page.locator(".scan-state.bad")).to_contain_text("许可", timeout=30_000)
    page.add_script_tag(path=AXE)
    faults = page.evaluate("axe.run('dialog.scan', {runOnly: ['wcag2a', 'wcag2aa']}).then((found) => found.violations)")
    assert [fault["id"] for fault in faults] == []
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("dialog.scan")).not_to_be_visible()
    context.close()


def test_scan__step_form_of_the_holder__chooses_the_lot(camera: Browser, node: str, packed: str) -> None:
    gtin, number = packed.split("/")[2], packed.split("/")[4]
    lot = httpx.get(f"{node}/api/provenance/items/{gtin}/lots/{number}").json()
    context = camera.new_context(locale="zh-CN", permissions=["camera"])
    sign_in(node, context, "factory")
    page = context.new_page()
    page.goto(f"{node}/provenance/desk/storage")
    page.get_by_role("button", name="扫码").click()
    expect(page.locator("select[name=subject]")).to_have_value(lot["id"], timeout=30_000)
    context.close()
