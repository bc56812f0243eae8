"""Envelopes, facts, cards and folder heads: what is read back, and what is refused."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcmchain.crypto.categories import Category
from tcmchain.errors import TcmChainError
from tcmchain.records.client.heads import head_of, next_head
from tcmchain.records.client.sealing import choose
from tcmchain.records.model.cards import Card, told_by
from tcmchain.records.model.entries import Appended, Entry
from tcmchain.records.model.envelope import LONGEST, Envelope
from tcmchain.records.model.errors import (
    ContentUnreadable,
    EnvelopeUnreadable,
    FactsUnreadable,
    OriginFalse,
    TooFewCustodians,
)
from tcmchain.records.model.facts import Author, Facts, RecordType
from tcmchain.records.service.desk import Standing
from tcmchain.values import ZERO_HASH, Address, BlockNumber, Hash32, MemberId, UnixTime

PATIENT = Address("0x44f649fc8Dc77694E6ABEF1aA966983Dd6ED7C64")
FILE = Hash32("0x" + "ab" * 32)
ENVELOPE = Envelope(PATIENT, FILE, 3, b"lock", b"facts", "bafkbody", 2048, "vault")
FACTS = Facts(
    RecordType.LAB, "血常规", "2026-11-20", Category.DISEASE, "application/fhir+json", 12, "00" * 32,
    Author(PATIENT, None, "甲"), bytes(32), summary={"wbc": 5.1}, body_key="AAAA",
)  # fmt: skip


def _opening(**more: Any) -> dict[str, Any]:
    opening = {
        "salt": "0x" + "11" * 32,
        "grantee": PATIENT,
        "readingKey": "0x02" + "22" * 32,
        "label": "0x" + "33" * 32,
        "rights": 2,
        "purpose": "建档",
        "until": 2_000_000_000,
    }
    return {"grant": FILE, "opening": {**opening, **more}}


def _card(**more: Any) -> dict[str, Any]:
    labels = {"disease": {"label": "0x" + "33" * 32}}
    return {"kind": "relation-card", "patient": PATIENT, "labels": labels, "grants": [_opening()], **more}


def test_read__envelope__is_what_was_written() -> None:
    assert Envelope.read(ENVELOPE.write()) == ENVELOPE
    assert Envelope.read(replace(ENVELOPE, body=None).write()).body is None


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "tcmchain.envelope.2"},
        {"version": 0},
        {"version": True},
        {"version": 1 << 32},
        {"patient": "0x12"},
        {"file": "0x12"},
        {"lock": "§"},
        {"body": 7},
        {"size": -1},
        {"bound": "world"},
    ],
)
def test_read__envelope_with_a_wrong_field__is_refused(change: dict[str, Any]) -> None:
    content = {**json.loads(ENVELOPE.write()), **change}
    with pytest.raises(EnvelopeUnreadable):
        Envelope.read(json.dumps(content).encode())


@given(st.binary(max_size=400) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(str).map(str.encode))
def test_read__any_bytes__is_refused_or_read(raw: bytes) -> None:
    for read in (Envelope.read, Facts.read):
        with pytest.raises(TcmChainError):
            read(raw)


def test_read__envelope_that_is_too_long__is_refused() -> None:
    with pytest.raises(EnvelopeUnreadable, match="unreadable"):
        Envelope.read(b" " * (LONGEST + 1))


def test_read__facts_with_padding__are_what_was_written() -> None:
    assert Facts.read(FACTS.write() + b"   ") == FACTS


def test_write__facts_that_no_timeline_can_show__are_refused() -> None:
    for wrong in (replace(FACTS, happened="gestern"), replace(FACTS, title="长" * 40_000)):
        with pytest.raises(FactsUnreadable):
            wrong.write()
    with pytest.raises(FactsUnreadable):
        Facts.read(replace(FACTS, salt=b"short").write())


def test_read__cards_of_letters__hold_labels_and_openings() -> None:
    (told,) = told_by(_card(vaultKey="0x" + "44" * 32, custodians=[PATIENT]))
    card = told.card(told.openings)
    assert card.labels == {Category.DISEASE: "0x" + "33" * 32}
    assert card.append_for((Hash32("0x" + "33" * 32),), 1_999_999_999) == card.appends[FILE]
    assert card.append_for((), 2_000_000_000) is None
    assert Card.read(card.write()) == card
    assert told_by({"kind": "answer", "folders": [_card(), _card()]})[1].patient == PATIENT
    assert told_by({"kind": "notice"}) == []
    assert told.card(()).appends == {}


@pytest.mark.parametrize(
    "change",
    [
        {"patient": "nobody"},
        {"labels": {"mood": "0x" + "33" * 32}},
        {"labels": {"disease": "0x33"}},
        {"labels": "disease"},
        {"vaultKey": "0x44"},
        {"grants": [{"grant": "0x1", "opening": {}}]},
        {"grants": [_opening(until="soon")]},
        {"grants": [_opening(until=float("inf"))]},
        {"grants": [_opening(until=1 << 64)]},
        {"grants": [_opening(rights=256)]},
        {"grants": [_opening(rights=-1)]},
        {"grants": [_opening(purpose="\ud800")]},
    ],
)
def test_read__letter_with_a_wrong_field__is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ContentUnreadable):
        told_by({**_card(), **change})


def test_compare__grantee_with_a_wrong_check_sum__is_as_its_bytes() -> None:
    shouted = _opening(grantee="0x" + PATIENT[2:].swapcase())
    (told,), (plain,) = told_by(_card(grants=[shouted])), told_by(_card())
    stands = Standing(ZERO_HASH, PATIENT, 0, ZERO_HASH)
    assert not stands.opened_by(told.openings[0], PATIENT, MemberId(FILE))
    assert told.openings == plain.openings


def test_merge__later_letter__adds_and_does_not_take_away() -> None:
    first, later = told_by(_card(vaultKey="0x" + "44" * 32))[0], told_by(_card(labels={}, grants=[]))[0]
    merged = first.card(first.openings).merged(later.card(()))
    assert merged == first.card(first.openings)


def _appended(number: int, head: Hash32) -> Appended:
    entry = Entry(PATIENT, FILE, number, FILE, FILE, FILE)
    return Appended(
        entry, number, next_head(head, entry, number, PATIENT), PATIENT, None, BlockNumber(1), UnixTime(1), FILE
    )


def test_reckon__entries_left_out_or_altered__are_found_out() -> None:
    entries, head = [], ZERO_HASH
    for number in range(1, 6):
        entries.append(_appended(number, head))
        head = entries[-1].head
    assert head_of(entries) == head
    altered = replace(entries[2], entry=replace(entries[2].entry, envelope=ZERO_HASH))
    for false in (entries[1:], entries[:2] + entries[3:], [*entries[:2], altered, *entries[3:]]):
        with pytest.raises(OriginFalse):
            head_of(false)


def test_choose__custodians__are_of_three_members_and_those_wished_for_first() -> None:
    serving = [(Address(f"0x{n:040d}"), MemberId(f"member {n // 2}"), bytes([n])) for n in range(8)]
    wished = [serving[7][0], serving[5][0]]
    found = choose(serving, wished)
    assert list(found)[:2] == [serving[5][0], serving[7][0]]
    assert len(found) == 3
    with pytest.raises(TooFewCustodians):
        choose(serving[:4], [])
