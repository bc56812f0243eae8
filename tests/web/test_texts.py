"""Texts that can be erased: kept by hash, named by a chain, fetched from peers, gone for good."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from tcmchain.values import Address, Hash32
from tcmchain.web import text_doors
from tcmchain.web.askings import asking_account
from tcmchain.web.text_store import TextStore
from tcmchain.web.texts import (
    DAY,
    LONGEST,
    Change,
    Standing,
    TextErased,
    TextMalformed,
    TextMissing,
    Texts,
    TextTooLong,
    digest_of,
    read_text,
    write_text,
)

SALT = "0x" + "5a" * 32


class Chain:
    """What a chain said of texts, in order."""

    def __init__(self) -> None:
        self.said: list[Change] = []

    def say(self, digest: Hash32, standing: Standing) -> None:
        self.said.append(Change(len(self.said), digest, standing))

    def standing(self, digest: Hash32) -> Standing:
        found = {change.standing for change in self.said if change.digest == digest}
        return next((one for one in (Standing.ERASED, Standing.NAMED) if one in found), Standing.UNKNOWN)

    def changes(self, after: int, limit: int) -> Sequence[Change]:
        return [change for change in self.said if change.step > after][:limit]


class Words:
    """A shelf that remembers what it was told."""

    def __init__(self) -> None:
        self.texts: dict[Hash32, Mapping[str, Any]] = {}

    def put(self, digest: Hash32, text: Mapping[str, Any]) -> None:
        self.texts[digest] = text

    def drop(self, digest: Hash32) -> None:
        self.texts.pop(digest, None)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1_700_000_000.0

    def __call__(self) -> float:
        return self.at


def some(words: str = "夜间盗汗，多方求治无效") -> dict[str, Any]:
    return {"salt": SALT, "schema": "test.1", "words": words}


def _on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def node(folder: Path, chain: Chain, **more: Any) -> Texts:
    return Texts(TextStore(folder / "texts.db"), chain, more.pop("read", lambda _: None), **more)


def test_write__same_object_in_another_order__same_canonical_form() -> None:
    assert write_text({"words": "甲", "salt": SALT}) == f'{{"salt":"{SALT}","words":"甲"}}'.encode()
    assert digest_of({"words": "甲", "salt": SALT}) == digest_of({"salt": SALT, "words": "甲"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ({"words": "x"}, "salt"),
        ({"salt": "0x12", "words": "x"}, "salt"),
        ({"salt": SALT, "words": 1.5}, "value"),
        ({"salt": SALT, "words": 2**60}, "value"),
        ({"salt": SALT, "Wörter": "x"}, "key"),
        ({"salt": SALT, "a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}, "depth"),
        ({"salt": SALT, "words": "\ud800"}, "value"),
    ],
)
def test_write__no_single_canonical_form__refused(text: dict[str, Any], reason: str) -> None:
    with pytest.raises(TextMalformed) as caught:
        write_text(text)
    assert caught.value.details["reason"] == reason


def test_read__too_long_or_no_object__refused() -> None:
    with pytest.raises(TextTooLong):
        read_text(json.dumps(some("长" * LONGEST)).encode())
    with pytest.raises(TextMalformed):
        read_text(b"[]")
    with pytest.raises(TextMalformed):
        read_text(b"{")


def test_here__not_named_yet__given_to_nobody(tmp_path: Path) -> None:
    chain = Chain()
    texts = node(tmp_path, chain)
    digest = texts.put(some())
    with pytest.raises(TextMissing):
        texts.here(digest)
    chain.say(digest, Standing.NAMED)
    assert texts.here(digest) == write_text(some())


def test_put__what_the_slice_refuses__not_kept(tmp_path: Path) -> None:
    def refuse(_: Mapping[str, Any]) -> None:
        raise TextMalformed(reason="schema")

    texts = node(tmp_path, Chain(), read=refuse)
    with pytest.raises(TextMalformed):
        texts.put(some())
    assert TextStore(tmp_path / "texts.db").count() == (0, 0)


def test_sweep__nobody_named_it_for_a_day__deleted(tmp_path: Path) -> None:
    chain, clock = Chain(), Clock()
    texts = node(tmp_path, chain, now=clock)
    left, named = texts.put(some("甲")), texts.put(some("乙"))
    chain.say(named, Standing.NAMED)
    clock.at += DAY
    assert texts.sweep() == 0
    clock.at += 1
    assert texts.sweep() == 1
    chain.say(left, Standing.NAMED)
    assert texts.find(left) is None
    assert texts.find(named) == some("乙")


async def test_level__erased_on_the_chain__gone_from_file_and_log(tmp_path: Path) -> None:
    chain, words = Chain(), Words()
    texts = node(tmp_path, chain, shelf=words)
    digest = texts.put(some("独一无二的字句 unmistakable"))
    chain.say(digest, Standing.NAMED)
    await texts.level()
    assert words.texts == {digest: some("独一无二的字句 unmistakable")}
    chain.say(digest, Standing.ERASED)
    await texts.level()
    assert words.texts == {}
    assert b"unmistakable" not in _on_disk(tmp_path)
    with pytest.raises(TextErased):
        texts.here(digest)
    with pytest.raises(TextErased):
        texts.put(some("独一无二的字句 unmistakable"))


async def test_level__missing_here__fetched_from_the_peer_that_tells_the_truth(tmp_path: Path) -> None:
    chain, words, clock = Chain(), Words(), Clock()
    asked: list[str] = []

    async def silent(digest: Hash32) -> bytes:
        asked.append("silent")
        raise TextMissing(digest=digest)

    async def lying(_: Hash32) -> bytes:
        asked.append("lying")
        return write_text(some("另一段"))

    truth = {digest_of(some()): write_text(some())}

    async def honest(digest: Hash32) -> bytes:
        asked.append("honest")
        if digest not in truth:
            raise TextMissing(digest=digest)
        return truth[digest]

    texts = node(tmp_path, chain, peers=[silent, lying, honest], shelf=words, now=clock)
    digest, nowhere = digest_of(some()), digest_of(some("无处可得"))
    chain.say(digest, Standing.NAMED)
    chain.say(nowhere, Standing.NAMED)
    await texts.level()
    assert texts.find(digest) == some()
    assert words.texts == {digest: some()}
    asked.clear()
    await texts.level()
    assert asked == []
    clock.at += 6
    truth[nowhere] = write_text(some("无处可得"))
    await texts.level()
    assert texts.find(nowhere) == some("无处可得")


async def test_level__named_before_handed_in__found_all_the_same(tmp_path: Path) -> None:
    chain, words = Chain(), Words()
    texts = node(tmp_path, chain, shelf=words)
    chain.say(digest_of(some()), Standing.NAMED)
    await texts.level()
    texts.put(some())
    assert words.texts == {digest_of(some()): some()}


async def test_start__running__levels_by_itself_and_stops(tmp_path: Path) -> None:
    chain, words = Chain(), Words()
    texts = node(tmp_path, chain, shelf=words)
    digest = texts.put(some())
    await texts.start()
    chain.say(digest, Standing.NAMED)
    for _ in range(100):
        await asyncio.sleep(0.05 if not words.texts else 0)
    await texts.stop()
    assert words.texts


def test_store__more_wait_than_there_is_room_for__the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tcmchain.web.text_store._WAITING", 3)
    store = TextStore(tmp_path / "texts.db")
    digests = [digest_of(some(str(number))) for number in range(5)]
    for at, digest in enumerate(digests):
        store.put(digest, b"{}", at)
    assert [store.get(digest) is not None for digest in digests] == [False, False, True, True, True]


def _served(texts: Texts, a_minute: int = 30) -> httpx.ASGITransport:
    app, router = FastAPI(), APIRouter(prefix="/api/reviews")
    text_doors.add_text_doors(router, texts, a_minute)
    app.include_router(router)
    app.dependency_overrides[asking_account] = lambda: Address("0x" + "11" * 20)
    return httpx.ASGITransport(app)


async def test_fetch__named_at_another_node__the_same_text(tmp_path: Path) -> None:
    chain = Chain()
    transport = _served(node(tmp_path / "first", chain))
    async with httpx.AsyncClient(transport=transport, base_url="http://first") as http:
        answer = await http.post("/api/reviews/texts", json=some())
    assert answer.status_code == 201
    digest = Hash32(answer.json()["digest"])
    chain.say(digest, Standing.NAMED)
    second = node(tmp_path / "second", chain, peers=[text_doors.peer_texts("http://first", "/api/reviews", transport)])
    assert await second.get(digest) == some()
    with pytest.raises(TextMissing):
        await second.get(digest_of(some("没有")))


async def test_hand_in__more_than_its_share__told_to_wait(tmp_path: Path) -> None:
    transport = _served(node(tmp_path, Chain()), a_minute=2)
    async with httpx.AsyncClient(transport=transport, base_url="http://first") as http:
        for number in range(2):
            assert (await http.post("/api/reviews/texts", json=some(str(number)))).status_code == 201
        with pytest.raises(text_doors.TextsTooMany):
            await http.post("/api/reviews/texts", json=some("3"))


async def test_fetch__a_peer_that_drips__is_left_after_its_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drips() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.01)
            yield b" "

    monkeypatch.setattr(text_doors, "_SECONDS", 0.2)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=drips()))
    with pytest.raises(TextMissing):
        await asyncio.wait_for(text_doors.peer_texts("http://peer", "/api/some", transport)(digest_of(some())), 5)


async def test_level__thousands_of_texts_that_nobody_has__keep_out_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tcmchain.web.texts._MOST_WANTED", 30)
    chain, wanted = Chain(), digest_of(some())

    async def peer(digest: Hash32) -> bytes:
        if digest != wanted:
            raise TextMissing(digest=digest)
        return write_text(some())

    texts = node(tmp_path, chain, peers=[peer])
    for number in range(100):
        chain.say(Hash32(f"0x{number:064x}"), Standing.NAMED)
    await texts.level()
    chain.say(wanted, Standing.NAMED)
    for _ in range(5):
        await texts.level()
    assert texts.find(wanted) == some()
