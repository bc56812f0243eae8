"""Patients, physicians and families with wallets of their own, for the pages of grants."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.conftest import AXE

from tcmchain.consent.model.terms import Opening
from tcmchain.crypto.categories import Category
from tcmchain.crypto.keys import Relation, Vault
from tcmchain.crypto.lock import CategoryKey as LockKey
from tcmchain.crypto.seal import Place
from tcmchain.custodians.client.reading import Granted, ReadingClient
from tcmchain.example import cast
from tcmchain.patients.client.making import make_registration, reader_keys
from tcmchain.patients.model.errors import PatientUnknown, ReaderUnknown
from tcmchain.records.client.records import BODY_HEADER
from tcmchain.records.client.sealing import Draft, Keys, new_file, seal_whole
from tcmchain.records.model.facts import Author, RecordType
from tcmchain.sdk import LocalSigner, TcmChain
from tcmchain.values import Address, Hash32
from tcmchain.web.askings import AskingAuth

T = TypeVar("T")

PASSPHRASE = "a passphrase for tests"
DONE = 20_000

PATIENT = "jelly better achieve collect unaware mountain thought cargo oxygen act hood bridge"
"""Words that BIP-39 publishes; they guard nothing."""
FAMILY = "vessel ladder alter error federal sibling chat ability sun glass valve picture"
NEW_DEVICE = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"


def relation(words: str, number: int) -> Relation:
    """The keys of a wallet's relation."""
    return Vault.from_words(words).relation(number)


def account(words: str, number: int = 0) -> Address:
    """The account of a wallet's relation."""
    return relation(words, number).account


def as_signer(node: str, keys: Relation, work: Callable[[TcmChain], Coroutine[Any, Any, T]]) -> T:
    """Do something through the SDK as an account."""

    async def run() -> T:
        async with TcmChain(node, LocalSigner(keys.account_key)) as chain:
            return await work(chain)

    # The browser's driver runs a loop in this thread.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()


def register(node: str, words: str, number: int = 1) -> Address:
    """A relation with keys of all categories, unless it stands already."""
    keys = relation(words, number)

    async def work(chain: TcmChain) -> Address:
        try:
            return (await chain.patients.patient(keys.account)).account
        except PatientUnknown:
            return (await chain.patients.register(make_registration(keys, f"example {number}"))).account

    return as_signer(node, keys, work)


def publish(node: str, words: str) -> Address:
    """Published reading and inbox keys of a wallet's ordinary account."""
    keys = relation(words, 0)

    async def work(chain: TcmChain) -> Address:
        try:
            return (await chain.patients.reader(keys.account)).account
        except ReaderUnknown:
            return (await chain.patients.publish_reader(*reader_keys(keys))).account

    return as_signer(node, keys, work)


def physicians(node: str) -> tuple[Address, Address]:
    """The example's physicians of two hospitals, who can be granted to."""
    first, second = (publish(node, cast.PERSONS[key].words) for key in ("attending_physician", "visited_physician"))
    return first, second


def add_file(node: str, words: str, number: int, category: Category, body: bytes) -> Hash32:
    """A file that the patient supplied."""
    keys = relation(words, number)
    draft = Draft(RecordType.NOTE, "a note", "2026-11-01T08:00:00+08:00", category, media="text/plain")

    async def work(chain: TcmChain) -> Hash32:
        return (await chain.records.add(keys, draft, [category], body)).file

    return as_signer(node, keys, work)


def add_emergency(node: str, words: str, number: int, summary: Mapping[str, Any], body: bytes) -> Hash32:
    """A file of the emergency category, whose data key custodians hold in shares."""
    keys = relation(words, number)
    draft = Draft(
        RecordType.PROFILE, "emergency card", "2026-11-01", Category.EMERGENCY, "text/plain",
        self_supplied=True, summary=summary,
    )  # fmt: skip

    async def work(chain: TcmChain) -> Hash32:
        patient = await chain.patients.patient(keys.account)
        key = patient.key_of(keys.label(Category.EMERGENCY))
        assert key is not None
        holders = {one["member"]: one for one in await chain.custodians.custodians()}
        inboxes = {Address(one["account"]): bytes.fromhex(one["inbox"][2:]) for one in list(holders.values())[:3]}
        locks = Keys((LockKey(key.label, key.epoch, key.key),), emergency=inboxes)
        place = Place(keys.account, new_file(), 1)
        sealed, sealing = seal_whole(place, draft, Author(keys.account, None), locks, body)
        cid = await _bring(chain, keys, sealed)
        made = sealing.envelope(cid)
        content = {"envelope": b64encode(made.envelope).decode(), "facts": made.entry.facts}
        signed = AskingAuth(LocalSigner(keys.account_key), node)
        answer = await chain.http.exchange("POST", "/api/records/append", auth=signed, json=content)
        await chain.http.wait(await chain.http.submit(answer.json()))
        return made.entry.file

    return as_signer(node, keys, work)


async def _bring(chain: TcmChain, keys: Relation, sealed: bytes) -> str:
    """Sealed bytes to the node, in one piece of a tus upload."""
    signed = AskingAuth(LocalSigner(keys.account_key), chain.http.url)
    told = f"patient {b64encode(keys.account.encode()).decode()}"
    headers = {"Upload-Length": str(len(sealed)), "Upload-Metadata": told}
    opened = (await chain.http.exchange("POST", "/api/records/uploads", auth=signed, headers=headers)).json()
    headers = {
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "Tus-Resumable": "1.0.0",
    }
    path = f"/api/records/uploads/{opened['upload']}"
    brought = await chain.http.exchange("PATCH", path, auth=signed, content=sealed, headers=headers)
    return str(brought.headers[BODY_HEADER])


def granted_to(node: str, words: str) -> Granted:
    """The grant that came last to a wallet's ordinary account, as its letter tells."""
    keys = relation(words, 0)

    async def work(chain: TcmChain) -> Granted:
        letters = [letter for letter in await chain.letters.fetch(keys.inbox) if letter.kind == "granted"]
        told = letters[-1].content
        return Granted(told["grant"], Opening.read(told["opening"]), bytes.fromhex(told["verifyingKey"][2:]))

    return as_signer(node, keys, work)


def read_as(node: str, words: str, patient: str, file: Hash32, granted: Granted) -> bytes | None:
    """What a wallet's ordinary account reads through the custodians."""
    keys = relation(words, 0)

    async def work(chain: TcmChain) -> bytes | None:
        reading = ReadingClient(chain.http, LocalSigner(keys.account_key), keys.reading)
        return (await reading.read_file(Address(patient), file, 1, [granted])).body

    return as_signer(node, keys, work)


@dataclass
class Device:
    """Somebody's browser."""

    page: Page
    node: str

    def go(self, path: str) -> None:
        answer = self.page.goto(self.node + path)
        assert answer is None or answer.status in {200, 304}, path

    def keep(self, words: str) -> None:
        """Restore a wallet, which is then open in this tab."""
        self.go("/wallet")
        self.page.get_by_role("button", name="用十二个词恢复").click()
        self.page.locator("textarea").fill(words)
        self.page.locator("dialog button[type=submit]").last.click()
        for name in ("first", "second"):
            self.page.locator(f"[name={name}]").fill(PASSPHRASE)
        self.page.locator("dialog button[type=submit]").last.click()
        expect(self.page.get_by_role("button", name="锁上")).to_be_visible(timeout=DONE)

    def steps(self, place: Locator | None = None) -> None:
        """Wait until no step is under way and none has failed."""
        shown = (place or self.page.locator("main")).locator(".steps li")
        expect(shown.first).to_be_visible(timeout=DONE)

    def check(self) -> None:
        """No fault that axe knows, and nothing wider than the screen."""
        self.page.add_script_tag(path=AXE)
        found = self.page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].target}`))")
        assert found == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@contextmanager
def device(chromium: Browser, node: str, words: str = "", size: tuple[int, int] = (390, 844)) -> Iterator[Device]:
    """A browser of its own, with a wallet if words are given; any error in its scripts fails the test."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai", bypass_csp=True
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    found = Device(page, node)
    if words:
        found.keep(words)
    yield found
    context.close()
    assert troubles == []
