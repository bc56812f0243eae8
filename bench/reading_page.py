"""A record of 1 MiB read at another member under a grant, in Chromium: from the click to the plaintext in the page.

A real node and three custodians in processes of their own, on the loopback; the page's own modules ask and open. The
folder's list is there, as it is when somebody clicks, keys are open and WebAssembly is loaded; no custodian was asked
for any of the records, and no byte of their bodies was fetched, before they were timed.
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, Route, async_playwright

from measured import keep, percentile
from reading import MEMBERS, SIZE, TARGET, processor

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.custodians.world import Grant, World, reader, world_at
from tests.operations.serving import serving

from tcmchain.chain.signers import LocalSigner
from tcmchain.crypto.categories import Category
from tcmchain.crypto.delegation import Reencryption, public_bytes
from tcmchain.crypto.keys import Relation
from tcmchain.crypto.letters import inbox_of

RECORDS: Final = 60
WARM: Final = 5
FRONTEND: Final = Path(__file__).parents[1] / "frontend"
SCRIPT: Final = "/reading/reading.js"
_MEDIA: Final = {".js": "text/javascript", ".wasm": "application/wasm"}


async def _measure(folder: Path) -> dict[str, Any]:
    doctor = reader(0)
    await asyncio.to_thread(
        subprocess.run, ["node", "test/page.mjs", str(folder / "scripts")], cwd=FRONTEND, check=True, timeout=60
    )
    with serving(folder / "node", folder / "node.log") as (url, node):
        async with world_at(url, folder, MEMBERS, ANCHOR_SECONDS="3") as world, async_playwright() as tool:
            keys = public_bytes(doctor.reading), inbox_of(doctor.inbox)
            await world.send("Patients", "publishReader", *keys, signer=LocalSigner(doctor.account_key))
            grant = await world.grant(doctor)
            await world.delegate(grant, doctor)
            for _ in range(RECORDS + WARM):
                await world.store(os.urandom(SIZE))
            path = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = await tool.chromium.launch(executable_path=path, args=["--no-sandbox"])
            pids = {"node": node.pid, "custodians": [one.process.pid for one in world.custodians if one.process]}
            page = await _page(browser, url, folder / "scripts")
            listed = await page.evaluate("given => reading.list(given)", _given(world, doctor, grant))
            assert listed == RECORDS + WARM, listed
            used = processor(pids)
            read = [await _read(page, at) for at in range(listed)]
            used = {name: round((now - used[name]) * 1000 / listed, 1) for name, now in processor(pids).items()}
            version = browser.version
            await browser.close()
    assert len({one["file"] for one in read}) == listed
    del used["client"]
    return _figures(version, read, used)


def _figures(version: str, read: list[dict[str, Any]], used: dict[str, float]) -> dict[str, Any]:
    warm = [one["all"] for one in read[WARM:]]
    return {
        "browser": f"Chromium {version}",
        "records": RECORDS,
        "bytes": SIZE,
        "milliseconds_median": round(statistics.median(warm), 1),
        "milliseconds_p95": round(percentile(warm, 0.95), 1),
        "milliseconds_first": round(read[0]["all"], 1),
        "milliseconds_until_custodians_answered_median": round(
            statistics.median(one["custodians"] for one in read[WARM:]), 1
        ),
        "milliseconds_of_processor_each": used,
        "load_of_machine": round(os.getloadavg()[0], 1),
        "target": TARGET,
        "reached": percentile(warm, 0.95) <= TARGET,
    }


async def _read(page: Page, at: int) -> dict[str, Any]:
    found: dict[str, Any] = await page.evaluate("at => reading.read(at)", at)
    assert found["size"] == SIZE
    # A person reads what was opened before clicking again.
    await asyncio.sleep(0.05)
    return found


async def _page(browser: Browser, url: str, scripts: Path) -> Page:
    """The node's page of received grants, with the reading modules from the node's own origin beside it."""

    async def give(route: Route) -> None:
        path = scripts / route.request.url.rpartition("/")[2]
        await route.fulfill(body=path.read_bytes(), content_type=_MEDIA[path.suffix])

    page = await browser.new_page()
    await page.route(f"{url}/reading/*", give)
    await page.goto(f"{url}/consent/received")
    await page.evaluate("async path => { window.reading = await import(path); await reading.warm(); }", SCRIPT)
    # What goes through the driver is slower, so nothing does any more.
    await page.unroute_all()
    return page


def _given(world: World, doctor: Relation, grant: Grant) -> dict[str, Any]:
    """What the page of a grantee knows: its own keys, and the grant as the patient's letter tells it."""
    told = {
        "grant": grant.id,
        "opening": grant.opening.as_json(),
        "category": Category.DISEASE.value,
        "custodians": [holder.account for holder in world.holders()],
    }
    verifying = Reencryption.of_patient(world.patient.fragment_signer, world.holders()).verifying
    return {
        "key": "0x" + bytes(doctor.account_key).hex(),
        "address": doctor.account,
        "reading": "0x" + doctor.reading.to_be_bytes().hex(),
        "granted": {"patient": world.patient.account, "verifyingKey": "0x" + verifying.hex(), "grants": [told]},
    }


def main() -> None:
    """Measure and write it down."""
    with tempfile.TemporaryDirectory() as folder:
        keep("reading_page", **asyncio.run(_measure(Path(folder))))


if __name__ == "__main__":
    main()
