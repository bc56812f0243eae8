"""A person looks a herb up on a desktop and on a phone: a shared name leads on to one herb, and its page reads well."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from tests.browser.conftest import AXE

from tcmchain.web.herb_pages import router
from tcmchain.web.pages import ASSETS, HashedFiles, Pages

pytestmark = pytest.mark.browser


class Behind:
    embedded = True


@pytest.fixture(scope="module")
def herbs() -> Iterator[str]:
    """Address of the pages alone, without a ledger."""
    app = FastAPI()
    app.include_router(router(Pages({}, lambda: {"behind": Behind})))
    app.mount("/assets", HashedFiles(directory=ASSETS))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", loop="asyncio"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    running.join(10)


def _well(page: Page) -> None:
    page.add_script_tag(path=AXE)
    assert page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].target}`))") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_look_up__shared_name__leads_on_to_one_herb(herbs: str, page: Page) -> None:
    page.goto(f"{herbs}/herbs")
    page.locator("main [name=q]").fill("木通")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main .caution")).to_contain_text("是几味药共用的名称")
    _well(page)
    page.locator("main .caution a", has_text="五叶木通").click()
    page.locator("main .people a").first.click()
    expect(page.locator("h1")).to_contain_text("木通")
    expect(page.locator("main")).to_contain_text("开方请写“五叶木通”")


@pytest.mark.parametrize("id", ["fuzi", "longgu", "guanmutong", "yingsuqiao"])
def test_read__page_of_a_herb__is_readable_by_everybody(herbs: str, page: Page, id: str) -> None:
    page.goto(f"{herbs}/herbs/{id}")
    expect(page.locator("h1")).to_be_visible()
    _well(page)
