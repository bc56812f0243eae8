"""What a patient shows at another hospital, and how a physician's request is answered on a phone."""

import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.consenting import DONE, PATIENT, Device, account, as_signer, device, physicians, register, relation

from tcmchain.crypto.digest import sha256
from tcmchain.encounters.client import Offer
from tcmchain.example import cast
from tcmchain.sdk import TcmChain
from tcmchain.values import UnixTime, VisitId

pytestmark = [pytest.mark.browser, pytest.mark.engine]

_DAY = 86_400
_WORDS = cast.PERSONS["visited_physician"].words


@dataclass(frozen=True)
class Asked:
    """A request on its way to a patient."""

    visit: VisitId
    letter: dict[str, Any]


@pytest.fixture(scope="module")
def relations(node: str) -> str:
    """Relations with two hospitals, and physicians who can be granted to."""
    register(node, PATIENT, 2)
    physicians(node)
    return register(node, PATIENT, 1)


def shown_code(hand: Device) -> str:
    """The one-time code that the patient's phone shows."""
    hand.go("/consent/show")
    hand.page.get_by_role("button", name="出示代码").click()
    expect(hand.page.locator(".one-time")).to_be_visible(timeout=DONE)
    return hand.page.locator(".one-time").inner_text()


def ask(node: str, code: str, lied: str = "") -> Asked:
    """As the other hospital's physician, take the offer and ask; ``lied`` is a purpose that the chain never got."""
    keys = relation(_WORDS, 0)
    until = UnixTime(int(time.time()) + _DAY)

    async def work(chain: TcmChain) -> Asked:
        offer: Offer = await chain.encounters.take_offer(code)
        reader = await chain.patients.reader(keys.account)
        member = await chain.members.by_account(keys.account)
        visit = await chain.encounters.next_id()
        letter = {
            "kind": "request",
            "request": visit,
            "salt": offer.salt,
            "patient": offer.patient,
            "doctor": {"account": keys.account, "name": "林秋", "member": member.id, "licence": ""},
            "readingKey": "0x" + reader.reading_key.hex(),
            "inbox": "0x" + reader.inbox.hex(),
            "categories": ["disease", "medication"],
            "rights": 3,
            "purpose": "treatment",
            "until": until,
        }
        raw = json.dumps(letter, ensure_ascii=False, separators=(",", ":")).encode()
        await chain.encounters.request(offer, sha256(raw), until)
        await chain.letters.send(offer.patient, offer.inbox, {**letter, **({"purpose": lied} if lied else {})})
        return Asked(visit, letter)

    return as_signer(node, keys, work)


def state_of(node: str, visit: VisitId) -> str:
    """How a visit stands on the chain."""
    found = as_signer(node, relation(_WORDS, 0), lambda chain: chain.encounters.visit(visit))
    return str(found["state"])


def test_permit__on_a_phone__grants_answers_and_opens_the_visit(chromium: Browser, node: str, relations: str) -> None:
    with device(chromium, node, PATIENT) as hand:
        asked = ask(node, shown_code(hand))
        hand.go("/consent/requests")
        card = hand.page.locator("form.request")
        expect(card).to_contain_text("林秋", timeout=DONE)
        expect(card).to_contain_text("链上执照有效")
        expect(card).to_contain_text("津南中西医结合医院")
        hand.check()
        card.get_by_role("button", name="同意并签名").click()
        expect(hand.page.locator("section[aria-label='已答复或已过期']")).to_contain_text("已同意", timeout=3 * DONE)
    assert state_of(node, asked.visit) == "permitted"
    letters = as_signer(node, relation(_WORDS, 0), lambda chain: chain.letters.fetch(relation(_WORDS, 0).inbox))
    answer = next(one.content for one in letters if one.kind == "answer" and one.content["request"] == asked.visit)
    assert answer["home"] == account(PATIENT, 1)
    assert {folder["patient"] for folder in answer["folders"]} == {account(PATIENT, 1), account(PATIENT, 2)}
    rights = {
        (f["patient"], one["category"]): one["opening"]["rights"] for f in answer["folders"] for one in f["grants"]
    }
    assert rights[(account(PATIENT, 1), "disease")] == 3
    assert rights[(account(PATIENT, 2), "disease")] == 1


def test_decline__a_request__leaves_no_grant(chromium: Browser, node: str, relations: str) -> None:
    with device(chromium, node, PATIENT) as hand:
        asked = ask(node, shown_code(hand))
        before = as_signer(node, relation(PATIENT, 1), lambda chain: chain.consent.grants(account(PATIENT, 1)))
        hand.go("/consent/requests")
        hand.page.locator("form.request").get_by_role("button", name="谢绝").click()
        expect(hand.page.locator("section[aria-label='已答复或已过期']")).to_contain_text("已谢绝", timeout=DONE)
    assert state_of(node, asked.visit) == "declined"
    assert as_signer(node, relation(PATIENT, 1), lambda chain: chain.consent.grants(account(PATIENT, 1))) == before


def test_show__a_letter_other_than_the_chain_was_told__cannot_be_permitted(
    chromium: Browser, node: str, relations: str
) -> None:
    with device(chromium, node, PATIENT) as hand:
        ask(node, shown_code(hand), lied="research")
        hand.go("/consent/requests")
        card = hand.page.locator("form.request")
        expect(card).to_contain_text("信的内容与链上的承诺不符", timeout=DONE)
        expect(card.get_by_role("button", name="同意并签名")).to_be_disabled()
